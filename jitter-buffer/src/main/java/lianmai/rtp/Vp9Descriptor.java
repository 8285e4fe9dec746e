package lianmai.rtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The VP9 payload descriptor (RFC 9628 §4.2).
 *
 * <pre>
 *  |I|P|L|F|B|E|V|Z|       P inter-picture predicted, F flexible mode, B/E begin/end of a layer frame
 *  |M| PictureID, 7 or 15 bits |   when I
 *  | TID |U| SID |D|       when L
 *  |   TL0PICIDX   |       when L and not F
 *  |   P_DIFF    |N|       when P and F: 1 to 3 of them, N says whether another follows
 *  | scalability structure |   when V
 *    | N_S |Y|G| R |       N_S + 1 spatial layers; Y: width and height of each, 2 × 16 bits
 *    |     N_G       |     when G: pictures in the group, each
 *    | TID |U| R | |       R = how many P_DIFF bytes follow
 * </pre>
 *
 * {@link #length} must have answered more than 0 before the other accessors are used; those of a field that is not
 * there answer {@link #ABSENT}. Field offsets are absolute, so that a rewriter can overwrite them.
 *
 * <p>Units: bytes.
 */
public final class Vp9Descriptor {
    /** The answer for bytes that are no descriptor. */
    public static final int MALFORMED = -1;
    /** The field is not there. */
    public static final int ABSENT = -1;

    private static final int HAS_PICTURE_ID = 0x80;
    private static final int INTER_PREDICTED = 0x40;
    private static final int HAS_LAYERS = 0x20;
    private static final int FLEXIBLE = 0x10;
    private static final int FRAME_BEGIN = 0x08;
    private static final int FRAME_END = 0x04;
    private static final int HAS_STRUCTURE = 0x02;
    /** At most three reference indices (RFC 9628 §4.2). */
    private static final int MAX_REFERENCES = 3;

    private Vp9Descriptor() {}

    /**
     * The descriptor's length.
     *
     * @param length the payload's, without RTP padding
     * @return {@link #MALFORMED} when truncated, when no byte follows, or with more than three reference indices
     */
    public static int length(final DirectBuffer b, final int offset, final int length) {
        // The shortest field that decides about what follows is one byte: with two there, M can be looked at.
        if (length < 2) {
            return MALFORMED;
        }
        final int end = offset + length;
        int at = behindLayers(b, offset);
        if (has(b, offset, INTER_PREDICTED) && has(b, offset, FLEXIBLE)) {
            at = behindReferences(b, at, end);
        }
        if (at != MALFORMED && has(b, offset, HAS_STRUCTURE)) {
            at = behindStructure(b, at, end);
        }
        return at != MALFORMED && at < end ? at - offset : MALFORMED;
    }

    /** Whether the packet begins a layer frame. */
    public static boolean isFrameStart(final DirectBuffer b, final int offset) {
        return has(b, offset, FRAME_BEGIN);
    }

    /** Whether the packet ends a layer frame. */
    public static boolean isFrameEnd(final DirectBuffer b, final int offset) {
        return has(b, offset, FRAME_END);
    }

    /** Whether the picture needs earlier pictures. */
    public static boolean isInterPredicted(final DirectBuffer b, final int offset) {
        return has(b, offset, INTER_PREDICTED);
    }

    /**
     * Whether a key picture begins in this payload: the start of a frame of spatial layer 0 that needs no earlier
     * picture. False for what is no VP9.
     */
    public static boolean isKeyFrameStart(final DirectBuffer b, final int offset, final int length) {
        return length(b, offset, length) != MALFORMED
                && isFrameStart(b, offset)
                && !isInterPredicted(b, offset)
                && spatialId(b, offset) <= 0;
    }

    /** Where the {@link PictureId} stands, or {@link #ABSENT}. */
    public static int pictureIdOffset(final DirectBuffer b, final int offset) {
        return has(b, offset, HAS_PICTURE_ID) ? offset + 1 : ABSENT;
    }

    /** The picture id, or {@link #ABSENT}. */
    public static int pictureId(final DirectBuffer b, final int offset) {
        final int at = pictureIdOffset(b, offset);
        return at == ABSENT ? ABSENT : PictureId.read(b, at);
    }

    /** The temporal layer, 0 … 7, or {@link #ABSENT}. */
    public static int temporalId(final DirectBuffer b, final int offset) {
        return has(b, offset, HAS_LAYERS) ? NetworkOrder.u8(b, behindPictureId(b, offset)) >>> 5 : ABSENT;
    }

    /** The spatial layer, 0 … 7, or {@link #ABSENT}. */
    public static int spatialId(final DirectBuffer b, final int offset) {
        return has(b, offset, HAS_LAYERS) ? NetworkOrder.u8(b, behindPictureId(b, offset)) >>> 1 & 7 : ABSENT;
    }

    /** Where the TL0PICIDX byte stands, or {@link #ABSENT}, as always in flexible mode. */
    public static int tl0PictureIndexOffset(final DirectBuffer b, final int offset) {
        final boolean present = has(b, offset, HAS_LAYERS) && !has(b, offset, FLEXIBLE);
        return present ? behindPictureId(b, offset) + 1 : ABSENT;
    }

    /** The running index of pictures in the base temporal layer, 0 … 255, or {@link #ABSENT}. */
    public static int tl0PictureIndex(final DirectBuffer b, final int offset) {
        final int at = tl0PictureIndexOffset(b, offset);
        return at == ABSENT ? ABSENT : NetworkOrder.u8(b, at);
    }

    /** Overwrites a TL0PICIDX that is there, modulo 256. */
    public static void tl0PictureIndex(final MutableDirectBuffer b, final int offset, final int index) {
        NetworkOrder.put8(b, tl0PictureIndexOffset(b, offset), index);
    }

    private static boolean has(final DirectBuffer b, final int offset, final int flag) {
        return (b.getByte(offset) & flag) != 0;
    }

    private static int behindPictureId(final DirectBuffer b, final int offset) {
        return has(b, offset, HAS_PICTURE_ID) ? offset + 1 + PictureId.length(b, offset + 1) : offset + 1;
    }

    private static int behindLayers(final DirectBuffer b, final int offset) {
        final int at = behindPictureId(b, offset);
        if (!has(b, offset, HAS_LAYERS)) {
            return at;
        }
        return has(b, offset, FLEXIBLE) ? at + 1 : at + 2;
    }

    private static int behindReferences(final DirectBuffer b, final int from, final int end) {
        for (int i = 0; i < MAX_REFERENCES; i++) {
            final int at = from + i;
            if (at >= end) {
                return MALFORMED;
            }
            if ((b.getByte(at) & 1) == 0) {
                return at + 1;
            }
        }
        return MALFORMED;
    }

    private static int behindStructure(final DirectBuffer b, final int from, final int end) {
        if (from >= end) {
            return MALFORMED;
        }
        final int flags = NetworkOrder.u8(b, from);
        final int layers = (flags >>> 5) + 1;
        int at = from + 1 + ((flags & 0x10) != 0 ? 4 * layers : 0);
        if ((flags & 0x08) == 0) {
            return at;
        }
        if (at >= end) {
            return MALFORMED;
        }
        final int pictures = NetworkOrder.u8(b, at++);
        for (int i = 0; i < pictures; i++) {
            if (at >= end) {
                return MALFORMED;
            }
            at += 1 + (NetworkOrder.u8(b, at) >>> 2 & 3);
        }
        return at;
    }
}
