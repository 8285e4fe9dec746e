package lianmai.ice;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Checks and writes MESSAGE-INTEGRITY (HMAC-SHA1 under a short-term password, RFC 8489 §14.5) and FINGERPRINT (CRC-32,
 * §14.7).
 *
 * <p>Allocates nothing itself; the JDK's HMAC makes a few short-lived arrays a call, some 100 bytes. That is no matter
 * at one check per path in seconds.
 *
 * <p>Thread: relay (confined). Owns: the password's key. Units: bytes.
 */
public final class StunAuthenticator {
    private static final int DIGEST_LENGTH = 20;
    private static final int INTEGRITY_LENGTH = 4 + DIGEST_LENGTH;
    private static final int FINGERPRINT_LENGTH = 8;
    private static final int FINGERPRINT_XOR = 0x5354_554E;

    /** What {@link #seal} adds to a message. */
    public static final int SEAL_LENGTH = INTEGRITY_LENGTH + FINGERPRINT_LENGTH;

    private final Mac mac;
    private final CRC32 crc = new CRC32();
    private final byte[] scratch = new byte[StunMessage.MAX_LENGTH];
    private final byte[] computed = new byte[DIGEST_LENGTH];
    private final byte[] received = new byte[DIGEST_LENGTH];

    public StunAuthenticator(final String password) {
        try {
            mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA1", e);
        }
    }

    /** Whether the last attribute is a FINGERPRINT that fits; the message is at most {@link StunMessage#MAX_LENGTH}. */
    public boolean hasFittingFingerprint(final DirectBuffer b, final int o, final int length) {
        final int at = StunMessage.find(b, o, length, StunMessage.FINGERPRINT);
        return at != StunMessage.NONE
                && at + FINGERPRINT_LENGTH == o + length
                && StunMessage.intValue(b, at) == fingerprint(b, o, length - FINGERPRINT_LENGTH);
    }

    /** Whether there is a MESSAGE-INTEGRITY and it fits, compared in constant time. */
    public boolean hasFittingIntegrity(final DirectBuffer b, final int o, final int length) {
        final int at = StunMessage.find(b, o, length, StunMessage.MESSAGE_INTEGRITY);
        if (at == StunMessage.NONE || StunMessage.valueLength(b, at) != DIGEST_LENGTH) {
            return false;
        }
        digest(b, o, at - o);
        b.getBytes(StunMessage.valueOffset(at), received);
        return MessageDigest.isEqual(computed, received);
    }

    /** Ends a message with MESSAGE-INTEGRITY and FINGERPRINT; answers its final length. */
    public int seal(final MutableDirectBuffer out, final int o, final int length) {
        digest(out, o, length);
        out.putBytes(o + length + 4, computed);
        final int protectedLength = StunWriter.attribute(out, o, length, StunMessage.MESSAGE_INTEGRITY, DIGEST_LENGTH);
        // First with any value, so that the CRC covers the final length field.
        StunWriter.int32(out, o, protectedLength, StunMessage.FINGERPRINT, 0);
        final int fingerprint = fingerprint(out, o, protectedLength);
        return StunWriter.int32(out, o, protectedLength, StunMessage.FINGERPRINT, fingerprint);
    }

    /** The CRC covers the header with the length as it is once FINGERPRINT is in; the caller has made it so. */
    private int fingerprint(final DirectBuffer b, final int o, final int length) {
        b.getBytes(o, scratch, 0, length);
        crc.reset();
        crc.update(scratch, 0, length);
        return (int) crc.getValue() ^ FINGERPRINT_XOR;
    }

    /** The HMAC covers the header with the length as if MESSAGE-INTEGRITY ended the message. */
    private void digest(final DirectBuffer b, final int o, final int length) {
        b.getBytes(o, scratch, 0, length);
        final int covered = length + INTEGRITY_LENGTH - StunMessage.HEADER_LENGTH;
        scratch[2] = (byte) (covered >>> 8);
        scratch[3] = (byte) covered;
        mac.update(scratch, 0, length);
        try {
            mac.doFinal(computed, 0);
        } catch (final ShortBufferException e) {
            throw new IllegalStateException("a SHA-1 digest has 20 bytes", e);
        }
    }
}
