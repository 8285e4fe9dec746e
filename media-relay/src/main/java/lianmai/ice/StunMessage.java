package lianmai.ice;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * Reads STUN messages where they lie (RFC 8489 §5).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |0 0|        type (14)          |   length of the attributes    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    magic cookie 0x2112A442                    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                    transaction id (96 bits)                   |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |   attribute type              |   length of the value         |  each attribute, padded to 4 bytes
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Ask {@link #isStun} and {@link #isWellFormed} first; the other readers trust both. An attribute is named by the
 * absolute offset of its type field; {@link #NONE} means that it is not there.
 *
 * <p>Thread: any. Owns: nothing. Units: bytes.
 */
public final class StunMessage {
    /** No such attribute. */
    public static final int NONE = -1;

    public static final int HEADER_LENGTH = 20;
    /** Longer ones are refused: a STUN message over UDP fits in one unfragmented packet (RFC 8489 §6.1). */
    public static final int MAX_LENGTH = 1500;

    public static final int MAGIC_COOKIE = 0x2112_A442;

    public static final int BINDING_REQUEST = 0x0001;
    public static final int BINDING_INDICATION = 0x0011;
    public static final int BINDING_SUCCESS = 0x0101;
    public static final int BINDING_ERROR = 0x0111;

    public static final int MAPPED_ADDRESS = 0x0001;
    public static final int USERNAME = 0x0006;
    public static final int MESSAGE_INTEGRITY = 0x0008;
    public static final int ERROR_CODE = 0x0009;
    public static final int UNKNOWN_ATTRIBUTES = 0x000A;
    public static final int REALM = 0x0014;
    public static final int NONCE = 0x0015;
    public static final int XOR_MAPPED_ADDRESS = 0x0020;
    public static final int PRIORITY = 0x0024;
    public static final int USE_CANDIDATE = 0x0025;
    public static final int SOFTWARE = 0x8022;
    public static final int FINGERPRINT = 0x8028;
    public static final int ICE_CONTROLLED = 0x8029;
    public static final int ICE_CONTROLLING = 0x802A;

    /** Mapped into IPv6, an IPv4 address has this in the upper half of its low word (RFC 4291 §2.5.5.2). */
    static final long MAPPED_IPV4 = 0x0000_FFFF_0000_0000L;

    static final int FAMILY_IPV4 = 1;
    static final int FAMILY_IPV6 = 2;

    private StunMessage() {}

    /** Whether a datagram is a STUN message: first bits, cookie, and a length field that fits exactly. */
    public static boolean isStun(final DirectBuffer b, final int o, final int length) {
        return length >= HEADER_LENGTH
                && (length & 3) == 0
                && (b.getByte(o) & 0xC0) == 0
                && b.getInt(o + 4, BIG_ENDIAN) == MAGIC_COOKIE
                && u16(b, o + 2) + HEADER_LENGTH == length;
    }

    /** Whether the attributes of a STUN message fill it exactly. */
    public static boolean isWellFormed(final DirectBuffer b, final int o, final int length) {
        final int end = o + length;
        int at = o + HEADER_LENGTH;
        while (at < end) {
            if (at + 4 > end || next(b, at) > end) {
                return false;
            }
            at = next(b, at);
        }
        return true;
    }

    /** Method and class in one, such as {@link #BINDING_REQUEST}. */
    public static int type(final DirectBuffer b, final int o) {
        return u16(b, o);
    }

    /** The method within a type, 12 bits: its bits stand around the two class bits. */
    public static int method(final int type) {
        return type & 0xF | (type & 0xE0) >> 1 | (type & 0x3E00) >> 2;
    }

    /** The class within a type: 0 request, 1 indication, 2 success, 3 error. */
    public static int messageClass(final int type) {
        return (type & 0x10) >> 4 | (type & 0x100) >> 7;
    }

    /** The first 32 bits of the transaction id. */
    public static int transactionHigh(final DirectBuffer b, final int o) {
        return b.getInt(o + 8, BIG_ENDIAN);
    }

    /** The last 64 bits of the transaction id. */
    public static long transactionLow(final DirectBuffer b, final int o) {
        return b.getLong(o + 12, BIG_ENDIAN);
    }

    /**
     * The first attribute of a type that counts, or {@link #NONE}: what follows MESSAGE-INTEGRITY is not protected and
     * does not count, but for FINGERPRINT (RFC 8489 §14.5).
     */
    public static int find(final DirectBuffer b, final int o, final int length, final int type) {
        final int end = o + length;
        boolean isProtected = true;
        for (int at = o + HEADER_LENGTH; at < end; at = next(b, at)) {
            final int here = attributeType(b, at);
            if (here == type && (isProtected || type == FINGERPRINT)) {
                return at;
            }
            isProtected &= here != MESSAGE_INTEGRITY;
        }
        return NONE;
    }

    /**
     * The first attribute at or after {@code from} that we would have to understand and do not, or {@link #NONE}
     * (RFC 8489 §6.3.1). Start with {@link #firstAttribute}, go on with {@link #next}.
     */
    public static int findUnknown(final DirectBuffer b, final int o, final int length, final int from) {
        final int end = o + length;
        for (int at = from; at < end && attributeType(b, at) != MESSAGE_INTEGRITY; at = next(b, at)) {
            if (mustUnderstand(attributeType(b, at))) {
                return at;
            }
        }
        return NONE;
    }

    public static int firstAttribute(final int o) {
        return o + HEADER_LENGTH;
    }

    /** Where the attribute after this one starts. */
    public static int next(final DirectBuffer b, final int at) {
        return at + 4 + (valueLength(b, at) + 3 & ~3);
    }

    public static int attributeType(final DirectBuffer b, final int at) {
        return u16(b, at);
    }

    /** Length of an attribute's value without padding. */
    public static int valueLength(final DirectBuffer b, final int at) {
        return u16(b, at + 2);
    }

    /** Where an attribute's value starts. */
    public static int valueOffset(final int at) {
        return at + 4;
    }

    /** The value of a 32-bit attribute (PRIORITY, FINGERPRINT); 0 when it has another size. */
    public static int intValue(final DirectBuffer b, final int at) {
        return valueLength(b, at) == 4 ? b.getInt(at + 4, BIG_ENDIAN) : 0;
    }

    /** The value of a 64-bit attribute (ICE-CONTROLLED, ICE-CONTROLLING); 0 when it has another size. */
    public static long longValue(final DirectBuffer b, final int at) {
        return valueLength(b, at) == 8 ? b.getLong(at + 4, BIG_ENDIAN) : 0;
    }

    /** The number in an ERROR-CODE, such as 487; 0 when it is too short. */
    public static int errorCode(final DirectBuffer b, final int at) {
        return valueLength(b, at) < 4 ? 0 : (b.getByte(at + 6) & 7) * 100 + (b.getByte(at + 7) & 0xFF);
    }

    /** Whether an XOR-MAPPED-ADDRESS has the size of its family (RFC 8489 §14.2). */
    public static boolean isAddress(final DirectBuffer b, final int at) {
        final int family = valueLength(b, at) < 8 ? 0 : b.getByte(at + 5);
        return family == FAMILY_IPV4 && valueLength(b, at) == 8 || family == FAMILY_IPV6 && valueLength(b, at) == 20;
    }

    /** The port in an XOR-MAPPED-ADDRESS. */
    public static int xorPort(final DirectBuffer b, final int at) {
        return u16(b, at + 6) ^ MAGIC_COOKIE >>> 16;
    }

    /** The upper half of the address in an XOR-MAPPED-ADDRESS; 0 for IPv4. */
    public static long xorHigh(final DirectBuffer b, final int o, final int at) {
        return b.getByte(at + 5) == FAMILY_IPV4 ? 0 : b.getLong(at + 8, BIG_ENDIAN) ^ xorMaskHigh(b, o);
    }

    /** The lower half of the address in an XOR-MAPPED-ADDRESS; IPv4 is mapped into IPv6. */
    public static long xorLow(final DirectBuffer b, final int o, final int at) {
        return b.getByte(at + 5) == FAMILY_IPV4
                ? MAPPED_IPV4 | (b.getInt(at + 8, BIG_ENDIAN) ^ MAGIC_COOKIE) & 0xFFFF_FFFFL
                : b.getLong(at + 16, BIG_ENDIAN) ^ transactionLow(b, o);
    }

    static long xorMaskHigh(final DirectBuffer b, final int o) {
        return (long) MAGIC_COOKIE << 32 | transactionHigh(b, o) & 0xFFFF_FFFFL;
    }

    private static boolean mustUnderstand(final int attributeType) {
        return attributeType < 0x8000
                && switch (attributeType) {
                    case MAPPED_ADDRESS,
                            USERNAME,
                            ERROR_CODE,
                            UNKNOWN_ATTRIBUTES,
                            REALM,
                            NONCE,
                            XOR_MAPPED_ADDRESS,
                            PRIORITY,
                            USE_CANDIDATE -> false;
                    default -> true;
                };
    }

    private static int u16(final DirectBuffer b, final int at) {
        return b.getShort(at, BIG_ENDIAN) & 0xFFFF;
    }
}
