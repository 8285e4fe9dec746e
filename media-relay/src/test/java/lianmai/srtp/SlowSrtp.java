package lianmai.srtp;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** SRTP once more, slow and straight from the formulas of RFC 3711 and RFC 7714: what the real one is held against. */
final class SlowSrtp {
    private final SrtpProfile profile;
    private final byte[] masterKey;
    private final byte[] masterSalt;

    SlowSrtp(final SrtpProfile profile, final byte[] masterKey, final byte[] masterSalt) {
        this.profile = profile;
        this.masterKey = masterKey;
        this.masterSalt = masterSalt;
    }

    byte[] protectRtp(final byte[] packet, final long index) throws GeneralSecurityException {
        final int cc = packet[0] & 15;
        int header = 12 + 4 * cc;
        if ((packet[0] & 16) != 0) {
            header += 4 + 4 * (ByteBuffer.wrap(packet).getShort(header + 2) & 0xFFFF);
        }
        final byte[] head = Arrays.copyOf(packet, header);
        final byte[] body = Arrays.copyOfRange(packet, header, packet.length);
        final int ssrc = ByteBuffer.wrap(packet).getInt(8);
        final byte[] rollOver =
                ByteBuffer.allocate(4).putInt((int) (index >>> 16)).array();
        if (isGcm()) {
            return join(head, gcm(0, ssrc, index, head, body));
        }
        final byte[] sealed = join(head, counter(0, ssrc, index, body));
        return join(sealed, tag(1, join(sealed, rollOver)));
    }

    byte[] protectRtcp(final byte[] packet, final int index) throws GeneralSecurityException {
        final byte[] head = Arrays.copyOf(packet, 8);
        final byte[] body = Arrays.copyOfRange(packet, 8, packet.length);
        final int ssrc = ByteBuffer.wrap(packet).getInt(4);
        final byte[] word = ByteBuffer.allocate(4).putInt(0x8000_0000 | index).array();
        if (isGcm()) {
            return join(head, gcm(3, ssrc, index, join(head, word), body), word);
        }
        final byte[] sealed = join(head, counter(3, ssrc, index, body), word);
        return join(sealed, tag(4, sealed));
    }

    /** Key derivation, RFC 3711 §4.3.1: the label over the salt, times 2^16, is where AES counts from. */
    byte[] derive(final int label, final int length) throws GeneralSecurityException {
        final BigInteger salt = new BigInteger(1, Arrays.copyOf(masterSalt, 14));
        final BigInteger x = salt.xor(BigInteger.valueOf(label).shiftLeft(48)).shiftLeft(16);
        return aes("AES/CTR/NoPadding", masterKey, new IvParameterSpec(fixed(x, 16)), new byte[length], new byte[0]);
    }

    private boolean isGcm() {
        return profile != SrtpProfile.AES128_CM_HMAC_SHA1_80;
    }

    /** RFC 3711 §4.1.1: IV = (salt · 2^16) XOR (SSRC · 2^64) XOR (index · 2^16). */
    private byte[] counter(final int label, final int ssrc, final long index, final byte[] body)
            throws GeneralSecurityException {
        final BigInteger iv = new BigInteger(1, derive(label + 2, 14))
                .shiftLeft(16)
                .xor(BigInteger.valueOf(ssrc & 0xFFFF_FFFFL).shiftLeft(64))
                .xor(BigInteger.valueOf(index).shiftLeft(16));
        return aes(
                "AES/CTR/NoPadding",
                derive(label, profile.keyBytes()),
                new IvParameterSpec(fixed(iv, 16)),
                body,
                new byte[0]);
    }

    /** RFC 7714 §8.1 and §9.1: two zero bytes, SSRC, six bytes of index, all over the salt. */
    private byte[] gcm(final int label, final int ssrc, final long index, final byte[] aad, final byte[] body)
            throws GeneralSecurityException {
        final BigInteger iv = new BigInteger(1, derive(label + 2, 12))
                .xor(BigInteger.valueOf(ssrc & 0xFFFF_FFFFL).shiftLeft(48))
                .xor(BigInteger.valueOf(index));
        return aes(
                "AES/GCM/NoPadding",
                derive(label, profile.keyBytes()),
                new GCMParameterSpec(128, fixed(iv, 12)),
                body,
                aad);
    }

    private byte[] tag(final int label, final byte[] covered) throws GeneralSecurityException {
        final Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(derive(label, 20), "HmacSHA1"));
        return Arrays.copyOf(mac.doFinal(covered), 10);
    }

    private static byte[] aes(
            final String how,
            final byte[] key,
            final java.security.spec.AlgorithmParameterSpec iv,
            final byte[] body,
            final byte[] aad)
            throws GeneralSecurityException {
        final Cipher cipher = Cipher.getInstance(how);
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), iv);
        if (aad.length > 0) {
            cipher.updateAAD(aad);
        }
        return cipher.doFinal(body);
    }

    private static byte[] fixed(final BigInteger number, final int length) {
        final byte[] bytes = new byte[length];
        final byte[] digits = number.toByteArray();
        final int count = Math.min(length, digits.length);
        System.arraycopy(digits, digits.length - count, bytes, length - count, count);
        return bytes;
    }

    private static byte[] join(final byte[]... parts) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (final byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
