package lianmai.srtp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import org.jitsi.srtp.crypto.SrtpCipherCtr;

/**
 * What one master key gives for RTP or for RTCP (RFC 3711 §4.3; with AES-256, RFC 6188 §3; for GCM, RFC 7714 §11).
 *
 * <p>Units: bytes; {@code authenticationKey} is empty for GCM.
 */
public record SessionKeys(byte[] cipherKey, byte[] authenticationKey, byte[] salt) {
    /** Labels of the RTCP keys are those of the RTP keys and three. */
    private static final int RTCP_LABELS = 3;

    private static final int LABEL_CIPHER = 0;
    private static final int LABEL_AUTHENTICATION = 1;
    private static final int LABEL_SALT = 2;

    /** Where the label is added to the master salt: byte 7 of 14, above the 48 bits of an index that is always 0. */
    private static final int LABEL_OFFSET = 7;

    /** HMAC-SHA1 keys are 160 bits (RFC 3711 §8.2); GCM has none. */
    private static final int HMAC_KEY_LENGTH = 20;

    static SessionKeys derive(
            final SrtpProfile profile, final byte[] masterKey, final byte[] masterSalt, final boolean isRtcp) {
        final int first = isRtcp ? RTCP_LABELS : 0;
        final boolean hasHmac = profile == SrtpProfile.AES128_CM_HMAC_SHA1_80;
        return new SessionKeys(
                expand(masterKey, masterSalt, first + LABEL_CIPHER, profile.keyBytes()),
                expand(masterKey, masterSalt, first + LABEL_AUTHENTICATION, hasHmac ? HMAC_KEY_LENGTH : 0),
                expand(masterKey, masterSalt, first + LABEL_SALT, profile.saltBytes()));
    }

    private static byte[] expand(final byte[] key, final byte[] salt, final int label, final int length) {
        final byte[] stream = new byte[length];
        final byte[] iv = Arrays.copyOf(salt, 16);
        iv[LABEL_OFFSET] ^= (byte) label;
        try {
            final SrtpCipherCtr cipher = new SrtpCipherCtr(JitsiSrtpProvider.jce("AES/CTR/NoPadding"));
            cipher.init(key, salt);
            cipher.setIV(iv, Cipher.ENCRYPT_MODE);
            cipher.process(stream, 0, length);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("AES in counter mode takes any bytes", e);
        }
        return stream;
    }

    /** Overwrites the keys. */
    public void erase() {
        Arrays.fill(cipherKey, (byte) 0);
        Arrays.fill(authenticationKey, (byte) 0);
        Arrays.fill(salt, (byte) 0);
    }

    /** Never prints a key. */
    @Override
    public String toString() {
        return "SessionKeys";
    }
}
