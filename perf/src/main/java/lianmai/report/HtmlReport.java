package lianmai.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A result as one page that needs nothing else: styles and plots are inside of it. */
public final class HtmlReport {
    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

    private static final Pattern QUARTILES = Pattern.compile("^([-\\d.,]+\\S*(?: \\S+)?) (\\([-\\d.,]+–[-\\d.,]+\\))$");

    private final BenchResult result;

    private HtmlReport(final BenchResult result) {
        this.result = result;
    }

    public static String page(final BenchResult result) {
        return new HtmlReport(result).page();
    }

    private String page() {
        final Machine machine = result.machine();
        final Map<String, String> parts = new HashMap<>(Map.of(
                "title", Html.escape("Lianmai bench: " + result.scenario()),
                "when", Html.escape(result.startedAt()),
                "machine", Html.escape(machine.cpu() + ", " + machine.cpus() + " CPUs, Linux " + machine.kernel()),
                "command", Html.escape(result.command()),
                "warnings", warnings(),
                "figures", figures(),
                "plots", new ReportPlots(result).html(),
                "facts", facts()));
        parts.put(
                "note",
                "Median of the rounds (lower–upper quartile). Ratios pair the rounds that followed each other.");
        return page(parts);
    }

    /** The page with these parts, which are HTML, in their places. */
    public static String page(final Map<String, String> parts) {
        // One pass: what was filled in is not searched for places again.
        return PLACE.matcher(template()).replaceAll(place -> Matcher.quoteReplacement(parts.get(place.group(1))));
    }

    private static String template() {
        try (InputStream stream = HtmlReport.class.getResourceAsStream("report.html")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException("report.html is missing from the class path", e);
        }
    }

    private String warnings() {
        if (result.warnings().isEmpty()) {
            return "";
        }
        final StringBuilder html = new StringBuilder("<section class=\"warn\"><h2>Before you believe it</h2>");
        result.warnings()
                .forEach(warning ->
                        html.append("<p>").append(Html.escape(warning)).append("</p>"));
        return html.append("</section>").toString();
    }

    private String figures() {
        return table(FigureTable.of(result));
    }

    /** A table as HTML. */
    public static String table(final FigureTable table) {
        final StringBuilder html = new StringBuilder("<table>");
        row(html, "th", table.head());
        table.rows().forEach(row -> row(html, "td", row));
        return html.append("</table>").toString();
    }

    private String facts() {
        final Map<String, String> facts = new LinkedHashMap<>();
        result.contenders().stream()
                .filter(contender -> !contender.about().isEmpty())
                .forEach(contender -> facts.put(contender.name(), contender.about()));
        result.options().forEach((option, value) -> facts.put("--" + option, value));
        final Machine machine = result.machine();
        facts.put("machine", machine.cpu() + ", " + machine.cpus() + " CPUs, " + machine.memoryMb() + " MB");
        facts.put("kernel", machine.kernel());
        facts.put("JDK", machine.jdk());
        facts.put("server's JVM flags", machine.flags());
        facts.put("commit", machine.commit());
        result.reference()
                .forEach(reference -> facts.put(
                        "C loop: " + reference.name(),
                        Metric.number(reference.nsPerPacket()) + " ns a packet"
                                + (reference.note().isEmpty() ? "" : "; " + reference.note())));
        final StringBuilder html = new StringBuilder("<table class=\"facts\">");
        facts.forEach((name, value) -> row(html, "td", List.of(name, value)));
        return html.append("</table>").toString();
    }

    private static void row(final StringBuilder html, final String cell, final List<String> values) {
        html.append("<tr>");
        values.forEach(value -> html.append('<')
                .append(cell)
                .append('>')
                .append(withQuartiles(Html.escape(value)))
                .append("</")
                .append(cell)
                .append('>'));
        html.append("</tr>\n");
    }

    /** Quartiles in small type below their median: columns stay narrow. */
    private static String withQuartiles(final String escaped) {
        return QUARTILES.matcher(escaped).replaceFirst("$1<small>$2</small>");
    }
}
