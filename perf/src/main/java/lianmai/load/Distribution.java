package lianmai.load;

import org.HdrHistogram.Histogram;

/**
 * Times since the last interval and since the start.
 *
 * <p>Thread: confined; what it hands out is a copy. Units: ns, to three digits, from 1 µs to a minute.
 */
final class Distribution {
    private static final long LOWEST_NS = 1_000;
    private static final long HIGHEST_NS = 60_000_000_000L;

    private final Histogram interval = empty();
    private final Histogram before = empty();

    static Histogram empty() {
        return new Histogram(LOWEST_NS, HIGHEST_NS, 3);
    }

    /** Out of range is recorded as the range's end. */
    void record(final long ns) {
        interval.recordValue(Math.clamp(ns, 0, HIGHEST_NS));
    }

    Histogram takeInterval() {
        final Histogram taken = interval.copy();
        before.add(interval);
        interval.reset();
        return taken;
    }

    Histogram total() {
        final Histogram sum = before.copy();
        sum.add(interval);
        return sum;
    }
}
