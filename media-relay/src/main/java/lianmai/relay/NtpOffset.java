package lianmai.relay;

import java.util.concurrent.TimeUnit;

/**
 * How far one publisher's wall clock, as its sender reports give it, lies behind the server's clock: the smallest
 * difference seen, since a report can be late but never early. Shared by the publisher's audio and video, so that what
 * was captured together stays together.
 *
 * <p>Thread: relay (confined). Units: ns.
 */
final class NtpOffset {
    /** Rise allowed for each report, so that a drifting clock (≤ 200 ppm at one report a second) is followed. */
    private static final long RISE_NS = TimeUnit.MICROSECONDS.toNanos(200);
    /** A difference this large is a clock that was set, not a late report. */
    private static final long STEP_NS = TimeUnit.SECONDS.toNanos(5);

    private boolean known;
    private long offsetNs;

    /** A sender report with this wall-clock time (ns, any epoch) arrived. */
    void onSenderReport(final long ntpNs, final long nowNs) {
        final long candidate = nowNs - ntpNs;
        final boolean stepped = Math.abs(candidate - offsetNs) > STEP_NS;
        if (!known || stepped || candidate < offsetNs) {
            offsetNs = candidate;
            known = true;
        } else {
            offsetNs += Math.min(candidate - offsetNs, RISE_NS);
        }
    }

    /** The publisher's wall-clock time on the server's clock; only after the first report. */
    long serverNs(final long ntpNs) {
        return ntpNs + offsetNs;
    }
}
