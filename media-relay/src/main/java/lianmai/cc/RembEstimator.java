package lianmai.cc;

import java.util.concurrent.TimeUnit;

/**
 * The bitrate to allow a publisher that negotiated REMB instead of transport-wide feedback
 * (draft-alvestrand-rmcat-remb-03): well above what it sends while nothing is lost, so that it ramps up, and below it
 * when more than 10 % is (the loss rule of draft-ietf-rmcat-gcc-02 §6).
 *
 * <p>Thread: relay (confined). Units: bits per second, bytes, ns.
 */
public final class RembEstimator {
    private static final long LOWEST = 300_000;
    private static final long HIGHEST = 8_000_000;
    private static final long FIRST = 1_500_000;
    /** As often as libwebrtc sends its own. */
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private long bytes;
    private long intervalStartNs = Long.MIN_VALUE;
    private long estimate = FIRST;

    /** An RTP packet of this many bytes came in. */
    public void onPacket(final int length, final long nowNs) {
        if (intervalStartNs == Long.MIN_VALUE) {
            intervalStartNs = nowNs;
        }
        bytes += length;
    }

    /** When the next REMB is due. */
    public long nextDeadlineNs() {
        return intervalStartNs == Long.MIN_VALUE ? Long.MAX_VALUE : intervalStartNs + INTERVAL_NS;
    }

    /**
     * Closes the interval.
     *
     * @param lost the share of packets lost in it, 0 … 1
     * @return the bitrate to announce
     */
    public long update(final double lost, final long nowNs) {
        final long elapsed = Math.max(1, nowNs - intervalStartNs);
        final long received = bytes * 8 * TimeUnit.SECONDS.toNanos(1) / elapsed;
        if (lost > 0.1) {
            estimate = (long) (estimate * (1 - 0.5 * lost));
        } else if (lost < 0.02) {
            estimate = Math.max(estimate, received * 3 / 2);
        }
        estimate = Math.clamp(estimate, LOWEST, HIGHEST);
        bytes = 0;
        intervalStartNs = nowNs;
        return estimate;
    }
}
