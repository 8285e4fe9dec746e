package lianmai.stat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What happened between two readings.
 *
 * <p>Thread: one. Units: as each entry says.
 */
public final class StatInterval {
    private static final long PUBLISHED_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    private final StatReading before;
    private StatReading now;
    private final Map<StatEntry, Long> largest = new HashMap<>();

    /** Begins one. */
    public StatInterval(final StatReading before) {
        this.before = before;
        now = before;
    }

    /** Takes a later reading in; of each second in between the largest values count. */
    public void extend(final StatReading later, final List<StatEntry> entries) {
        if (later.ageNs() == now.ageNs()) {
            return;
        }
        now = later;
        for (final StatEntry entry : entries) {
            if (entry.kind() == StatEntry.Kind.HISTOGRAM) {
                largest.merge(entry, now.value(entry, StatEntry.Histogram.MAX), Math::max);
            }
        }
    }

    StatReading now() {
        return now;
    }

    public double seconds() {
        return (now.ageNs() - before.ageNs()) / 1e9;
    }

    public long increase(final StatEntry entry) {
        return now.value(entry) - before.value(entry);
    }

    double perSecond(final StatEntry entry) {
        return seconds() == 0 ? 0 : increase(entry) / seconds();
    }

    /** How many values each bucket of a histogram got. */
    public long[] buckets(final StatEntry entry) {
        final long[] counts = new long[entry.bounds().size() + 1];
        for (int i = 0; i < counts.length; i++) {
            final int cell = StatEntry.Histogram.BUCKETS + i;
            counts[i] = now.value(entry, cell) - before.value(entry, cell);
        }
        return counts;
    }

    public long count(final StatEntry entry) {
        long sum = 0;
        for (final long count : buckets(entry)) {
            sum += count;
        }
        return sum;
    }

    public long largest(final StatEntry entry) {
        return largest.getOrDefault(entry, 0L);
    }

    /** The server's own figure for a second; for longer intervals the upper bound of the bucket it lies in. */
    long percentile(final StatEntry entry, final int cell, final double share) {
        if (now.ageNs() - before.ageNs() < PUBLISHED_EVERY_NS * 3 / 2) {
            return now.value(entry, cell);
        }
        final long[] counts = buckets(entry);
        final double wanted = share * count(entry);
        double sum = 0;
        for (int i = 0; i < counts.length - 1; i++) {
            sum += counts[i];
            if (sum > 0 && sum >= wanted) {
                return Math.min(entry.bounds().get(i), largest(entry));
            }
        }
        return largest(entry);
    }
}
