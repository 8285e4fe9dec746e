package lianmai.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import lianmai.io.RelayLatency;
import lianmai.stat.Figure;
import lianmai.stat.StatEntry.Histogram;

/**
 * One shard's residence times, taken once a second and then to be read by all who show them.
 *
 * <p>Thread: {@link #take} the monitor's; the rest any. Units: ns.
 */
final class Residence implements Figure.Source {
    /** Upper bounds of buckets: 1, 1.5, 2, 3, 5, 7 of each power of ten from 1 µs to 10 s. */
    static final List<Long> BOUNDS = bounds();

    /** Eight native buckets for each power of two, each 9 % wide; the relay's own resolution is 1 %. */
    static final int NATIVE_SCHEMA = 3;

    private static final double NATIVE_BUCKETS_OF_TWO = 1 << NATIVE_SCHEMA;
    /** Of a nanosecond, and of a minute: no packet stays as short, none as long. */
    private static final int NATIVE_LEAST = -239;

    private static final int NATIVE_MOST = 48;
    private static final double NS = 1e9;

    private final RelayLatency latency;
    private volatile Latest latest;

    /**
     * What was taken last.
     *
     * @param buckets counts since the start, one for each of {@link #BOUNDS} and one for all above
     * @param nativeCounts counts since the start, one for each native bucket from {@link #NATIVE_LEAST} on
     */
    record Latest(RelayLatency.Snapshot second, RelayLatency.Snapshot sinceStart, long[] buckets, long[] nativeCounts) {
        /** Those that are not empty, by their index. */
        NavigableMap<Integer, Long> nativeBuckets() {
            final NavigableMap<Integer, Long> counted = new TreeMap<>();
            for (int i = 0; i < nativeCounts.length; i++) {
                if (nativeCounts[i] > 0) {
                    counted.put(NATIVE_LEAST + i, nativeCounts[i]);
                }
            }
            return counted;
        }
    }

    Residence(final RelayLatency latency) {
        this.latency = latency;
        take();
    }

    /** Takes what was measured since the last time. */
    Latest take() {
        final RelayLatency.Snapshot second = latency.takeInterval();
        final long[] buckets = new long[BOUNDS.size() + 1];
        final long[] nativeCounts = new long[NATIVE_MOST - NATIVE_LEAST + 1];
        latency.buckets((aboveNs, upToNs, packets) -> {
            buckets[indexOf(aboveNs + 1)] += packets;
            final int nativeIndex = nativeIndexOf((aboveNs + upToNs + 1) / 2);
            nativeCounts[Math.clamp(nativeIndex, NATIVE_LEAST, NATIVE_MOST) - NATIVE_LEAST] += packets;
        });
        latest = new Latest(second, latency.sinceStart(), buckets, nativeCounts);
        return latest;
    }

    Latest latest() {
        return latest;
    }

    /** A total since the start. */
    long sinceStart(final ToLongFunction<RelayLatency.Snapshot> part) {
        return part.applyAsLong(latest.sinceStart);
    }

    @Override
    public void read(final long[] cells, final int at) {
        final Latest now = latest;
        cells[at + Histogram.SECOND_COUNT] = now.second.packets();
        cells[at + Histogram.P50] = now.second.p50Ns();
        cells[at + Histogram.P99] = now.second.p99Ns();
        cells[at + Histogram.P999] = now.second.p999Ns();
        cells[at + Histogram.MAX] = now.second.maxNs();
        cells[at + Histogram.SUM] = now.sinceStart.times().totalNs();
        System.arraycopy(now.buckets, 0, cells, at + Histogram.BUCKETS, now.buckets.length);
    }

    /** The bucket of {@link #BOUNDS} that a time belongs to. */
    static int indexOf(final long ns) {
        int index = 0;
        while (index < BOUNDS.size() && BOUNDS.get(index) < ns) {
            index++;
        }
        return index;
    }

    /** The native bucket i of schema n holds what is above 2^((i-1)/2^n) seconds and at most 2^(i/2^n). */
    static int nativeIndexOf(final long ns) {
        return (int) Math.ceil(Math.log(ns / NS) / Math.log(2) * NATIVE_BUCKETS_OF_TWO);
    }

    private static List<Long> bounds() {
        final List<Long> bounds = new ArrayList<>();
        for (long power = TimeUnit.MICROSECONDS.toNanos(1); power < TimeUnit.SECONDS.toNanos(10); power *= 10) {
            for (final int tenths : Arrays.asList(10, 15, 20, 30, 50, 70)) {
                bounds.add(power / 10 * tenths);
            }
        }
        bounds.add(TimeUnit.SECONDS.toNanos(10));
        return List.copyOf(bounds);
    }
}
