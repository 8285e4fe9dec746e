package lianmai.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import lianmai.lab.Cell.Group;
import lianmai.lab.LabResult.Row;
import lianmai.lab.LabResult.Setting;
import lianmai.report.FigureTable;
import lianmai.report.Machine;
import lianmai.report.Metric;

/** A result as {@code gc-tuning/RESULTS.md}. */
final class ResultsPage {
    private static final String NONE = "–";

    private static final String SERVERS = """
            The server has one core to itself, and the load another: what a collector, the JIT or the control \
            plane runs beside the relay is taken from the relay, which a machine with more cores would spare \
            it. The control plane's allocations are small objects like signaling's, of which one in sixteen \
            stays for a while, made by a thread of their own in the server's JVM. A server is started once, \
            bears the load for a while, and is stopped (SIGSTOP) while others have their rounds. Not every \
            combination is here: every collector under every pressure; all else by itself, beside `relay.args`.
            """;

    private static final String WORDS = """
            Figures are the median of the rounds (lower–upper quartile), *longest* is the longest of all \
            rounds. *GC pause*: threads held by a collector's safepoint operation; *safepoint*: any operation, \
            from the wish to stop until all run again; *packet stays*: from the kernel's receive timestamp \
            until it is sent on; *one way*: from when it was due at its publisher to its viewer; *stutter*: \
            concealed part of the sound after a jitter buffer; *set-up*: from a viewer's wish to join to its \
            first packet, over loopback; *start*: from the process to its welcome, on that one core.
            """;

    private static final String FLAGS = """
            `: what differs by a fifth at least and by more than the rounds' noise. Of so many comparisons a \
            few differ by chance. Flags that only keep the JVM from complaining were started, loaded and \
            attached to once.
            """;

    /** A column: the median of the rounds with quartiles, or the largest of all rounds. */
    record Column(String head, Metric metric, boolean isLargest) {
        String text(final Row row) {
            final String text = isLargest
                    ? row.spread(metric)
                            .map(any -> metric.text(row.largest(metric)))
                            .orElse(NONE)
                    : row.spread(metric).map(metric::text).orElse(NONE);
            return text;
        }
    }

    static final List<Column> STOPS = List.of(
            new Column("allocates", Metric.PRESSURE_MB_PER_S, false),
            new Column("collections", Metric.GC_CYCLES, false),
            new Column("GC pause, 99 %", Metric.GC_PAUSE_P99_US, false),
            new Column("longest", Metric.GC_PAUSE_MAX_US, true),
            new Column("safepoint, 99 %", Metric.SAFEPOINT_P99_US, false),
            new Column("longest", Metric.SAFEPOINT_MAX_US, true),
            new Column("until all stand, longest", Metric.SAFEPOINT_REACH_MAX_US, true),
            new Column("waits for memory", Metric.ALLOCATION_STALLS, false),
            new Column("longest", Metric.STALL_MAX_MS, true));

    static final List<Column> NOTICED = List.of(
            new Column("packet stays, 99 %", Metric.RESIDENCE_P99_US, false),
            new Column("99.9 %", Metric.RESIDENCE_P999_US, false),
            new Column("longest", Metric.RESIDENCE_MAX_US, true),
            new Column("one way, 99 %", Metric.LATENCY_P99_US, false),
            new Column("stutter", Metric.STUTTER_PERCENT, false),
            new Column("set-up, median", Metric.JOIN_P50_MS, false),
            new Column("99 %", Metric.JOIN_P99_MS, false),
            new Column("CPU", Metric.SERVER_CORE_PERCENT, false),
            new Column("memory", Metric.RSS_MB, false),
            new Column("start", Metric.STARTUP_MS, false));

    private final LabResult result;
    private final StringBuilder text = new StringBuilder(32_768);

    ResultsPage(final LabResult result) {
        this.result = result;
    }

    String markdown() {
        text.setLength(0);
        text.append("# What the JVM costs packets\n\n")
                .append("Written by `./lianmai gc-lab` from `results.json`; do not edit.\n\n")
                .append(new Lessons(result).text())
                .append("\n\n");
        about();
        for (final Group group : Group.values()) {
            final List<Row> rows = rows(group);
            if (!rows.isEmpty()) {
                text.append("\n## ").append(group.title()).append('\n');
                if (group == Group.FLAG) {
                    flags(rows);
                } else {
                    figures(rows, group);
                }
            }
        }
        text.append(new Published(result).markdown());
        return text.toString();
    }

    private List<Row> rows(final Group group) {
        return result.rows().stream().filter(row -> row.group() == group).toList();
    }

