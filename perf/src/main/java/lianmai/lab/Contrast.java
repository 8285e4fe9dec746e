package lianmai.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import lianmai.lab.LabResult.Row;
import lianmai.report.Metric;
import lianmai.report.Spread;

/** In which figures a row differs from the one it is held against: by a fifth at least, and by more than noise. */
final class Contrast {
    /** Fewer show no noise. */
    static final int ENOUGH_ROUNDS = 3;

    private static final double LEAST = 1.2;

    private static final List<Metric> JUDGED = List.of(
            Metric.GC_CYCLES,
            Metric.GC_PAUSE_P99_US,
            Metric.SAFEPOINT_P99_US,
            Metric.ALLOCATION_STALLS,
            Metric.RESIDENCE_P99_US,
            Metric.RESIDENCE_P999_US,
            Metric.LATENCY_P99_US,
            Metric.STUTTER_PERCENT,
            Metric.JOIN_P50_MS,
            Metric.SERVER_CORE_PERCENT,
            Metric.RELAY_NS_PER_PACKET,
            Metric.RELAY_ALLOCATED_PER_PACKET,
            Metric.RSS_MB,
            Metric.STARTUP_MS);

    private Contrast() {}

    /** Whether both have been measured often enough for a difference to mean something. */
    static boolean isPossible(final Row row, final Row base) {
        return row.rounds().size() >= ENOUGH_ROUNDS && base.rounds().size() >= ENOUGH_ROUNDS;
    }

    /** The differences, each half a sentence. */
    static List<String> of(final Row row, final Row base) {
        final List<String> differences = new ArrayList<>();
        if (!isPossible(row, base)) {
            return differences;
        }
        for (final Metric metric : JUDGED) {
            final Optional<Spread> here = row.spread(metric);
            final Optional<Spread> there = base.spread(metric);
            if (here.isPresent() && there.isPresent() && isDifferent(here.get(), there.get())) {
                differences.add(label(metric) + ": " + metric.text(here.get().median()) + " instead of "
                        + metric.text(there.get().median()));
            }
        }
        return differences;
    }

    /** Some labels only say what is not said above them in a table. */
    private static String label(final Metric metric) {
        return metric == Metric.RELAY_ALLOCATED_PER_PACKET
                ? "heap bytes of the relay thread for each packet"
                : metric.label();
    }

    private static boolean isDifferent(final Spread here, final Spread there) {
        if (Math.min(here.rounds(), there.rounds()) < ENOUGH_ROUNDS) {
            return false;
        }
        final double more = Math.max(here.median(), there.median());
        final double less = Math.min(here.median(), there.median());
        return more - less > here.noise() + there.noise() && more > less * LEAST;
    }

    /** What is said on the console of this row and not of that one. */
    static List<String> words(final Row row, final Row base) {
        return row.words().stream()
                .filter(words -> !base.words().contains(words))
                .toList();
    }
}
