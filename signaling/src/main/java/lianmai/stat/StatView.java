package lianmai.stat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Makes lines of text of what happened in an interval.
 *
 * <p>It knows kinds and labels, not names, so that it shows what later builds count as well: entries with a
 * {@code reason} are drops and refusals, entries with a {@code cause} are shares of a whole, everything else is a row
 * of a table.
 *
 * <p>Thread: one. Owns: what the intervals before had, for the small graphs.
 */
final class StatView {
    private static final String REASON = "reason";
    private static final String CAUSE = "cause";
    private static final String DROPS = "drops";
    private static final int HISTORY = 60;
    private static final int BAR = 24;
    private static final int NAME = 28;
    private static final int RATE = 12;
    private static final int TOTAL = 16;
    private static final int COLUMN = NAME + RATE + TOTAL;
    private static final String GAP = "  ";

    private final Map<StatEntry, Deque<Long>> history = new HashMap<>();
    private final Map<String, String> about;
    private final List<StatEntry> entries;
    private final long pid;

    StatView(final StatFile file) {
        about = file.about();
        entries = file.entries();
        pid = file.pid();
    }

    /** How a line is set off from the others. */
    enum Tone {
        PLAIN,
        HEAD,
        DIM,
        ALARM
    }

    record Line(String text, Tone tone) {}

    /**
     * The lines, most telling first, none longer than {@code width}.
     *
     * @param silentS how many seconds ago the server last published
     */
    List<Line> lines(final StatInterval interval, final int width, final long silentS) {
        final List<Line> lines = new ArrayList<>();
        head(lines, interval, silentS);
        for (final String shard : shards()) {
            final List<StatEntry> own = entries.stream()
                    .filter(e -> e.label(StatEntry.SHARD).equals(shard))
                    .toList();
            final String where = shard.isEmpty() ? "" : " · shard " + shard;
            histograms(lines, interval, own, where, width);
            causes(lines, interval, own, where);
            reasons(lines, interval, own, where);
            tables(lines, interval, own, shard.isEmpty() ? "the server" : "shard " + shard, width);
        }
        return lines.stream()
                .map(line -> new Line(cut(line.text, width), line.tone))
                .toList();
    }

    private void head(final List<Line> lines, final StatInterval interval, final long silentS) {
        final StringBuilder title = new StringBuilder("Lianmai");
        about.forEach((key, value) -> title.append(
                switch (key) {
                    case "version", "url" -> " " + value;
                    case "budget_ns" -> "";
                    default -> GAP + key + ' ' + value;
                }));
        title.append(GAP).append("pid ").append(pid);
        title.append(GAP).append("up ").append(Words.age(interval.now().ageNs()));
        lines.add(new Line(title.toString(), Tone.HEAD));
        if (silentS > 0) {
            lines.add(new Line(
                    "No news from the server for " + silentS + " s: it is stopped, or starved of CPU time.",
                    Tone.ALARM));
        }
    }

    /** Shards in the order of the file, then what belongs to none. */
    private Set<String> shards() {
        final Set<String> shards = new LinkedHashSet<>();
        for (final StatEntry entry : entries) {
            shards.add(entry.label(StatEntry.SHARD));
        }
        if (shards.remove("")) {
            shards.add("");
        }
        return shards;
    }

    private void histograms(
            final List<Line> lines,
            final StatInterval interval,
            final List<StatEntry> own,
            final String where,
            final int width) {
        for (final StatEntry entry : own) {
            if (entry.kind() == StatEntry.Kind.HISTOGRAM) {
                histogram(lines, interval, entry, where, width);
            }
        }
    }

