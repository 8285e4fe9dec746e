package lianmai.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import lianmai.report.BenchResult.Contender;
import lianmai.report.BenchResult.Pause;
import lianmai.report.BenchResult.Percentile;
import lianmai.report.BenchResult.Reference;
import lianmai.report.BenchResult.Round;

/** Made-up results. */
final class Results {
    static final Machine MACHINE = new Machine("Some CPU (R) 9000", 2, "6.1", 4096, "OpenJDK 25", "-XX:+UseZGC", "abc");

    private Results() {}

    /** Rounds of our server alone, in which it costs this much on a host whose C loop costs that much. */
    static BenchResult ours(final double nsPerPacket, final double referenceNs, final double jitter) {
        return result(List.of(contender("lianmai", nsPerPacket, referenceNs, jitter)));
    }

    static BenchResult result(final List<Contender> contenders) {
        return new BenchResult(
                BenchResult.SCHEMA,
                "fanout",
                "./lianmai bench fanout",
                "2026-01-01T00:00:00Z",
                MACHINE,
                Map.of("subscribers", "200"),
                contenders,
                List.of(new Reference("send/sendto", 2500, "one call a packet")),
                List.of(),
                List.of(new Pause(0.5, 30, "ZMarkStart", true), new Pause(1.5, 9000, "Minor Collection", false)),
                List.of());
    }

    /** A server that was offered so many percent of its peak, two rounds each, and could use 98 at most. */
    static BenchResult overload(final double... percents) {
        final List<Contender> levels = new ArrayList<>();
        for (final double percent : percents) {
            final Round round =
                    new Round(Map.of(Metric.OFFERED_PERCENT, percent, Metric.GOODPUT_PERCENT, Math.min(percent, 98)));
            levels.add(
                    new Contender("at " + Metric.number(percent) + " %", "10 rooms", List.of(round, round), List.of()));
        }
        final BenchResult some = result(levels);
        return new BenchResult(
                some.schema(),
                "overload",
                some.command(),
                some.startedAt(),
                some.machine(),
                some.options(),
                levels,
                some.reference(),
                some.steps(),
                some.timeline(),
                some.warnings());
    }

    static Contender contender(
            final String name, final double nsPerPacket, final double referenceNs, final double jitter) {
        final Random random = new Random(name.hashCode());
        final List<Round> rounds = new ArrayList<>();
        for (int round = 0; round < 7; round++) {
            final Map<Metric, Double> figures = new EnumMap<>(Metric.class);
            figures.put(Metric.SERVER_NS_PER_PACKET, nsPerPacket * (1 + jitter * random.nextGaussian()));
            figures.put(Metric.FORWARDED_PER_S, 60_000.0);
            figures.put(Metric.LOSS_PERCENT, 0.0);
            figures.put(Metric.REFERENCE_NS, referenceNs);
            rounds.add(new Round(figures));
        }
        return new Contender(name, "version 1", rounds, List.of(new Percentile(50, 300), new Percentile(99, 900)));
    }
}
