package lianmai.lab;

import java.util.ArrayList;
import java.util.List;
import lianmai.lab.LabResult.Row;
import lianmai.report.FigureTable;
import lianmai.report.Metric;

/** Ours beside figures that others have published, which were not measured here and are no comparison of programs. */
final class Published {
    private static final List<String> OURS = List.of("relay/0", "relay/100", "relay/400", "g1/100", "g1/400");
    private static final String TITLE = """

            ## Beside published figures

            The last two rows are other people's words: other machines, other loads, real networks, and nobody \
            here has measured them. Ours are from this run: one core, loopback, so that no network is in the \
            set-up times; rows of `g1` are our server on that collector.
            """;
    private static final String NOT_TOLD = "not told";

    private final LabResult result;

    Published(final LabResult result) {
        this.result = result;
    }

    String markdown() {
        final List<List<String>> lines = new ArrayList<>();
        for (final String name : OURS) {
            result.row(name).filter(Row::isMeasured).ifPresent(row -> lines.add(ours(row)));
        }
        if (lines.isEmpty()) {
            return "";
        }
        lines.add(List.of(
                "a Java co-streaming service tuned on G1", "as published", "42 ms", NOT_TOLD, "0.2 %", "380 ms"));
        lines.add(List.of("a media server in Go", "as claimed", NOT_TOLD, "below 100 µs", NOT_TOLD, NOT_TOLD));
        return TITLE + "\n"
                + FigureTable.of(
                                List.of(
                                        "what",
                                        "where from",
                                        "GC pause, 99 %",
                                        "longest",
                                        "stutter",
                                        "link set-up, median"),
                                lines)
                        .markdown();
    }

    private static List<String> ours(final Row row) {
        final boolean isPaused = row.spread(Metric.GC_PAUSE_P99_US).isPresent();
        return List.of(
                "Lianmai, `" + row.name() + "`",
                "this run",
                isPaused ? Metric.GC_PAUSE_P99_US.text(row.median(Metric.GC_PAUSE_P99_US)) : "no collection",
                isPaused ? Metric.GC_PAUSE_MAX_US.text(row.largest(Metric.GC_PAUSE_MAX_US)) : "no collection",
                Metric.STUTTER_PERCENT.text(row.median(Metric.STUTTER_PERCENT)),
                Metric.JOIN_P50_MS.text(row.median(Metric.JOIN_P50_MS)));
    }
}
