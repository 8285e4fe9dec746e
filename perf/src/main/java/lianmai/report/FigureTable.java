package lianmai.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A result as rows of text: one a figure, one column a contender; the terminal, the page and the document share it. */
public final class FigureTable {
    /** More contenders than that stand below each other, not side by side. */
    private static final int MOST_COLUMNS = 6;

    private final List<String> head = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    private FigureTable() {}

    /** Any other rows; each is as long as the head. */
    public static FigureTable of(final List<String> head, final List<List<String>> rows) {
        final FigureTable table = new FigureTable();
        table.head.addAll(head);
        table.rows.addAll(rows);
        return table;
    }

    /** Figures of all contenders, and the ratio of ours to each other one; of many a row each, without ratios. */
    public static FigureTable of(final BenchResult result) {
        final FigureTable table = new FigureTable();
        final List<BenchResult.Contender> contenders = result.contenders();
        if (hasRows(result)) {
            table.addContenders(contenders);
            return table;
        }
        table.head.add("figure");
        contenders.forEach(contender -> table.head.add(contender.name()));
        others(result).forEach(other -> table.head.add(contenders.getFirst().name() + " ÷ " + other.name()));
        for (final Metric metric : Metric.values()) {
            table.addRow(result, metric);
        }
        return table;
    }

    /** Those that ours are told in ratios to. */
    private static List<BenchResult.Contender> others(final BenchResult result) {
        return result.hasLevels()
                ? List.of()
                : result.contenders().stream().skip(1).toList();
    }

    /** Whether each contender is a row: too many to stand side by side. */
    static boolean hasRows(final BenchResult result) {
        return result.contenders().size() > MOST_COLUMNS && !result.hasLevels();
    }

    private void addContenders(final List<BenchResult.Contender> contenders) {
        final List<Metric> metrics = Arrays.stream(Metric.values())
                .filter(metric -> contenders.stream()
                        .anyMatch(contender -> contender.spreads().containsKey(metric)))
                .toList();
        head.add("contender");
        metrics.forEach(metric -> head.add(metric.label()));
        for (final BenchResult.Contender contender : contenders) {
            final Map<Metric, Spread> spreads = contender.spreads();
            final List<String> row = new ArrayList<>(List.of(contender.name()));
            metrics.forEach(metric -> row.add(spreads.containsKey(metric) ? metric.text(spreads.get(metric)) : ""));
            rows.add(row);
        }
    }

    private void addRow(final BenchResult result, final Metric metric) {
        final List<String> row = new ArrayList<>(List.of(metric.label()));
        boolean isKnown = false;
        for (final BenchResult.Contender contender : result.contenders()) {
            final Spread spread = contender.spreads().get(metric);
            isKnown |= spread != null;
            row.add(spread == null ? "" : metric.text(spread));
        }
        for (final BenchResult.Contender other : others(result)) {
            final Map<Metric, Spread> ratios = result.ratios(other);
            row.add(ratios.containsKey(metric) ? ratio(ratios.get(metric)) : "");
        }
        if (isKnown) {
            rows.add(row);
        }
    }

    private static String ratio(final Spread ratio) {
        return Metric.number(ratio.median()) + "× (" + Metric.number(ratio.lower()) + "–" + Metric.number(ratio.upper())
                + ")";
    }

    List<String> head() {
        return head;
    }

    List<List<String>> rows() {
        return rows;
    }

    /** Aligned with spaces. */
    public String text() {
        final int[] widths = new int[head.size()];
        for (final List<String> row : all()) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        final StringBuilder text = new StringBuilder();
        for (final List<String> row : all()) {
            final StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** As Markdown. */
    public String markdown() {
        final StringBuilder text = new StringBuilder();
        line(text, head);
        text.append("|---".repeat(head.size())).append("|\n");
        rows.forEach(row -> line(text, row));
        return text.toString();
    }

    private static void line(final StringBuilder text, final List<String> cells) {
        cells.forEach(cell -> text.append("| ").append(cell.replace("|", "\\|")).append(' '));
        text.append("|\n");
    }

    private List<List<String>> all() {
        final List<List<String>> all = new ArrayList<>();
        all.add(head);
        all.addAll(rows);
        return all;
    }
}
