package lianmai.rtp;

import org.agrona.DirectBuffer;

/**
 * Looks into H.264 payloads of packetization modes 0 and 1 (RFC 6184 §5): single NAL units (types 1..23), STAP-A (24),
 * FU-A (28).
 *
 * <pre>
 *   NAL header  |F|NRI| type |
 *   STAP-A      | 24 | size, 16 bits | NAL unit | size | NAL unit | …
 *   FU-A        | 28 | |S|E|R| type | …       S: the first fragment
 * </pre>
 *
 * <p>Units: bytes.
 */
public final class H264Payload {
    private static final int TYPE_MASK = 0x1F;
    private static final int IDR_SLICE = 5;
    private static final int SEQUENCE_PARAMETERS = 7;
    private static final int STAP_A = 24;
    private static final int FU_A = 28;
    private static final int FU_START = 0x80;
    /** {@code first_mb_in_slice} is the slice header's first field; as an Exp-Golomb code, 0 is a single 1 bit. */
    private static final int FIRST_MACROBLOCK_ZERO = 0x80;

    private H264Payload() {}

    /**
     * Whether a key frame begins in this payload: sequence parameters, or the first slice of an IDR picture.
     *
     * <p>A key frame whose sequence parameters travel in a packet of their own answers true for both packets; its start
     * is the first one with that RTP timestamp.
     */
    public static boolean isKeyFrameStart(final DirectBuffer b, final int offset, final int length) {
        if (length < 2) {
            return false;
        }
        final int type = b.getByte(offset) & TYPE_MASK;
        return switch (type) {
            case STAP_A -> isKeyFrameInside(b, offset + 1, offset + length);
            case FU_A -> {
                final int header = b.getByte(offset + 1);
                yield (header & FU_START) != 0 && isKeyUnit(b, header & TYPE_MASK, offset + 2, offset + length);
            }
            default -> isKeyUnit(b, type, offset + 1, offset + length);
        };
    }

    private static boolean isKeyFrameInside(final DirectBuffer b, final int from, final int end) {
        int at = from;
        while (at + 3 <= end) {
            final int size = NetworkOrder.u16(b, at);
            final int unit = at + 2;
            if (size == 0 || unit + size > end) {
                return false;
            }
            if (isKeyUnit(b, b.getByte(unit) & TYPE_MASK, unit + 1, unit + size)) {
                return true;
            }
            at = unit + size;
        }
        return false;
    }

    private static boolean isKeyUnit(final DirectBuffer b, final int type, final int body, final int end) {
        return type == SEQUENCE_PARAMETERS
                || type == IDR_SLICE && body < end && (b.getByte(body) & FIRST_MACROBLOCK_ZERO) != 0;
    }
}
