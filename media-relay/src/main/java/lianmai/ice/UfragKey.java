package lianmai.ice;

import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;

/**
 * A username fragment of ours as a number, so that the peer behind a check is found in a map of longs with nothing
 * allocated. Ours have exactly 8 of the 64 ICE characters (RFC 8445 §5.3: {@code [A-Za-z0-9+/]}), which is 48 bits.
 *
 * <p>Units: 48-bit keys, never negative.
 */
public final class UfragKey {
    /** Not a username fragment of ours. */
    public static final long NONE = -1;

    /** Characters in each of our username fragments. */
    public static final int LENGTH = 8;

    static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private UfragKey() {}

    /** The key of 8 characters in a buffer, or {@link #NONE} when one of them is no ICE character. */
    public static long of(final DirectBuffer b, final int offset) {
        long key = 0;
        for (int i = 0; i < LENGTH; i++) {
            final int value = valueOf(b.getByte(offset + i));
            if (value < 0) {
                return NONE;
            }
            key = key << 6 | value;
        }
        return key;
    }

    /** The key of a text, or {@link #NONE} when it is not 8 ICE characters. */
    public static long of(final String ufrag) {
        long key = ufrag.length() == LENGTH ? 0 : NONE;
        for (int i = 0; key != NONE && i < LENGTH; i++) {
            final int value = valueOf(ufrag.charAt(i));
            key = value < 0 ? NONE : key << 6 | value;
        }
        return key;
    }

    /**
     * The key of the fragment before the colon in a STUN message's USERNAME, which for a check sent to us is ours
     * (RFC 8445 §7.2.2); {@link #NONE} when there is none or it is not one of ours. The message must be
     * {@link StunMessage#isStun} and need be no more.
     */
    public static long ofUsername(final DirectBuffer b, final int o, final int length) {
        if (!StunMessage.isWellFormed(b, o, length)) {
            return NONE;
        }
        final int at = StunMessage.find(b, o, length, StunMessage.USERNAME);
        if (at == StunMessage.NONE || StunMessage.valueLength(b, at) <= LENGTH) {
            return NONE;
        }
        final int value = StunMessage.valueOffset(at);
        return b.getByte(value + LENGTH) == ':' ? of(b, value) : NONE;
    }

    /** A random key. */
    public static long random(final LongSupplier randomness) {
        return randomness.getAsLong() >>> 16;
    }

    /** The 8 characters of a key. */
    public static String text(final long key) {
        final char[] text = new char[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            text[i] = ALPHABET.charAt((int) (key >>> 6 * (LENGTH - 1 - i)) & 63);
        }
        return new String(text);
    }

    private static int valueOf(final int character) {
        if (character >= 'A' && character <= 'Z') {
            return character - 'A';
        }
        if (character >= 'a' && character <= 'z') {
            return character - 'a' + 26;
        }
        if (character >= '0' && character <= '9') {
            return character - '0' + 52;
        }
        return character == '+' ? 62 : character == '/' ? 63 : -1;
    }
}
