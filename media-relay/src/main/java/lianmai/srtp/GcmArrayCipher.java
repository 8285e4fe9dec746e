package lianmai.srtp;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import org.jitsi.srtp.crypto.SrtpCipherGcm;

/**
 * AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714): {@code header | cipher text | tag} for RTP, and for RTCP with the
 * index behind the tag; the index is then authenticated with the header.
 */
final class GcmArrayCipher implements ArrayCipher {
    private static final int IV_LENGTH = 12;
    private static final int TAG_LENGTH = 16;
    private static final int INDEX_LENGTH = 4;

    private final SrtpCipherGcm cipher = new SrtpCipherGcm(JitsiSrtpProvider.jce("AES/GCM/NoPadding"));
    private final SessionKeys keys;
    private final int indexLength;
    private final byte[] iv = new byte[IV_LENGTH];
    private final byte[] indexWord = new byte[INDEX_LENGTH];

    GcmArrayCipher(final SessionKeys keys, final boolean isRtcp) {
        this.keys = keys;
        indexLength = isRtcp ? INDEX_LENGTH : 0;
        cipher.init(keys.cipherKey(), keys.salt());
    }

    @Override
    public int overhead() {
        return TAG_LENGTH + indexLength;
    }

    @Override
    public int seal(final byte[] packet, final int headerLength, final int length, final int ssrc, final long index) {
        try {
            start(Cipher.ENCRYPT_MODE, packet, headerLength, ssrc, index);
            final int sealed = headerLength + cipher.process(packet, headerLength, length - headerLength);
            System.arraycopy(indexWord, 0, packet, sealed, indexLength);
            return sealed + indexLength;
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("GCM refuses to encrypt", e);
        }
    }

    @Override
    public int open(final byte[] packet, final int headerLength, final int length, final int ssrc, final long index) {
        try {
            start(Cipher.DECRYPT_MODE, packet, headerLength, ssrc, index);
            return headerLength + cipher.process(packet, headerLength, length - indexLength - headerLength);
        } catch (final AEADBadTagException e) {
            return SrtpStatus.AUTHENTICATION_FAILED;
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("GCM refuses to decrypt", e);
        }
    }

    @Override
    public void erase() {
        keys.erase();
    }

    private void start(final int mode, final byte[] packet, final int headerLength, final int ssrc, final long index)
            throws GeneralSecurityException {
        ArrayCipher.mix(iv, keys.salt(), 2, ssrc, index);
        cipher.setIV(iv, mode);
        cipher.processAAD(packet, 0, headerLength);
        if (indexLength > 0) {
            ArrayCipher.putInt(indexWord, 0, PacketCipher.ENCRYPTED | (int) index);
            cipher.processAAD(indexWord, 0, INDEX_LENGTH);
        }
    }
}
