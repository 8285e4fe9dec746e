package lianmai.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import lianmai.bench.BenchException;
import lianmai.report.Metric;
import lianmai.stat.StatEntry;
import lianmai.stat.StatFile;
import lianmai.stat.StatInterval;

/**
 * How long packets stayed in a server while somebody else measures, and what its relay allocated meanwhile: from the
 * server's own stat file, which it writes once a second, so that begun and ended seconds count whole.
 *
 * <p>Thread: the one that reads is its own; {@link #end} any. Owns: the mapped file. Units: ns.
 */
final class Residence {
    private static final long LOOK_MS = 100;
    private static final String TIMES = "residence";
    private static final String ALLOCATED = "relay_allocated";
    private static final String VIOLATIONS = "budget_violations";

    private final Thread thread =
            Thread.ofPlatform().name("residence").daemon(true).unstarted(this::watch);
    private final StatFile file;
    private final StatInterval interval;
    private volatile boolean isOver;
    private volatile IOException failure;

    private Residence(final Path path) throws IOException {
        file = StatFile.open(path);
        interval = new StatInterval(file.read());
    }

    /** Begins to watch. */
    static Residence begin(final Path statFile) throws IOException {
        final Residence residence = new Residence(statFile);
        residence.thread.start();
        return residence;
    }

    private void watch() {
        try {
            while (!isOver) {
                interval.extend(file.read(), file.entries());
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            }
        } catch (final IOException e) {
            failure = e;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends, and adds what was seen. */
    void end(final Map<Metric, Double> figures) throws BenchException, IOException {
        isOver = true;
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
        try (file) {
            if (failure != null) {
                throw failure;
            }
            double violations = 0;
            double allocated = 0;
            double packets = 0;
            for (final StatEntry entry : file.entries()) {
                switch (entry.name()) {
                    case VIOLATIONS -> violations += interval.increase(entry);
                    case ALLOCATED -> allocated += interval.increase(entry);
                    case TIMES -> {
                        packets += interval.count(entry);
                        addTimes(entry, figures);
                    }
                    default -> {
                        // Of no interest here.
                    }
                }
            }
            figures.put(Metric.BUDGET_VIOLATIONS, violations);
            if (packets > 0) {
                figures.put(Metric.RELAY_ALLOCATED_PER_PACKET, allocated / packets);
            }
        }
    }

    /** Of the one shard: the server has one core. */
    private void addTimes(final StatEntry entry, final Map<Metric, Double> figures) {
        if (interval.count(entry) > 0) {
            final long longestNs = interval.largest(entry);
            final long[] counts = interval.buckets(entry);
            figures.put(Metric.RESIDENCE_P99_US, quantile(entry.bounds(), counts, 0.99, longestNs) / 1e3);
            figures.put(Metric.RESIDENCE_P999_US, quantile(entry.bounds(), counts, 0.999, longestNs) / 1e3);
            figures.put(Metric.RESIDENCE_MAX_US, longestNs / 1e3);
        }
    }

    /**
     * A percentile from a histogram's buckets, taken to be evenly filled on a logarithmic scale: to about a tenth.
     *
     * @param bounds upper ones of all but the last bucket
     * @param longest value, which no percentile exceeds
     */
    static double quantile(final List<Long> bounds, final long[] counts, final double share, final long longest) {
        long total = 0;
        for (final long count : counts) {
            total += count;
        }
        final double wanted = share * total;
        double below = 0;
        for (int i = 0; i < bounds.size(); i++) {
            if (counts[i] > 0 && below + counts[i] >= wanted) {
                final double upper = Math.min(bounds.get(i), longest);
                final double lower = i == 0 ? upper / 2 : Math.min(bounds.get(i - 1), upper);
                return lower * Math.pow(upper / lower, (wanted - below) / counts[i]);
            }
            below += counts[i];
        }
        return longest;
    }
}