    private void histogram(
            final List<Line> lines,
            final StatInterval interval,
            final StatEntry entry,
            final String where,
            final int width) {
        final long p99 = interval.percentile(entry, StatEntry.Histogram.P99, 0.99);
        final long count = interval.count(entry);
        final Deque<Long> past = history.computeIfAbsent(entry, _ -> new ArrayDeque<>());
        past.addLast(p99);
        if (past.size() > HISTORY) {
            past.removeFirst();
        }
        section(lines, entry.name() + where, entry.sentence());
        if (count == 0) {
            lines.add(new Line(GAP + "nothing in this interval", Tone.DIM));
        } else {
            final long max = interval.largest(entry);
            final Long budget = entry.unit().equals("ns") ? budget() : null;
            lines.add(new Line(
                    GAP + "p50 " + amount(entry, interval.percentile(entry, StatEntry.Histogram.P50, 0.5)) + "   p99 "
                            + amount(entry, p99) + "   p99.9 "
                            + amount(entry, interval.percentile(entry, StatEntry.Histogram.P999, 0.999)) + "   max "
                            + amount(entry, max) + "   " + Words.rate(count / interval.seconds(), "")
                            + (budget == null
                                    ? ""
                                    : "   budget " + Words.time(budget) + within(entry, interval, budget)),
                    budget != null && p99 > budget ? Tone.ALARM : Tone.PLAIN));
            distribution(lines, interval, entry, width);
        }
        if (past.size() > 1) {
            lines.add(new Line(
                    GAP + "p99 before "
                            + Words.sparkline(
                                    past.stream().mapToLong(Long::longValue).toArray()),
                    Tone.DIM));
        }
    }

    private Long budget() {
        final String text = about.get("budget_ns");
        return text == null ? null : Long.valueOf(text);
    }

    /** How many kept within a budget, when a bucket ends there. */
    private static String within(final StatEntry entry, final StatInterval interval, final long budget) {
        final int end = entry.bounds().indexOf(budget);
        if (end < 0) {
            return "";
        }
        final long[] counts = interval.buckets(entry);
        long kept = 0;
        for (int i = 0; i <= end; i++) {
            kept += counts[i];
        }
        return String.format(Locale.ROOT, " kept by %.2f%%", 100.0 * kept / interval.count(entry));
    }

    private static void distribution(
            final List<Line> lines, final StatInterval interval, final StatEntry entry, final int width) {
        final long[] counts = interval.buckets(entry);
        int first = 0;
        while (counts[first] == 0) {
            first++;
        }
        int last = counts.length - 1;
        while (counts[last] == 0) {
            last--;
        }
        final long[] shown = Arrays.copyOfRange(counts, first, last + 1);
        final String low = amount(entry, first == 0 ? 0 : entry.bounds().get(first - 1));
        final String high =
                amount(entry, last < entry.bounds().size() ? entry.bounds().get(last) : interval.largest(entry));
        // Two characters a bucket read better than one where they fit.
        final String bars = Words.sparkline(shown);
        final boolean wide = GAP.length() + low.length() + high.length() + 4 + 2 * bars.length() <= width;
        lines.add(
                new Line(GAP + low + " ▕" + (wide ? bars.replaceAll("(.)", "$1$1") : bars) + "▏ " + high, Tone.PLAIN));
    }

    private static Collection<List<StatEntry>> families(final List<StatEntry> own, final String label) {
        final Map<String, List<StatEntry>> families = new LinkedHashMap<>();
        own.stream().filter(entry -> entry.labels().containsKey(label)).forEach(entry -> families.computeIfAbsent(
                        entry.name(), _ -> new ArrayList<>())
                .add(entry));
        return families.values();
    }

    private static void causes(
            final List<Line> lines, final StatInterval interval, final List<StatEntry> own, final String where) {
        for (final List<StatEntry> family : families(own, CAUSE)) {
            final long whole = family.stream().mapToLong(interval::increase).sum();
            if (whole == 0) {
                continue;
            }
            section(lines, family.getFirst().name() + where, "by cause");
            for (final StatEntry entry : family) {
                final double share = (double) interval.increase(entry) / whole;
                lines.add(new Line(
                        String.format(
                                Locale.ROOT,
                                "  %-16s %s %5.1f%%  %s",
                                entry.label(CAUSE),
                                Words.bar(share, BAR),
                                100 * share,
                                entry.sentence()),
                        share == 0 ? Tone.DIM : Tone.PLAIN));
            }
        }
    }

