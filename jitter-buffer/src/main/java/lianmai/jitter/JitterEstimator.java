package lianmai.jitter;

import lianmai.rtp.RtpClock;

/**
 * Interarrival jitter of one stream (RFC 3550 §6.4.1, appendix A.8), kept in sixteenths as there.
 *
 * <p>Thread: relay (confined). Units: ns for arrivals, RTP ticks for the rest.
 */
public final class JitterEstimator {
    private final int clockRate;
    private boolean started;
    private int lastTransit;
    private long jitterSixteenths;

    /** @param clockRate RTP ticks per second */
    public JitterEstimator(final int clockRate) {
        this.clockRate = clockRate;
    }

    /** Takes every packet of the stream, in the order of arrival. */
    public void onPacket(final int timestamp, final long arrivalNs) {
        final int transit = (int) RtpClock.nsToTicks(arrivalNs, clockRate) - timestamp;
        if (started) {
            final long difference = Math.abs((long) (transit - lastTransit));
            jitterSixteenths += difference - (jitterSixteenths + 8 >> 4);
        }
        started = true;
        lastTransit = transit;
    }

    /** The estimate for report blocks, in RTP ticks. */
    public long jitter() {
        return jitterSixteenths >> 4;
    }

    /** Begins anew, for a source that restarted. */
    public void reset() {
        started = false;
        jitterSixteenths = 0;
    }
}
