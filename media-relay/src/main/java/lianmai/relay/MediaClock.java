package lianmai.relay;

import java.util.concurrent.TimeUnit;

/**
 * Maps one publication's RTP timestamps onto the server's clock and back, so that our own sender reports can tell
 * viewers what was captured together, across publishers and seat switches (RFC 3550 §6.4.1).
 *
 * <p>Before the publisher's first sender report the packet with the least delay so far defines the map; afterwards its
 * reports do, and the map slides there gradually: receivers reject a report that jumps.
 *
 * <p>Thread: relay (confined). Units: RTP ticks, ns of the server's clock.
 */
final class MediaClock {
    /** Late packets pull the map up by at most this much each, which follows a clock that drifts by 200 ppm. */
    private static final long RISE_NS = TimeUnit.MICROSECONDS.toNanos(5);
    /** The map slides by at most 1/20 of the time that passes. */
    private static final long SLEW_DIVISOR = 20;
    /** An error this large is set right at once. */
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final int clockRate;
    private boolean started;
    private int anchorTimestamp;
    private long anchorNs;
    private boolean reported;
    private int reportTimestamp;
    private long reportNs;
    private long lastPacketNs;

    /** @param clockRate RTP ticks per second */
    MediaClock(final int clockRate) {
        this.clockRate = clockRate;
    }

    /** A packet with this timestamp arrived. */
    void onPacket(final int timestamp, final long nowNs) {
        if (!started) {
            started = true;
            anchorTimestamp = timestamp;
            anchorNs = nowNs;
            lastPacketNs = nowNs;
            return;
        }
        final long mapped = serverNs(timestamp);
        if (reported) {
            final long error = reportNs + nanos(timestamp - reportTimestamp) - mapped;
            final long step = Math.max(0, nowNs - lastPacketNs) / SLEW_DIVISOR;
            anchorNs = mapped + (Math.abs(error) > STEP_NS ? error : Math.clamp(error, -step, step));
        } else {
            final long late = nowNs - mapped;
            anchorNs = mapped + (late > STEP_NS ? late : Math.min(late, RISE_NS));
        }
        // The anchor moves along, or the 32-bit timestamp would wrap around it after half a day.
        anchorTimestamp = timestamp;
        lastPacketNs = nowNs;
    }

    /** A sender report that ties {@code timestamp} to the publisher's wall clock. */
    void onSenderReport(final int timestamp, final long ntpNs, final NtpOffset offset) {
        onServerReport(timestamp, offset.serverNs(ntpNs));
    }

    /** Media with this timestamp was captured at {@code serverNs}, as a report has told. */
    void onServerReport(final int timestamp, final long serverNs) {
        reported = true;
        reportTimestamp = timestamp;
        reportNs = serverNs;
    }

    /** Whether any packet has come: without one there is no map. */
    boolean started() {
        return started;
    }

    /** When the media with this timestamp was captured, give or take a constant common to the publisher's streams. */
    long serverNs(final int timestamp) {
        return anchorNs + nanos(timestamp - anchorTimestamp);
    }

    /** The timestamp of media captured at {@code serverNs}. */
    int timestampAt(final long serverNs) {
        return anchorTimestamp + ticks(serverNs - anchorNs, clockRate);
    }

    /** Nanoseconds as ticks of a clock, modulo 2^32; any span of time that a server lives. */
    static int ticks(final long ns, final int clockRate) {
        final long seconds = Math.floorDiv(ns, TimeUnit.SECONDS.toNanos(1));
        final long rest = Math.floorMod(ns, TimeUnit.SECONDS.toNanos(1));
        return (int) (seconds * clockRate + rest * clockRate / TimeUnit.SECONDS.toNanos(1));
    }

    private long nanos(final int tickCount) {
        return tickCount * TimeUnit.SECONDS.toNanos(1) / clockRate;
    }
}
