package lianmai.ice;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Checks and writes MESSAGE-INTEGRITY (HMAC-SHA1 under a short-term password, RFC 8489 §14.5) and FINGERPRINT (CRC-32,
 * §14.7).
 *
 * <p>Allocates nothing, which is why it composes HMAC (RFC 2104 §2) from the digest: the JDK's makes a few arrays a
 * call.
 *
 * <p>Thread: relay (confined). Owns: the password's key. Units: bytes.
 */
public final class StunAuthenticator {
    private static final int DIGEST_LENGTH = 20;
    private static final int BLOCK_LENGTH = 64;
    private static final int INTEGRITY_LENGTH = 4 + DIGEST_LENGTH;
    private static final int FINGERPRINT_LENGTH = 8;
    private static final int FINGERPRINT_XOR = 0x5354_554E;

    /** What {@link #seal} adds to a message. */
    public static final int SEAL_LENGTH = INTEGRITY_LENGTH + FINGERPRINT_LENGTH;

    private final MessageDigest sha1;
    private final byte[] innerKey = new byte[BLOCK_LENGTH];
    private final byte[] outerKey = new byte[BLOCK_LENGTH];
    private final CRC32 crc = new CRC32();
    private final byte[] scratch = new byte[StunMessage.MAX_LENGTH];
    private final byte[] computed = new byte[DIGEST_LENGTH];
    private final byte[] received = new byte[DIGEST_LENGTH];

    public StunAuthenticator(final String password) {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
        final byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        final byte[] key = bytes.length > BLOCK_LENGTH ? sha1.digest(bytes) : bytes;
        for (int i = 0; i < BLOCK_LENGTH; i++) {
            final int each = i < key.length ? key[i] : 0;
            innerKey[i] = (byte) (each ^ 0x36);
            outerKey[i] = (byte) (each ^ 0x5C);
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
        try {
            sha1.update(innerKey);
            sha1.update(scratch, 0, length);
            sha1.digest(computed, 0, DIGEST_LENGTH);
            sha1.update(outerKey);
            sha1.update(computed);
            sha1.digest(computed, 0, DIGEST_LENGTH);
        } catch (final DigestException e) {
            throw new IllegalStateException("a SHA-1 digest has 20 bytes", e);
        }
    }
}
