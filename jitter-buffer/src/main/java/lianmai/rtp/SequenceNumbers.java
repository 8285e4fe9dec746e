package lianmai.rtp;

/**
 * Arithmetic on 16-bit RTP sequence numbers, which wrap (RFC 3550 §5.1), and on extended ones, which do not.
 *
 * <p>Units: sequence numbers; an extended number is {@code rollOverCounter << 16 | sequence}.
 */
public final class SequenceNumbers {
    private SequenceNumbers() {}

    /** Signed distance from {@code from} to {@code to} on the 16-bit circle, in −32768 … 32767. */
    public static int distance(final int from, final int to) {
        return (short) (to - from);
    }

    /** Whether {@code a} comes after {@code b}; exactly half the circle apart counts as before. */
    public static boolean isNewer(final int a, final int b) {
        return distance(b, a) > 0;
    }

    /**
     * The extended number of {@code sequence} that lies nearest to {@code reference} (RFC 3711 §3.3.1 and appendix A).
     *
     * @param reference an extended number near which the packet is expected, at least 0
     * @return the estimate; never negative
     */
    public static long extend(final long reference, final int sequence) {
        final long candidate = reference + distance((int) reference & 0xFFFF, sequence);
        return candidate < 0 ? candidate + 0x1_0000 : candidate;
    }
}
