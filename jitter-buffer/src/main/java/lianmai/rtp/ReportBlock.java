package lianmai.rtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * One reception report inside a sender or receiver report (RFC 3550 §6.4.1).
 *
 * <pre>
 *   0  SSRC reported on
 *   4  fraction lost, 8 bits | cumulative lost, signed 24 bits
 *   8  extended highest sequence number received
 *  12  interarrival jitter
 *  16  LSR: middle 32 bits of the last sender report's NTP time, 0 when there was none
 *  20  DLSR: delay since that report
 * </pre>
 *
 * <p>Units: fraction in 1/256, jitter in RTP ticks, LSR and DLSR in 1/65536 s.
 */
public final class ReportBlock {
    public static final int LENGTH = 24;

    private static final int MAX_LOST = 0x7F_FFFF;
    private static final int MIN_LOST = -0x80_0000;

    private ReportBlock() {}

    public static int ssrc(final DirectBuffer b, final int offset) {
        return NetworkOrder.i32(b, offset);
    }

    /** 0 … 255, in 1/256. */
    public static int fractionLost(final DirectBuffer b, final int offset) {
        return NetworkOrder.u8(b, offset + 4);
    }

    /** Signed: duplicates make it negative. */
    public static int cumulativeLost(final DirectBuffer b, final int offset) {
        return NetworkOrder.s24(b, offset + 5);
    }

    /** Unsigned 32 bits: cycles in the upper 16, sequence number in the lower 16. */
    public static long extendedHighest(final DirectBuffer b, final int offset) {
        return NetworkOrder.u32(b, offset + 8);
    }

    /** Unsigned 32 bits. */
    public static long jitter(final DirectBuffer b, final int offset) {
        return NetworkOrder.u32(b, offset + 12);
    }

    /** See {@link NtpTime#roundTripNs}. */
    public static int lastSenderReport(final DirectBuffer b, final int offset) {
        return NetworkOrder.i32(b, offset + 16);
    }

    public static int delaySinceLastSenderReport(final DirectBuffer b, final int offset) {
        return NetworkOrder.i32(b, offset + 20);
    }

    /** Writes {@link #LENGTH} bytes; {@code cumulativeLost} is held inside 24 bits. */
    public static void write(
            final MutableDirectBuffer b,
            final int offset,
            final int ssrc,
            final int fractionLost,
            final long cumulativeLost,
            final long extendedHighest,
            final long jitter,
            final int lastSenderReport,
            final int delaySinceLastSenderReport) {
        NetworkOrder.put32(b, offset, ssrc);
        NetworkOrder.put8(b, offset + 4, fractionLost);
        NetworkOrder.put24(b, offset + 5, Math.clamp(cumulativeLost, MIN_LOST, MAX_LOST));
        NetworkOrder.put32(b, offset + 8, (int) extendedHighest);
        NetworkOrder.put32(b, offset + 12, (int) jitter);
        NetworkOrder.put32(b, offset + 16, lastSenderReport);
        NetworkOrder.put32(b, offset + 20, delaySinceLastSenderReport);
    }
}
