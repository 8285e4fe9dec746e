package lianmai.rtp;

import org.agrona.DirectBuffer;

/**
 * Reads the elements of an RTP header extension block (RFC 8285), in its one-byte and two-byte form.
 *
 * <pre>
 *   one-byte, profile 0xBEDE:            |  id 1..14 | len-1 |  data 1..16 bytes  |  0 = padding byte
 *   two-byte, profile 0x1000..0x100F:    |  id 1..255 |  len  |  data 0..255 bytes |
 * </pre>
 *
 * An element is a packed long with {@link #id}, {@link #offset} (absolute) and {@link #length}; {@link #NONE} ends the
 * iteration. A broken or foreign block reads as one without (further) elements.
 *
 * <pre>{@code
 *   for (long e = first(b, o, headerLength); e != NONE; e = next(b, o, headerLength, e)) { … }
 * }</pre>
 *
 * <p>Units: bytes.
 */
public final class RtpExtensions {
    /** No (further) element. */
    public static final long NONE = -1;

    static final int ONE_BYTE_PROFILE = 0xBEDE;
    static final int TWO_BYTE_PROFILE = 0x1000;
    /** The low four bits of the two-byte profile are the application's (RFC 8285 §4.3). */
    static final int TWO_BYTE_PROFILE_MASK = 0xFFF0;

    static final int BLOCK_HEADER_LENGTH = 4;
    /** Id 15 of the one-byte form ends the processing of the block (RFC 8285 §4.2). */
    private static final int ONE_BYTE_STOP_ID = 15;

    private RtpExtensions() {}

    /**
     * The first element with this id, or {@link #NONE}.
     *
     * @param offset where the RTP header begins
     * @param headerLength as {@link RtpHeader#length} answered it
     */
    public static long find(final DirectBuffer b, final int offset, final int headerLength, final int id) {
        long element = first(b, offset, headerLength);
        while (element != NONE && id(element) != id) {
            element = next(b, offset, headerLength, element);
        }
        return element;
    }

    /** The first element, or {@link #NONE}. */
    public static long first(final DirectBuffer b, final int offset, final int headerLength) {
        if (!RtpHeader.hasExtension(b, offset)) {
            return NONE;
        }
        final int block = RtpHeader.extensionOffset(b, offset);
        final int end = offset + headerLength;
        return block + BLOCK_HEADER_LENGTH > end ? NONE : elementAt(b, block, block + BLOCK_HEADER_LENGTH, end);
    }

    /** The element behind {@code element}, or {@link #NONE}. */
    public static long next(final DirectBuffer b, final int offset, final int headerLength, final long element) {
        final int block = RtpHeader.extensionOffset(b, offset);
        return elementAt(b, block, offset(element) + length(element), offset + headerLength);
    }

    /** 1 … 255. */
    public static int id(final long element) {
        return (int) (element >>> 40) & 0xFF;
    }

    /** Where the element's data begins, absolute. */
    public static int offset(final long element) {
        return (int) element;
    }

    /** The length of the element's data, 0 … 255. */
    public static int length(final long element) {
        return (int) (element >>> 32) & 0xFF;
    }

    static long element(final int id, final int offset, final int length) {
        return (long) id << 40 | (long) length << 32 | offset & 0xFFFF_FFFFL;
    }

    private static long elementAt(final DirectBuffer b, final int block, final int from, final int end) {
        final int profile = NetworkOrder.u16(b, block);
        int at = from;
        while (at < end && b.getByte(at) == 0) {
            at++;
        }
        if (at >= end) {
            return NONE;
        }
        if (profile == ONE_BYTE_PROFILE) {
            return oneByteElement(b, at, end);
        }
        return (profile & TWO_BYTE_PROFILE_MASK) == TWO_BYTE_PROFILE ? twoByteElement(b, at, end) : NONE;
    }

    private static long oneByteElement(final DirectBuffer b, final int at, final int end) {
        final int id = NetworkOrder.u8(b, at) >>> 4;
        final int length = (b.getByte(at) & 0x0F) + 1;
        final boolean stop = id == 0 || id == ONE_BYTE_STOP_ID || at + 1 + length > end;
        return stop ? NONE : element(id, at + 1, length);
    }

    private static long twoByteElement(final DirectBuffer b, final int at, final int end) {
        if (at + 2 > end) {
            return NONE;
        }
        final int length = NetworkOrder.u8(b, at + 1);
        return at + 2 + length > end ? NONE : element(NetworkOrder.u8(b, at), at + 2, length);
    }
}
