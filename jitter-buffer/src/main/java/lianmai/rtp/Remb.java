package lianmai.rtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Receiver Estimated Maximum Bitrate (draft-alvestrand-rmcat-remb-03 §2.2), an application-layer feedback message:
 *
 * <pre>
 *  12  'R' 'E' 'M' 'B'
 *  16  number of SSRCs, 8 bits | exponent, 6 bits | mantissa, 18 bits
 *  20  the SSRCs
 * </pre>
 *
 * <p>Units: bits per second = mantissa × 2^exponent.
 */
public final class Remb {
    public static final int FORMAT = 15;

    private static final int MIN_LENGTH = 20;
    private static final int IDENTIFIER = 0x52454D42;
    private static final int MANTISSA_BITS = 18;
    private static final int MANTISSA_MASK = (1 << MANTISSA_BITS) - 1;

    private Remb() {}

    public static boolean isValid(final DirectBuffer b, final int offset) {
        return RtcpHeader.isFeedback(b, offset, RtcpHeader.PAYLOAD_FEEDBACK, FORMAT)
                && RtcpHeader.contentLength(b, offset) >= MIN_LENGTH
                && NetworkOrder.i32(b, offset + 12) == IDENTIFIER
                && RtcpHeader.contentLength(b, offset) >= MIN_LENGTH + 4 * ssrcCount(b, offset);
    }

    /** Bits per second; what does not fit a long is {@link Long#MAX_VALUE}. */
    public static long bitrate(final DirectBuffer b, final int offset) {
        final int word = NetworkOrder.u24(b, offset + 17);
        final int exponent = word >>> MANTISSA_BITS;
        final long mantissa = word & MANTISSA_MASK;
        return Long.numberOfLeadingZeros(mantissa) > exponent ? mantissa << exponent : Long.MAX_VALUE;
    }

    public static int ssrcCount(final DirectBuffer b, final int offset) {
        return NetworkOrder.u8(b, offset + 16);
    }

    public static int ssrc(final DirectBuffer b, final int offset, final int index) {
        return NetworkOrder.i32(b, offset + MIN_LENGTH + 4 * index);
    }

    /**
     * Writes a REMB.
     *
     * @param bitrate bits per second, at least 0; rounded down to 18 significant bits
     * @param ssrcCount how many of {@code ssrcs}, at most 255
     * @return the packet's length
     */
    public static int write(
            final MutableDirectBuffer b,
            final int offset,
            final int senderSsrc,
            final long bitrate,
            final int[] ssrcs,
            final int ssrcCount) {
        final int length = MIN_LENGTH + 4 * ssrcCount;
        RtcpHeader.writeFeedback(b, offset, RtcpHeader.PAYLOAD_FEEDBACK, FORMAT, length, senderSsrc, 0);
        NetworkOrder.put32(b, offset + 12, IDENTIFIER);
        final int exponent = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(bitrate) - MANTISSA_BITS);
        NetworkOrder.put8(b, offset + 16, ssrcCount);
        NetworkOrder.put24(b, offset + 17, exponent << MANTISSA_BITS | (int) (bitrate >>> exponent));
        for (int i = 0; i < ssrcCount; i++) {
            NetworkOrder.put32(b, offset + MIN_LENGTH + 4 * i, ssrcs[i]);
        }
        return length;
    }
}
