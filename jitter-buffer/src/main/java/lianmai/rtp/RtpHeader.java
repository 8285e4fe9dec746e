package lianmai.rtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The RTP fixed header with what may follow it (RFC 3550 §5.1).
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 *  |                           timestamp                           |
 *  |                             SSRC                              |
 *  |                     CSRC, CC times (0..15)                    |
 *  |      extension profile        |  its length in 32-bit words   |  when X
 * </pre>
 *
 * Only {@link #length} and {@link #paddingLength} may be asked about untrusted bytes; every other accessor needs at
 * least {@link #MIN_LENGTH} of them.
 *
 * <p>Units: bytes, RTP ticks.
 */
public final class RtpHeader {
    /** The header without CSRCs and extensions. */
    public static final int MIN_LENGTH = 12;
    /** The answer for bytes that are no RTP packet. */
    public static final int MALFORMED = -1;

    static final int VERSION_2 = 0x80;
    private static final int PADDING_BIT = 0x20;
    private static final int EXTENSION_BIT = 0x10;
    private static final int CSRC_COUNT_MASK = 0x0F;
    private static final int MARKER_BIT = 0x80;

    private RtpHeader() {}

    /**
     * Checks a packet and measures its header with CSRCs and extension block: the payload begins right behind.
     *
     * @return the header's length, or {@link #MALFORMED}: wrong version, truncated, or padding that does not fit
     */
    public static int length(final DirectBuffer b, final int offset, final int length) {
        if (length < MIN_LENGTH || NetworkOrder.u8(b, offset) >>> 6 != 2) {
            return MALFORMED;
        }
        int header = extensionOffset(b, offset) - offset;
        if (hasExtension(b, offset)) {
            if (length < header + 4) {
                return MALFORMED;
            }
            header += 4 + 4 * NetworkOrder.u16(b, offset + header + 2);
        }
        if (header > length) {
            return MALFORMED;
        }
        if (hasPadding(b, offset)) {
            final int padding = NetworkOrder.u8(b, offset + length - 1);
            if (padding == 0 || padding > length - header) {
                return MALFORMED;
            }
        }
        return header;
    }

    /** How many bytes at the packet's end are padding (0 without the padding bit), or {@link #MALFORMED}. */
    public static int paddingLength(final DirectBuffer b, final int offset, final int length) {
        if (length(b, offset, length) == MALFORMED) {
            return MALFORMED;
        }
        return hasPadding(b, offset) ? NetworkOrder.u8(b, offset + length - 1) : 0;
    }

    public static boolean hasPadding(final DirectBuffer b, final int offset) {
        return (b.getByte(offset) & PADDING_BIT) != 0;
    }

    public static boolean hasExtension(final DirectBuffer b, final int offset) {
        return (b.getByte(offset) & EXTENSION_BIT) != 0;
    }

    public static int csrcCount(final DirectBuffer b, final int offset) {
        return b.getByte(offset) & CSRC_COUNT_MASK;
    }

    public static boolean marker(final DirectBuffer b, final int offset) {
        return (b.getByte(offset + 1) & MARKER_BIT) != 0;
    }

    /** 0 … 127. */
    public static int payloadType(final DirectBuffer b, final int offset) {
        return b.getByte(offset + 1) & 0x7F;
    }

    /** 0 … 65535. */
    public static int sequence(final DirectBuffer b, final int offset) {
        return NetworkOrder.u16(b, offset + 2);
    }

    /** All 32 bits, as a signed int. */
    public static int timestamp(final DirectBuffer b, final int offset) {
        return NetworkOrder.i32(b, offset + 4);
    }

    /** All 32 bits, as a signed int. */
    public static int ssrc(final DirectBuffer b, final int offset) {
        return NetworkOrder.i32(b, offset + 8);
    }

    public static void marker(final MutableDirectBuffer b, final int offset, final boolean marker) {
        NetworkOrder.put8(b, offset + 1, payloadType(b, offset) | (marker ? MARKER_BIT : 0));
    }

    public static void payloadType(final MutableDirectBuffer b, final int offset, final int payloadType) {
        NetworkOrder.put8(b, offset + 1, b.getByte(offset + 1) & MARKER_BIT | payloadType & 0x7F);
    }

    public static void sequence(final MutableDirectBuffer b, final int offset, final int sequence) {
        NetworkOrder.put16(b, offset + 2, sequence);
    }

    public static void timestamp(final MutableDirectBuffer b, final int offset, final int timestamp) {
        NetworkOrder.put32(b, offset + 4, timestamp);
    }

    public static void ssrc(final MutableDirectBuffer b, final int offset, final int ssrc) {
        NetworkOrder.put32(b, offset + 8, ssrc);
    }

    /** Sets or clears the padding bit; the padding bytes are the caller's. */
    public static void padding(final MutableDirectBuffer b, final int offset, final boolean padding) {
        firstByteFlag(b, offset, PADDING_BIT, padding);
    }

    /** Writes a header of {@link #MIN_LENGTH} bytes without padding, CSRCs and extensions. */
    public static void write(
            final MutableDirectBuffer b,
            final int offset,
            final boolean marker,
            final int payloadType,
            final int sequence,
            final int timestamp,
            final int ssrc) {
        NetworkOrder.put8(b, offset, VERSION_2);
        NetworkOrder.put8(b, offset + 1, (marker ? MARKER_BIT : 0) | payloadType & 0x7F);
        sequence(b, offset, sequence);
        timestamp(b, offset, timestamp);
        ssrc(b, offset, ssrc);
    }

    /** Sets or clears the extension bit; the extension block is the caller's. */
    static void extension(final MutableDirectBuffer b, final int offset, final boolean extension) {
        firstByteFlag(b, offset, EXTENSION_BIT, extension);
    }

    /** Where the extension block is, or would be: behind the CSRCs. */
    static int extensionOffset(final DirectBuffer b, final int offset) {
        return offset + MIN_LENGTH + 4 * csrcCount(b, offset);
    }

    private static void firstByteFlag(
            final MutableDirectBuffer b, final int offset, final int flag, final boolean value) {
        final int cleared = b.getByte(offset) & ~flag;
        NetworkOrder.put8(b, offset, value ? cleared | flag : cleared);
    }
}
