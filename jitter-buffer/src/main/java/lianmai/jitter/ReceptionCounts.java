package lianmai.jitter;

/**
 * The counts of one received stream behind a report block (RFC 3550 §6.4.1, appendix A.3).
 *
 * <p>Thread: relay (confined). Units: packets; fractions in 1/256.
 */
public final class ReceptionCounts {
    /** {@link LossTracker} begins its extended numbers in cycle 1; a report begins in cycle 0. */
    private static final long FIRST_CYCLE = 1L << 16;

    private long base;
    private long highest;
    private long received;
    private long duplicates;
    private long expectedAtLastReport;
    private long receivedAtLastReport;

    ReceptionCounts() {}

    /** Begins anew at the first packet of a source, or of one that restarted. */
    void start(final long extended) {
        base = extended;
        highest = extended;
        received = 0;
        duplicates = 0;
        expectedAtLastReport = 0;
        receivedAtLastReport = 0;
    }

    void onReceived(final long newHighest, final boolean duplicate) {
        highest = newHighest;
        received++;
        duplicates += duplicate ? 1 : 0;
    }

    /** Packets that have arrived, late ones and duplicates too. */
    public long received() {
        return received;
    }

    public long duplicates() {
        return duplicates;
    }

    /** Packets that the sender must have sent, by their sequence numbers. */
    public long expected() {
        return received == 0 ? 0 : highest - base + 1;
    }

    /** Expected less received, held inside signed 24 bits; duplicates can make it negative. */
    public int cumulativeLost() {
        return (int) Math.clamp(expected() - received, -0x80_0000L, 0x7F_FFFFL);
    }

    /** 32 bits: cycles in the upper 16, the highest sequence number in the lower. */
    public int extendedHighest() {
        return (int) (highest - FIRST_CYCLE);
    }

    /** The fraction lost since the last call, 0 … 255 in 1/256; call it once for each report. */
    public int takeFractionLost() {
        final long expectedSince = expected() - expectedAtLastReport;
        final long lostSince = expectedSince - (received - receivedAtLastReport);
        expectedAtLastReport = expected();
        receivedAtLastReport = received;
        return expectedSince <= 0 || lostSince <= 0 ? 0 : (int) Math.min(255, (lostSince << 8) / expectedSince);
    }
}
