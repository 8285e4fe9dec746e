package lianmai.rtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The VP8 payload descriptor (RFC 7741 §4.2) and the first bit of the payload header behind it (§4.3).
 *
 * <pre>
 *  |X|R|N|S|R| PID |        S start of partition, PID its index
 *  |I|L|T|K|  RSV  |        when X
 *  |M| PictureID, 7 or 15 bits |   when I
 *  |   TL0PICIDX   |        when L
 *  |TID|Y| KEYIDX  |        when T or K
 *  |… |P|                   payload header; P = 0: key frame
 * </pre>
 *
 * {@link #length} must have answered more than 0 before the other accessors are used; those of a field that is not
 * there answer {@link #ABSENT}. Field offsets are absolute, so that a rewriter can overwrite them.
 *
 * <p>Units: bytes.
 */
public final class Vp8Descriptor {
    /** The answer for bytes that are no descriptor. */
    public static final int MALFORMED = -1;
    /** The field is not there. */
    public static final int ABSENT = -1;

    private static final int EXTENDED = 0x80;
    private static final int START_AND_INDEX = 0x17;
    private static final int START = 0x10;
    private static final int HAS_PICTURE_ID = 0x80;
    private static final int HAS_TL0 = 0x40;
    private static final int HAS_TID = 0x20;
    private static final int HAS_KEY_INDEX = 0x10;
    private static final int INTER_FRAME = 0x01;

    private Vp8Descriptor() {}

    /**
     * The descriptor's length, 1 … 6.
     *
     * @param length the payload's, without RTP padding
     * @return {@link #MALFORMED} when truncated; the descriptor alone, without a byte behind it, is truncated too
     */
    public static int length(final DirectBuffer b, final int offset, final int length) {
        if (length < 2) {
            return MALFORMED;
        }
        if ((b.getByte(offset) & EXTENDED) == 0) {
            return 1;
        }
        final int flags = b.getByte(offset + 1);
        int descriptor = 2;
        if ((flags & HAS_PICTURE_ID) != 0) {
            if (length < 3) {
                return MALFORMED;
            }
            descriptor += PictureId.length(b, offset + 2);
        }
        descriptor += (flags & HAS_TL0) != 0 ? 1 : 0;
        descriptor += (flags & (HAS_TID | HAS_KEY_INDEX)) != 0 ? 1 : 0;
        return descriptor < length ? descriptor : MALFORMED;
    }

    /** Whether the packet begins a frame: the start of partition 0. */
    public static boolean isFrameStart(final DirectBuffer b, final int offset) {
        return (b.getByte(offset) & START_AND_INDEX) == START;
    }

    /** Whether a key frame begins in this payload; false for what is no VP8. */
    public static boolean isKeyFrameStart(final DirectBuffer b, final int offset, final int length) {
        final int descriptor = length(b, offset, length);
        return descriptor != MALFORMED
                && isFrameStart(b, offset)
                && (b.getByte(offset + descriptor) & INTER_FRAME) == 0;
    }

    /** Where the {@link PictureId} stands, or {@link #ABSENT}. */
    public static int pictureIdOffset(final DirectBuffer b, final int offset) {
        return (flags(b, offset) & HAS_PICTURE_ID) != 0 ? offset + 2 : ABSENT;
    }

    /** The picture id, or {@link #ABSENT}. */
    public static int pictureId(final DirectBuffer b, final int offset) {
        final int at = pictureIdOffset(b, offset);
        return at == ABSENT ? ABSENT : PictureId.read(b, at);
    }

    /** Where the TL0PICIDX byte stands, or {@link #ABSENT}. */
    public static int tl0PictureIndexOffset(final DirectBuffer b, final int offset) {
        return (flags(b, offset) & HAS_TL0) != 0 ? behindPictureId(b, offset) : ABSENT;
    }

    /** The running index of frames in the base temporal layer, 0 … 255, or {@link #ABSENT}. */
    public static int tl0PictureIndex(final DirectBuffer b, final int offset) {
        final int at = tl0PictureIndexOffset(b, offset);
        return at == ABSENT ? ABSENT : NetworkOrder.u8(b, at);
    }

    /** Overwrites a TL0PICIDX that is there, modulo 256. */
    public static void tl0PictureIndex(final MutableDirectBuffer b, final int offset, final int index) {
        NetworkOrder.put8(b, tl0PictureIndexOffset(b, offset), index);
    }

    /** The temporal layer, 0 … 3, or {@link #ABSENT}. */
    public static int temporalId(final DirectBuffer b, final int offset) {
        return (flags(b, offset) & HAS_TID) != 0 ? NetworkOrder.u8(b, layerOffset(b, offset)) >>> 6 : ABSENT;
    }

    /** Whether the frame depends on the base layer only, so that a receiver may switch up here. */
    public static boolean isLayerSync(final DirectBuffer b, final int offset) {
        return (flags(b, offset) & HAS_TID) != 0 && (b.getByte(layerOffset(b, offset)) & 0x20) != 0;
    }

    /** Where the byte with TID, Y and KEYIDX stands, or {@link #ABSENT}. */
    public static int keyIndexOffset(final DirectBuffer b, final int offset) {
        return (flags(b, offset) & HAS_KEY_INDEX) != 0 ? layerOffset(b, offset) : ABSENT;
    }

    /** The key frame index, 0 … 31, or {@link #ABSENT}. */
    public static int keyIndex(final DirectBuffer b, final int offset) {
        final int at = keyIndexOffset(b, offset);
        return at == ABSENT ? ABSENT : b.getByte(at) & 0x1F;
    }

    private static int flags(final DirectBuffer b, final int offset) {
        return (b.getByte(offset) & EXTENDED) != 0 ? b.getByte(offset + 1) : 0;
    }

    private static int behindPictureId(final DirectBuffer b, final int offset) {
        final boolean hasPictureId = (flags(b, offset) & HAS_PICTURE_ID) != 0;
        return hasPictureId ? offset + 2 + PictureId.length(b, offset + 2) : offset + 2;
    }

    private static int layerOffset(final DirectBuffer b, final int offset) {
        return behindPictureId(b, offset) + ((flags(b, offset) & HAS_TL0) != 0 ? 1 : 0);
    }
}
