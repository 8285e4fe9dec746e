package lianmai.rtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The picture id that VP8 (RFC 7741 §4.2) and VP9 (RFC 9628 §4.2) share: 7 bits, or 15 bits when the first bit is set.
 * It may begin anywhere, wraps, and keeps its width within a stream.
 */
public final class PictureId {
    private static final int WIDE_BIT = 0x80;

    private PictureId() {}

    /** 7 or 15. */
    public static int bits(final DirectBuffer b, final int offset) {
        return (b.getByte(offset) & WIDE_BIT) == 0 ? 7 : 15;
    }

    /** The id at {@code offset}, in its own width. */
    public static int read(final DirectBuffer b, final int offset) {
        return bits(b, offset) == 7 ? NetworkOrder.u8(b, offset) : NetworkOrder.u16(b, offset) & 0x7FFF;
    }

    /** Overwrites an id in the width that stands there; higher bits are cut off. */
    public static void write(final MutableDirectBuffer b, final int offset, final int pictureId) {
        if (bits(b, offset) == 7) {
            NetworkOrder.put8(b, offset, pictureId & 0x7F);
        } else {
            NetworkOrder.put16(b, offset, WIDE_BIT << 8 | pictureId & 0x7FFF);
        }
    }

    /** Bytes it takes: 1 or 2. */
    static int length(final DirectBuffer b, final int offset) {
        return bits(b, offset) == 7 ? 1 : 2;
    }
}
