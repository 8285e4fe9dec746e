package lianmai.lab;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import lianmai.lab.LabResult.Row;
import lianmai.lab.LabResult.Setting;
import lianmai.report.BenchResult.Pause;
import lianmai.report.BenchResult.Round;
import lianmai.report.Machine;
import lianmai.report.Metric;

/** A result to write pages from: invented, and round. */
final class Fixture {
    static final Machine MACHINE = new Machine("Test CPU", 2, "6.0", 1024, "JDK 25", "-XX:+UseZGC", "abc1234");
    private static final Setting SETTING = new Setting("2026-01-02T03:04:05Z", "abc1234", 3, 5, 3);

    private Fixture() {}

    /** Rounds whose figures are this, a little less and a little more. */
    static Row row(final String name, final Cell.Group group, final int pressure, final Map<Metric, Double> figures) {
        final List<Round> rounds = new ArrayList<>();
        for (final double factor : new double[] {1, 0.99, 1.01}) {
            final Map<Metric, Double> varied = new EnumMap<>(Metric.class);
            figures.forEach((metric, value) -> varied.put(metric, value * factor));
            rounds.add(new Round(varied));
        }
        return new Row(
                name,
                group,
                "about " + name,
                pressure,
                SETTING,
                null,
                List.of(),
                rounds,
                List.of(new Pause(0.5, 40, "ZMarkEndYoung", true), new Pause(1.5, 900, "Cleanup", false)));
    }

    static Row silent(final String name, final Cell.Group group, final String outcome) {
        return new Row(name, group, "without " + name, 100, SETTING, outcome, List.of(), List.of(), List.of());
    }

    static Map<Metric, Double> figures(final double pauseUs, final double residenceUs) {
        return Map.of(
                Metric.GC_PAUSE_P99_US,
                pauseUs,
                Metric.GC_PAUSE_MAX_US,
                pauseUs * 2,
                Metric.SAFEPOINT_P99_US,
                pauseUs * 3,
                Metric.SAFEPOINT_MAX_US,
                pauseUs * 4,
                Metric.RESIDENCE_P999_US,
                residenceUs,
                Metric.RESIDENCE_MAX_US,
                residenceUs * 2,
                Metric.PRESSURE_MB_PER_S,
                400.0,
                Metric.STUTTER_PERCENT,
                0.05,
                Metric.JOIN_P50_MS,
                20.0);
    }

    static LabResult result() {
        return new LabResult(
                LabResult.SCHEMA,
                MACHINE,
                List.of(
                        row("relay/0", Cell.Group.COLLECTOR, 0, Map.of(Metric.RESIDENCE_P999_US, 100.0)),
                        row("relay/100", Cell.Group.COLLECTOR, 100, figures(40, 200)),
                        row("relay/400", Cell.Group.COLLECTOR, 400, figures(50, 300)),
                        row("g1/400", Cell.Group.COLLECTOR, 400, figures(9_000, 8_000)),
                        row("recipe/100", Cell.Group.COLLECTOR, 100, figures(40, 200)),
                        silent("large-pages", Cell.Group.FEATURE, "not available here: no <pages> *today*"),
                        row("without-UseZGC", Cell.Group.FLAG, 100, figures(7_000, 200)),
                        row("without-idle", Cell.Group.FLAG, 100, figures(40, 200)),
                        silent("without-add-opens", Cell.Group.FLAG, "does not start: IllegalAccessError")));
    }
}
