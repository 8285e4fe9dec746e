package lianmai.srtp;

import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jitsi.srtp.crypto.SrtpCipherCtr;

/**
 * AES128_CM_HMAC_SHA1_80 (RFC 3711): {@code header | cipher text | tag} for RTP, with the roll-over counter
 * authenticated but not sent, and {@code header | cipher text | index | tag} for RTCP.
 */
final class CounterArrayCipher implements ArrayCipher {
    private static final int IV_LENGTH = 16;
    private static final int TAG_LENGTH = 10;
    private static final int DIGEST_LENGTH = 20;
    private static final int WORD_LENGTH = 4;

    private final SrtpCipherCtr cipher = new SrtpCipherCtr(JitsiSrtpProvider.jce("AES/CTR/NoPadding"));
    private final Mac mac;
    private final SessionKeys keys;
    private final boolean isRtcp;
    private final byte[] iv = new byte[IV_LENGTH];
    private final byte[] word = new byte[WORD_LENGTH];
    private final byte[] digest = new byte[DIGEST_LENGTH];

    CounterArrayCipher(final SessionKeys keys, final boolean isRtcp) {
        this.keys = keys;
        this.isRtcp = isRtcp;
        cipher.init(keys.cipherKey(), keys.salt());
        try {
            mac = Mac.getInstance("HmacSHA1", JitsiSrtpProvider.JCE);
            mac.init(new SecretKeySpec(keys.authenticationKey(), "HmacSHA1"));
        } catch (final NoSuchAlgorithmException | NoSuchProviderException e) {
            throw new IllegalStateException("every JDK has HmacSHA1 in " + JitsiSrtpProvider.JCE, e);
        } catch (final GeneralSecurityException e) {
            throw new IllegalArgumentException("not an HMAC key", e);
        }
    }

    @Override
    public int overhead() {
        return TAG_LENGTH + (isRtcp ? WORD_LENGTH : 0);
    }

    @Override
    public int seal(final byte[] packet, final int headerLength, final int length, final int ssrc, final long index) {
        applyKeyStream(packet, headerLength, length, ssrc, index);
        digest(packet, length, index);
        int end = length;
        if (isRtcp) {
            System.arraycopy(word, 0, packet, end, WORD_LENGTH);
            end += WORD_LENGTH;
        }
        System.arraycopy(digest, 0, packet, end, TAG_LENGTH);
        return end + TAG_LENGTH;
    }

    @Override
    public int open(final byte[] packet, final int headerLength, final int length, final int ssrc, final long index) {
        final int end = length - overhead();
        digest(packet, end, index);
        int difference = 0;
        for (int i = 0; i < TAG_LENGTH; i++) {
            difference |= digest[i] ^ packet[length - TAG_LENGTH + i];
        }
        if (difference != 0) {
            return SrtpStatus.AUTHENTICATION_FAILED;
        }
        applyKeyStream(packet, headerLength, end, ssrc, index);
        return end;
    }

    @Override
    public void erase() {
        keys.erase();
    }

    private void applyKeyStream(
            final byte[] packet, final int headerLength, final int end, final int ssrc, final long index) {
        ArrayCipher.mix(iv, keys.salt(), 4, ssrc, index);
        try {
            cipher.setIV(iv, Cipher.ENCRYPT_MODE);
            cipher.process(packet, headerLength, end - headerLength);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("AES in counter mode takes any bytes", e);
        }
    }

    /** Over the packet, then the roll-over counter (RFC 3711 §4.2) or the SRTCP index as it is sent (§3.4). */
    private void digest(final byte[] packet, final int end, final long index) {
        ArrayCipher.putInt(word, 0, isRtcp ? PacketCipher.ENCRYPTED | (int) index : (int) (index >>> 16));
        mac.update(packet, 0, end);
        mac.update(word, 0, WORD_LENGTH);
        try {
            mac.doFinal(digest, 0);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("a SHA-1 digest has 20 bytes", e);
        }
    }
}
