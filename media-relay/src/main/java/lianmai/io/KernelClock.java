package lianmai.io;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Maps the kernel's receive timestamps, which are wall-clock time, onto the monotonic clock. How far the two are apart
 * is measured once a second, as the wall clock is slewed, and when a timestamp comes out far from now, as it sometimes
 * steps. A timestamp from before a step still comes out wrong, and whoever uses it must look at that.
 *
 * <p>Thread: relay (confined). Units: ns.
 */
final class KernelClock {
    private static final long MEASURED_EVERY_NS = TimeUnit.SECONDS.toNanos(1);
    /** One of a few attempts is not interrupted between its two readings. */
    private static final int ATTEMPTS = 5;
    /** Good enough to stop: what the readings themselves take. */
    private static final long CLOSE_NS = 500;

    /** No turn lasts, and no datagram waits, as long unless something is wrong. */
    private static final long FAR_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final LongSupplier monotonic;
    private final LongSupplier wall;
    private long wallToMonotonicNs;
    private long measuredNs;

    KernelClock(final LongSupplier monotonic, final LongSupplier wall) {
        this.monotonic = monotonic;
        this.wall = wall;
        measure();
    }

    /** Measures the two clocks again when a second has passed. */
    void onTime(final long nowNs) {
        if (nowNs - measuredNs >= MEASURED_EVERY_NS) {
            measure();
        }
    }

    /** What the monotonic clock showed at a time of the wall clock; it shows {@code nowNs} as the turn begins. */
    long monotonicNs(final long wallNs, final long nowNs) {
        if (Math.abs(wallNs + wallToMonotonicNs - nowNs) > FAR_NS && measuredNs < nowNs) {
            measure();
        }
        return wallNs + wallToMonotonicNs;
    }

    private void measure() {
        long closest = Long.MAX_VALUE;
        long after = 0;
        for (int attempt = 0; attempt < ATTEMPTS && closest > CLOSE_NS; attempt++) {
            final long before = monotonic.getAsLong();
            final long wallNow = wall.getAsLong();
            after = monotonic.getAsLong();
            if (after - before < closest) {
                closest = after - before;
                wallToMonotonicNs = before + closest / 2 - wallNow;
            }
        }
        measuredNs = after;
    }
}
