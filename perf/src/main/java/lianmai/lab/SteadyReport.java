package lianmai.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lianmai.report.Machine;
import lianmai.report.ResultFile;

/**
 * What an experiment found: checks against its aims, tables for people, figures for programs. Shown on the console,
 * kept as JSON, and filled into a page between two marks.
 *
 * @param experiment its name at the command line
 * @param figures by name, with the unit in it
 */
record SteadyReport(
        String experiment,
        String command,
        String startedAt,
        Machine machine,
        List<Check> checks,
        List<Table> tables,
        Map<String, Double> figures,
        List<String> notes) {
    SteadyReport {
        checks = List.copyOf(checks);
        tables = List.copyOf(tables);
        figures = new LinkedHashMap<>(figures);
        notes = List.copyOf(notes);
    }

    /** Something that had to be seen. */
    record Check(String what, String seen, String aim, boolean isMet) {}

    /** Rows of text under a heading. */
    record Table(String title, List<String> head, List<List<String>> rows) {
        Table {
            head = List.copyOf(head);
            rows = rows.stream().map(List::copyOf).toList();
        }

        private String markdown() {
            final StringBuilder text = new StringBuilder();
            if (!title.isEmpty()) {
                text.append('\n').append(title).append(":\n");
            }
            text.append("\n| ").append(String.join(" | ", head)).append(" |\n|");
            text.append("---|".repeat(head.size())).append('\n');
            rows.forEach(
                    row -> text.append("| ").append(String.join(" | ", row)).append(" |\n"));
            return text.toString();
        }
    }

    boolean isMet() {
        return checks.stream().allMatch(Check::isMet);
    }

    private List<Table> all() {
        final List<Table> all = new ArrayList<>();
        if (!checks.isEmpty()) {
            all.add(new Table(
                    "",
                    List.of("what", "seen", "aim", ""),
                    checks.stream()
                            .map(check ->
                                    List.of(check.what, check.seen, check.aim, check.isMet ? "met" : "**not met**"))
                            .toList()));
        }
        all.addAll(tables);
        return all;
    }

    /** What stands between the marks. */
    String markdown() {
        final StringBuilder text = new StringBuilder("\n`" + command + "`\n\n")
                .append(machine.cpu() + ", " + machine.cpus() + " CPUs, Linux " + machine.kernel() + ", "
                        + machine.jdk() + "; commit " + machine.commit() + ".\n");
        all().forEach(table -> text.append(table.markdown()));
        notes.forEach(note -> text.append('\n').append(note).append('\n'));
        return text.append('\n').toString();
    }

    /** For a console. */
    String text() {
        final StringBuilder text = new StringBuilder();
        for (final Table table : all()) {
            text.append('\n');
            if (!table.title.isEmpty()) {
                text.append(table.title).append(":\n");
            }
            final List<List<String>> lines = new ArrayList<>(List.of(table.head));
            lines.addAll(table.rows);
            final int[] widths = new int[table.head.size()];
            lines.forEach(line -> {
                for (int i = 0; i < widths.length; i++) {
                    widths[i] = Math.max(widths[i], line.get(i).length());
                }
            });
            for (final List<String> line : lines) {
                for (int i = 0; i < widths.length; i++) {
                    text.append(line.get(i))
                            .append(" ".repeat(widths[i] - line.get(i).length() + 2));
                }
                text.append('\n');
            }
        }
        notes.forEach(note -> text.append('\n').append(note).append('\n'));
        return text.toString();
    }

    /**
     * Shows it, keeps it, and fills it into a page.
     *
     * @param page or null for none
     * @return the exit code: 1 when an aim was missed
     */
    int publish(final Path folder, final Path page) throws IOException {
        System.out.print(text());
        final Path json = folder.resolve("result.json");
        ResultFile.write(json, this);
        System.out.println("\nresult: " + json);
        if (page != null) {
            Files.writeString(page, filled(Files.readString(page), page.toString()));
            System.out.println("written: " + page);
        }
        return isMet() ? 0 : 1;
    }

    String filled(final String text, final String name) throws IOException {
        final String beginMark = "<!-- gc-lab " + experiment + ": written by the tool, do not edit -->";
        final String endMark = "<!-- gc-lab " + experiment + ": end -->";
        final int begin = text.indexOf(beginMark);
        final int end = text.indexOf(endMark);
        if (begin < 0 || end < begin) {
            throw new IOException(
                    name + " has no place for it: the lines \"" + beginMark + "\" and \"" + endMark + "\"");
        }
        return text.substring(0, begin + beginMark.length()) + "\n" + markdown() + text.substring(end);
    }
}
