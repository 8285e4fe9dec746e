package lianmai.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The part of {@code docs/performance.md} that comes from committed results, between two marks; what is around it is
 * written by hand and stays.
 */
public final class PerformancePage {
    static final String BEGIN = "<!-- bench: written by ./lianmai bench report, do not edit -->";
    /** The plot beside the page. */
    static final String OVERLOAD = "overload.svg";

    static final String END = "<!-- bench: end -->";

    private PerformancePage() {}

    /**
     * Replaces what is between the marks.
     *
     * @param results the folder of the results
     * @throws IOException with a sentence for the user
     */
    public static void write(final Path page, final Path results) throws IOException {
        if (!Files.isReadable(page)) {
            throw new IOException(page + (Files.exists(page) ? " cannot be read" : " does not exist"));
        }
        final List<BenchResult> all = read(results);
        final String filled = filled(Files.readString(page), page.toString(), all);
        for (final BenchResult result : all) {
            final SvgPlot plot = ReportPlots.overload(result);
            if (plot != null) {
                Files.writeString(page.resolveSibling(OVERLOAD), plot.file(ReportPlots.OVERLOAD_TITLE));
            }
        }
        Files.writeString(page, filled);
    }

    static String filled(final String text, final String name, final List<BenchResult> results) throws IOException {
        final int begin = text.indexOf(BEGIN);
        final int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(name + " has no place for results: the lines \"" + BEGIN + "\" and \"" + END + "\"");
        }
        final StringBuilder sections = new StringBuilder();
        results.forEach(result -> sections.append(section(result)));
        return text.substring(0, begin + BEGIN.length()) + "\n" + sections + "\n" + text.substring(end);
    }

    private static List<BenchResult> read(final Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + " is no folder of results");
        }
        final List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        final List<BenchResult> results = new ArrayList<>();
        for (final Path file : files) {
            results.add(ResultFile.readResult(file));
        }
        return results;
    }

    private static String section(final BenchResult result) {
        final Machine machine = result.machine();
        final StringBuilder text = new StringBuilder("\n## ")
                .append(title(result))
                .append("\n\n`")
                .append(result.command())
                .append("`\n\n")
                .append(machine.cpu() + ", " + machine.cpus() + " CPUs, Linux " + machine.kernel() + ", "
                        + machine.jdk() + "; commit " + machine.commit() + ".\n");
        result.contenders().stream()
                .filter(contender -> !contender.about().isEmpty())
                .forEach(contender -> text.append('\n')
                        .append(contender.name())
                        .append(": ")
                        .append(contender.about())
                        .append(".\n"));
        if (ReportPlots.overload(result) != null) {
            text.append("\n![")
                    .append(ReportPlots.OVERLOAD_TITLE)
                    .append("](")
                    .append(OVERLOAD)
                    .append(")\n");
        }
        text.append('\n').append(FigureTable.of(result).markdown());
        if (!result.reference().isEmpty()) {
            text.append("\n| C loop, same run | ns a packet |\n|---|---|\n");
            result.reference().forEach(loop -> text.append("| ")
                    .append(loop.name())
                    .append(" | ")
                    .append(Metric.number(loop.nsPerPacket()))
                    .append(" |\n"));
        }
        result.warnings()
                .forEach(warning -> text.append("\n**Note:** ").append(warning).append('\n'));
        return text.toString();
    }

    private static String title(final BenchResult result) {
        final List<String> others = result.contenders().stream()
                .skip(result.hasLevels() ? result.contenders().size() : 1)
                .map(BenchResult.Contender::name)
                .toList();
        return "Bench: " + result.scenario()
                + (others.isEmpty() || FigureTable.hasRows(result) ? "" : " beside " + String.join(" and ", others));
    }
}
