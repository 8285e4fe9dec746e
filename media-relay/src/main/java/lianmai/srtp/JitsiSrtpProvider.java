package lianmai.srtp;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/**
 * SRTP over jitsi-srtp's ciphers on the JDK's own AES: runs everywhere, and is what faster providers must equal byte
 * for byte.
 *
 * <p>Only the cipher layer of jitsi-srtp is used. Its contexts guess the roll-over counter where ours is explicit,
 * choose an AES by benchmark, unpack and load a native OpenSSL binding by side effect (and fail where no file may be
 * written), open "cryptex" packets nobody negotiated, and report an encryption that failed as done. Key derivation,
 * indices and replay have to be in Java for the native provider too: {@link SrtpSession}. The tests hold the whole
 * against jitsi's contexts.
 *
 * <p>Thread: any, the transforms it makes are confined to one relay thread.
 */
public final class JitsiSrtpProvider implements SrtpProvider {
    /** The JDK's security provider, by name, so that no other one on the machine gets in between. */
    static final String JCE = "SunJCE";

    @Override
    public String name() {
        return "jitsi";
    }

    @Override
    public SrtpTransform transform(final SrtpKeys keys) {
        final ArrayPacketCipher.Scratch scratch = new ArrayPacketCipher.Scratch();
        return SrtpSession.of(keys, (profile, sessionKeys, isRtcp) -> cipher(profile, sessionKeys, isRtcp, scratch));
    }

    static PacketCipher cipher(final SrtpProfile profile, final SessionKeys keys, final boolean isRtcp) {
        return cipher(profile, keys, isRtcp, new ArrayPacketCipher.Scratch());
    }

    private static PacketCipher cipher(
            final SrtpProfile profile,
            final SessionKeys keys,
            final boolean isRtcp,
            final ArrayPacketCipher.Scratch scratch) {
        return new ArrayPacketCipher(
                switch (profile) {
                    case AEAD_AES_128_GCM, AEAD_AES_256_GCM -> new GcmArrayCipher(keys, isRtcp);
                    case AES128_CM_HMAC_SHA1_80 -> new CounterArrayCipher(keys, isRtcp);
                },
                scratch);
    }

    static Cipher jce(final String transformation) {
        try {
            return Cipher.getInstance(transformation, JCE);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + transformation + " in " + JCE, e);
        }
    }
}
