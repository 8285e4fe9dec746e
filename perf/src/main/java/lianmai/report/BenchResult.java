package lianmai.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One run of {@code ./lianmai bench}; {@code result.json} is this record.
 *
 * @param schema {@link #SCHEMA} when it was written
 * @param command what to type to get it again
 * @param startedAt ISO 8601, UTC
 * @param options what was asked for, defaults included
 * @param contenders ours first
 * @param reference C loops on the same machine in the same run
 * @param steps of {@code --find-max}; empty otherwise
 * @param timeline safepoints and collections of our server while it was measured
 * @param warnings what a reader has to know before believing a figure
 */
public record BenchResult(
        int schema,
        String scenario,
        String command,
        String startedAt,
        Machine machine,
        Map<String, String> options,
        List<Contender> contenders,
        List<Reference> reference,
        List<Step> steps,
        List<Pause> timeline,
        List<String> warnings) {
    /** Goes up when a reader of an older file would misunderstand a newer one. */
    public static final int SCHEMA = 1;

    private static final Set<String> LEVELS = Set.of("residence", "overload", "shards");

    public BenchResult {
        contenders = List.copyOf(contenders);
        reference = List.copyOf(reference);
        steps = List.copyOf(steps);
        timeline = List.copyOf(timeline);
        warnings = List.copyOf(warnings);
    }

    /**
     * One server that was measured.
     *
     * @param name {@code lianmai}, {@code janus}, {@code janus tuned}, {@code whip}
     * @param about its version and how it was set up
     * @param latency of all rounds together
     */
    public record Contender(String name, String about, List<Round> rounds, List<Percentile> latency) {
        public Contender {
            rounds = List.copyOf(rounds);
            latency = List.copyOf(latency);
        }

        /** Every figure that each round has, over the rounds. */
        public Map<Metric, Spread> spreads() {
            final Map<Metric, Spread> spreads = new EnumMap<>(Metric.class);
            for (final Metric metric : Metric.values()) {
                final List<Double> values = values(metric);
                if (!values.isEmpty()) {
                    spreads.put(metric, Spread.of(values));
                }
            }
            return spreads;
        }

        private List<Double> values(final Metric metric) {
            final List<Double> values = new ArrayList<>();
            for (final Round round : rounds) {
                final Double value = round.figures().get(metric);
                if (value != null) {
                    values.add(value);
                }
            }
            return values;
        }
    }

    /** One measured interval. */
    public record Round(Map<Metric, Double> figures) {
        public Round {
            figures = figures.isEmpty() ? Map.of() : new EnumMap<>(figures);
        }
    }

    /** How many percent of the packets were as fast as this, or faster. */
    public record Percentile(double percent, double micros) {}

    /** A C loop. */
    public record Reference(String name, double nsPerPacket, String note) {}

    /** One load that {@code --find-max} tried. */
    public record Step(
            int subscribers, double packetsPerSecond, double lossPercent, double p99Micros, boolean isGood) {}

    /**
     * The server's JVM stood still, or collected garbage beside it.
     *
     * @param atS seconds since the first measured round began
     * @param what the operation
     */
    public record Pause(double atS, double micros, String what, boolean isSafepoint) {}

    /** Whether its columns are one server in several states: then they are no contenders, and no ratios are told. */
    @JsonIgnore
    public boolean hasLevels() {
        return LEVELS.contains(scenario);
    }

    /** How each figure of ours relates to another contender's of the same round. */
    public Map<Metric, Spread> ratios(final Contender other) {
        final Map<Metric, Spread> ratios = new EnumMap<>(Metric.class);
        for (final Metric metric : Metric.values()) {
            if (metric.isComparable()) {
                final List<Double> ratio = paired(metric, other);
                if (!ratio.isEmpty()) {
                    ratios.put(metric, Spread.of(ratio));
                }
            }
        }
        return ratios;
    }

    private List<Double> paired(final Metric metric, final Contender other) {
        final List<Double> ratio = new ArrayList<>();
        final List<Round> ours = contenders.getFirst().rounds();
        for (int round = 0; round < Math.min(ours.size(), other.rounds().size()); round++) {
            final Double mine = ours.get(round).figures().get(metric);
            final Double theirs = other.rounds().get(round).figures().get(metric);
            if (mine != null && theirs != null && mine > 0 && theirs > 0) {
                ratio.add(mine / theirs);
            }
        }
        return ratio;
    }
}