    private void about() {
        final Machine machine = result.machine();
        text.append("Machine: ")
                .append(machine.cpu() + ", " + machine.cpus() + " CPUs, " + machine.memoryMb() + " MB, Linux "
                        + machine.kernel() + ", " + machine.jdk())
                .append(".\n\n")
                .append(SERVERS)
                .append("\n")
                .append("The load of every cell: ")
                .append(CellLoad.sentence())
                .append(".\n\n")
                .append(WORDS);
        final Map<Setting, List<String>> settings = new LinkedHashMap<>();
        result.rows().forEach(row -> settings.computeIfAbsent(row.setting(), _ -> new ArrayList<>())
                .add("`" + row.name() + "`"));
        settings.forEach((setting, names) -> text.append("\nMeasured ")
                .append(setting.startedAt() + " at commit " + setting.commit() + ": ")
                .append(setting.rounds() + (setting.rounds() == 1 ? " round of " : " rounds of "))
                .append(Metric.number(setting.roundSeconds()) + " s, the first after "
                        + Metric.number(setting.warmUpSeconds()) + " s under load")
                .append(settings.size() == 1 ? "." : ": " + String.join(", ", names) + ".")
                .append('\n'));
    }

    private void figures(final List<Row> rows, final Group group) {
        final Optional<Row> base = group == Group.COLLECTOR ? Optional.empty() : base(rows.getFirst());
        final List<Row> shown = new ArrayList<>();
        base.ifPresent(shown::add);
        rows.stream().filter(Row::isMeasured).forEach(shown::add);
        if (!shown.isEmpty()) {
            text.append('\n').append(table(shown, STOPS).markdown());
            text.append('\n').append(table(shown, NOTICED).markdown());
        }
        for (final Row row : rows) {
            final String words = words(row, base(row).filter(other -> !other.equals(row)));
            if (!words.isEmpty()) {
                text.append("\n`")
                        .append(row.name())
                        .append("`: ")
                        .append(words)
                        .append(".\n");
            }
        }
    }

    /** The production row under the same pressure. */
    private Optional<Row> base(final Row row) {
        return result.row(Cells.row(Cells.PRODUCTION, row.pressure())).filter(Row::isMeasured);
    }

    static FigureTable table(final List<Row> rows, final List<Column> columns) {
        final List<String> head = new ArrayList<>(List.of("cell"));
        columns.forEach(column -> head.add(column.head()));
        final List<List<String>> cells = new ArrayList<>();
        for (final Row row : rows) {
            final List<String> line = new ArrayList<>(List.of("`" + row.name() + "`"));
            columns.forEach(column -> line.add(column.text(row)));
            cells.add(line);
        }
        return FigureTable.of(head, cells);
    }

    private static String words(final Row row, final Optional<Row> base) {
        final List<String> said = new ArrayList<>();
        if (row.outcome() != null) {
            said.add(row.outcome());
        }
        if (base.isPresent()) {
            Contrast.words(row, base.get()).forEach(words -> said.add("says “" + words + "”"));
            said.addAll(Contrast.of(row, base.get()));
        } else {
            row.words().forEach(words -> said.add("says “" + words + "”"));
        }
        return said.stream().map(ResultsPage::plain).collect(Collectors.joining("; "));
    }

    /** What a JVM says may have characters that mean something to Markdown. */
    private static String plain(final String words) {
        return words.replaceAll("([*_<`])", "\\\\$1").replaceAll("\\.$", "");
    }

    private void flags(final List<Row> rows) {
        text.append("\nHeld against `")
                .append(Cells.row(Cells.PRODUCTION, Cells.USUAL_PRESSURE))
                .append(FLAGS)
                .append("\n");
        final List<List<String>> lines = new ArrayList<>();
        for (final Row row : rows) {
            final Optional<Row> base = base(row);
            final String words = words(row, base);
            final String verdict = !words.isEmpty()
                    ? words
                    : row.rounds().size() < row.setting().rounds()
                            ? "starts, and nothing is said"
                            : base.isPresent() && Contrast.isPossible(row, base.get())
                                    ? "no difference found"
                                    : "starts; too few rounds to tell more";
            lines.add(List.of("`" + row.name() + "`", "`" + row.about().replaceFirst("^without ", "") + "`", verdict));
        }
        text.append(FigureTable.of(List.of("cell", "left out", "what happens"), lines)
                .markdown());
        final List<Row> measured = rows.stream().filter(Row::isMeasured).toList();
        if (!measured.isEmpty()) {
            final List<Row> shown = new ArrayList<>();
            base(measured.getFirst()).ifPresent(shown::add);
            shown.addAll(measured);
            final List<Column> columns = new ArrayList<>(NOTICED);
            columns.add(new Column("relay allocates a packet", Metric.RELAY_ALLOCATED_PER_PACKET, false));
            text.append('\n').append(table(shown, STOPS).markdown());
            text.append('\n').append(table(shown, columns).markdown());
        }
    }
}