    private static void reasons(
            final List<Line> lines, final StatInterval interval, final List<StatEntry> own, final String where) {
        for (final List<StatEntry> family : families(own, REASON)) {
            final List<StatEntry> ordered = family.stream()
                    .sorted(Comparator.comparingLong((StatEntry entry) -> -interval.increase(entry))
                            .thenComparingLong(entry -> -interval.now().value(entry)))
                    .toList();
            final String name = ordered.getFirst().name();
            section(lines, name + where, "by reason");
            int none = 0;
            for (final StatEntry entry : ordered) {
                if (interval.now().value(entry) == 0) {
                    none++;
                    continue;
                }
                lines.add(new Line(
                        row(entry.label(REASON), interval, entry) + GAP + entry.sentence(),
                        interval.increase(entry) > 0 ? Tone.PLAIN : Tone.DIM));
            }
            lines.add(new Line(GAP + none + " reasons have not occurred yet", Tone.DIM));
            if (name.equals(DROPS)) {
                lines.add(new Line(GAP + why(interval, ordered.getFirst()), Tone.PLAIN));
            }
        }
    }

    /** The sentence for whoever misses a picture. */
    private static String why(final StatInterval interval, final StatEntry most) {
        if (interval.increase(most) == 0) {
            return "Why no video? Not for a drop: nothing was dropped in this interval.";
        }
        return "Why no video? Most drops now: " + most.label(REASON) + " (" + most.sentence() + ").";
    }

    private static void tables(
            final List<Line> lines,
            final StatInterval interval,
            final List<StatEntry> own,
            final String where,
            final int width) {
        final List<String> rows = new ArrayList<>();
        for (final StatEntry entry : own) {
            final boolean shown =
                    entry.labels().containsKey(REASON) || entry.labels().containsKey(CAUSE);
            if (entry.kind() != StatEntry.Kind.HISTOGRAM && !shown) {
                rows.add(row(name(entry), interval, entry));
            }
        }
        if (rows.isEmpty()) {
            return;
        }
        section(lines, "counters of " + where, "");
        final int columns = Math.max(1, (width - GAP.length()) / (COLUMN + GAP.length()));
        final int height = (rows.size() + columns - 1) / columns;
        for (int y = 0; y < height; y++) {
            final StringBuilder line = new StringBuilder();
            for (int i = y; i < rows.size(); i += height) {
                line.append(rows.get(i));
            }
            lines.add(new Line(line.toString(), Tone.PLAIN));
        }
    }

    private static String name(final StatEntry entry) {
        final StringBuilder name = new StringBuilder(entry.name());
        entry.labels().forEach((key, value) -> {
            if (!key.equals(StatEntry.SHARD)) {
                name.append(' ').append(value);
            }
        });
        return name.toString();
    }

    private static String row(final String name, final StatInterval interval, final StatEntry entry) {
        final String rate =
                entry.kind() == StatEntry.Kind.LEVEL ? "" : Words.rate(interval.perSecond(entry), entry.unit());
        final String total = Words.amount(interval.now().value(entry), entry.unit());
        return GAP
                + String.format(
                        Locale.ROOT, "%-" + NAME + "s%" + RATE + "s%" + TOTAL + "s", cut(name, NAME), rate, total);
    }

    private static void section(final List<Line> lines, final String title, final String sentence) {
        lines.add(new Line("", Tone.PLAIN));
        lines.add(new Line(title + (sentence.isEmpty() ? "" : ": " + sentence), Tone.HEAD));
    }

    private static String amount(final StatEntry entry, final long value) {
        return Words.amount(value, entry.unit());
    }

    private static String cut(final String text, final int width) {
        return text.length() <= width ? text : text.substring(0, Math.max(0, width - 1)) + "…";
    }
}
