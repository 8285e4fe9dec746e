package lianmai.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How fast each scenario was on one kind of machine when it was last found good: {@code perf/baselines/<kind>.json}.
 *
 * <p>Costs are kept as ratios to the C loop of the same round, rates as their product with it, so that a host that is
 * slow today slows both.
 *
 * @param kind {@link Machine#kind()}
 * @param scenarios by {@link #key}
 */
public record Baseline(String kind, Map<String, Entry> scenarios) {
    public Baseline {
        scenarios = new TreeMap<>(scenarios);
    }

    /** One scenario. */
    public record Entry(String command, String commit, Map<Metric, Spread> relative) {}

    public static Baseline read(final Path file) throws IOException {
        final Baseline baseline = ResultFile.read(file, Baseline.class, "a baseline of ./lianmai bench");
        if (baseline.kind() == null) {
            throw new IOException(file + " is not a baseline of ./lianmai bench");
        }
        return baseline;
    }

    /** Adds or replaces the scenario of a result, in the file too. */
    public static Baseline save(final Path file, final BenchResult result) throws IOException {
        final String kind = result.machine().kind();
        final Map<String, Entry> scenarios = new TreeMap<>();
        if (Files.exists(file)) {
            scenarios.putAll(read(file).scenarios());
        }
        scenarios.put(key(result), new Entry(result.command(), result.machine().commit(), relative(result)));
        final Baseline baseline = new Baseline(kind, scenarios);
        ResultFile.write(file, baseline);
        return baseline;
    }

    /** What has to be equal for two runs to be comparable: the scenario and the options that make its load. */
    public static String key(final BenchResult result) {
        final List<String> parts = new ArrayList<>(List.of(result.scenario()));
        for (final String option : List.of("rooms", "publishers", "subscribers", "bitrate", "impair", "io", "srtp")) {
            final String value = result.options().get(option);
            if (value != null) {
                parts.add(option + "=" + value);
            }
        }
        return String.join(" ", parts);
    }

    /** The figures of our server with the speed of the host divided out, over the rounds. */
    static Map<Metric, Spread> relative(final BenchResult result) {
        final Map<Metric, Spread> relative = new EnumMap<>(Metric.class);
        for (final Metric metric : Metric.values()) {
            if (!metric.isBaseline()) {
                continue;
            }
            final List<Double> values = new ArrayList<>();
            for (final BenchResult.Round round : result.contenders().getFirst().rounds()) {
                final Double value = round.figures().get(metric);
                final Double reference = round.figures().get(Metric.REFERENCE_NS);
                if (value != null && reference != null && reference > 0) {
                    values.add(metric.isBetterHigher() ? value * reference * 1e-9 : value / reference);
                }
            }
            if (!values.isEmpty()) {
                relative.put(metric, Spread.of(values));
            }
        }
        return relative;
    }
}
