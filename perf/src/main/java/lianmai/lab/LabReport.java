package lianmai.lab;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import lianmai.lab.LabResult.Row;
import lianmai.report.Axis;
import lianmai.report.BenchResult.Pause;
import lianmai.report.Html;
import lianmai.report.HtmlReport;
import lianmai.report.Machine;
import lianmai.report.Metric;
import lianmai.report.Spread;
import lianmai.report.SvgBars;
import lianmai.report.SvgPlot;
import lianmai.report.SvgPlot.Point;
import lianmai.report.SvgPlot.Series;
import lianmai.report.SvgPlot.Style;

/** A result as one page that needs nothing else. */
final class LabReport {
    private static final List<String> OVER_TIME = List.of("relay/400", "g1/400", "shenandoah/400", "parallel/400");
    private static final int GREY = 3;

    private final LabResult result;

    LabReport(final LabResult result) {
        this.result = result;
    }

    String html() {
        final List<Row> measured = measured();
        final Machine machine = result.machine();
        final List<ResultsPage.Column> columns = new ArrayList<>(ResultsPage.STOPS);
        columns.addAll(ResultsPage.NOTICED);
        final Map<String, String> parts = new HashMap<>();
        parts.put("title", "Lianmai: what the JVM costs packets");
        parts.put(
                "when",
                Html.escape(
                        result.rows().isEmpty()
                                ? ""
                                : result.rows().getFirst().setting().startedAt()));
        parts.put("machine", Html.escape(machine.cpu() + ", " + machine.cpus() + " CPUs, Linux " + machine.kernel()));
        parts.put("command", "./lianmai gc-lab");
        parts.put("warnings", warnings());
        parts.put("note", "Median of the rounds (lower–upper quartile); longest of all rounds.");
        parts.put(
                "figures",
                HtmlReport.table(ResultsPage.table(measured, columns)).replace("`", ""));
        parts.put("plots", plots(measured));
        parts.put("facts", facts());
        return HtmlReport.page(parts);
    }

    private List<Row> measured() {
        return result.rows().stream().filter(Row::isMeasured).toList();
    }

    private String warnings() {
        final boolean isShort =
                measured().stream().anyMatch(row -> row.setting().rounds() < Contrast.ENOUGH_ROUNDS);
        return isShort
                ? "<section class=\"warn\"><h2>Before you believe it</h2><p>Some rows have fewer than "
                        + Contrast.ENOUGH_ROUNDS + " rounds: they show that it works, not what comes out.</p></section>"
                : "";
    }

    private String plots(final List<Row> rows) {
        final StringBuilder html = new StringBuilder(16_384);
        section(
                html,
                "Pauses of the collector",
                "Bar: 99 %, median of the rounds; line: up to the longest. Who is missing had no collection.",
                bars(rows, Metric.GC_PAUSE_P99_US, Metric.GC_PAUSE_MAX_US));
        section(
                html,
                "Safepoints, whatever for",
                "From the wish to stop until all threads run again; bar: 99 %, line: up to the longest.",
                bars(rows, Metric.SAFEPOINT_P99_US, Metric.SAFEPOINT_MAX_US));
        section(
                html,
                "How long packets stay in the server",
                "From the kernel's receive timestamp until they are sent on; bar: 99.9 %, line: up to the longest.",
                bars(rows, Metric.RESIDENCE_P999_US, Metric.RESIDENCE_MAX_US));
        section(
                html,
                "Safepoints over time",
                "The first round under " + OVER_TIME.getFirst().replaceFirst(".*/", "") + " MB/s.",
                overTime());
        return html.toString();
    }

    private static void section(final StringBuilder html, final String title, final String caption, final String svg) {
        if (!svg.isEmpty()) {
            html.append("<section><h2>")
                    .append(Html.escape(title))
                    .append("</h2><p class=\"soft\">")
                    .append(Html.escape(caption))
                    .append("</p>")
                    .append(svg)
                    .append("</section>\n");
        }
    }

    private static String bars(final List<Row> rows, final Metric usual, final Metric longest) {
        final List<Row> shown =
                rows.stream().filter(row -> row.spread(usual).isPresent()).toList();
        if (shown.isEmpty()) {
            return "";
        }
        final SvgBars bars = new SvgBars(Axis.log(
                usual.unit(),
                shown.stream().mapToDouble(row -> row.median(usual)).min().orElse(1) / 2,
                shown.stream().mapToDouble(row -> row.largest(longest)).max().orElse(1)));
        for (final Row row : shown) {
            final double median = row.median(usual);
            final double most = Math.max(median, row.largest(longest));
            bars.add(
                    row.name(),
                    color(row),
                    new Spread(median, median, most, row.rounds().size()),
                    usual.text(median) + " … " + longest.text(most));
        }
        return bars.svg(usual.label());
    }

    /** The production collector, G1 and Shenandoah are told apart. */
    private static int color(final Row row) {
        return row.name().startsWith("g1/")
                ? 1
                : row.name().startsWith("shenandoah/") ? 2 : row.name().startsWith("parallel/") ? GREY : 0;
    }

    private String overTime() {
        final List<Row> rows = OVER_TIME.stream()
                .map(name -> result.row(name).orElse(null))
                .filter(Objects::nonNull)
                .filter(row -> !row.pauses().isEmpty())
                .toList();
        if (rows.isEmpty()) {
            return "";
        }
        final SvgPlot plot = new SvgPlot(
                Axis.linear("seconds", highest(rows, Pause::atS)),
                Axis.log(
                        "µs",
                        rows.stream()
                                .flatMap(LabReport::pauses)
                                .mapToDouble(Pause::micros)
                                .filter(micros -> micros > 0)
                                .min()
                                .orElse(1),
                        highest(rows, Pause::micros)));
        for (final Row row : rows) {
            final List<Point> points = row.pauses().stream()
                    .map(pause -> new Point(
                            pause.atS(),
                            pause.micros(),
                            String.format(
                                    Locale.ROOT,
                                    "%s: %s, %s at %.2f s",
                                    row.name(),
                                    pause.what(),
                                    Metric.SAFEPOINT_MAX_US.text(pause.micros()),
                                    pause.atS())))
                    .toList();
            plot.add(new Series(row.name(), Style.STEMS, color(row), points));
        }
        return plot.svg("safepoints over time");
    }

    private static Stream<Pause> pauses(final Row row) {
        return row.pauses().stream();
    }

    private static double highest(final List<Row> rows, final ToDoubleFunction<Pause> part) {
        return rows.stream().flatMap(LabReport::pauses).mapToDouble(part).max().orElse(1);
    }

    private String facts() {
        final StringBuilder html = new StringBuilder("<table class=\"facts\">");
        fact(html, "load", CellLoad.sentence());
        fact(html, "JDK", result.machine().jdk());
        fact(html, "relay.args", result.machine().flags());
        for (final Row row : result.rows()) {
            final List<String> said = new ArrayList<>(row.words());
            if (row.outcome() != null) {
                said.addFirst(row.outcome());
            }
            fact(
                    html,
                    row.name(),
                    row.about() + "; " + row.setting().rounds() + " × "
                            + Metric.number(row.setting().roundSeconds()) + " s at "
                            + row.setting().commit() + (said.isEmpty() ? "" : "; " + String.join("; ", said)));
        }
        return html.append("</table>").toString();
    }

    private static void fact(final StringBuilder html, final String name, final String value) {
        html.append("<tr><td>")
                .append(Html.escape(name))
                .append("</td><td>")
                .append(Html.escape(value))
                .append("</td></tr>\n");
    }
}
