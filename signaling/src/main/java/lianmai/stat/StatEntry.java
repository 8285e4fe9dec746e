package lianmai.stat;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * One thing a server shows, as its file describes it: a line of fields with tabs between them.
 *
 * <pre>
 *   kind       name                    labels            unit   cell  sentence                      bounds
 *   counter    drops                   shard=0,reason=…         17    too old for the history
 *   histogram  residence               shard=0           ns     90    from arrival to being sent    1000,2000,5000
 * </pre>
 *
 * @param name lower case with underscores; entries of one family share it and differ in labels
 * @param labels in the order written; {@code shard} for what each shard has of its own
 * @param unit of the values: {@code ns}, {@code bytes}, or empty for a number
 * @param cell the first of its 64-bit cells
 * @param sentence for people
 * @param bounds upper bounds of a histogram's buckets, ascending; empty for all else
 */
public record StatEntry(
        Kind kind, String name, Map<String, String> labels, String unit, int cell, String sentence, List<Long> bounds) {
    /** The label of what each shard has of its own. */
    public static final String SHARD = "shard";

    private static final int FIELDS = 7;

    /** What the cells mean. */
    public enum Kind {
        /** One cell that only goes up. */
        COUNTER,
        /** One cell that goes up and down. */
        LEVEL,
        /** Cells as {@link Histogram} names them. */
        HISTOGRAM
    }

    public StatEntry {
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        bounds = List.copyOf(bounds);
    }

    /** How many cells it has. */
    public int cells() {
        return kind == Kind.HISTOGRAM ? Histogram.BUCKETS + bounds.size() + 1 : 1;
    }

    /** The value of a label, or the empty string. */
    public String label(final String key) {
        return labels.getOrDefault(key, "");
    }

    /** The cells of a histogram, counted from its first one. */
    public static final class Histogram {
        /** How many values the last whole second had. */
        public static final int SECOND_COUNT = 0;
        /** Percentiles and the largest value of the last whole second. */
        public static final int P50 = 1;

        public static final int P99 = 2;
        public static final int P999 = 3;
        public static final int MAX = 4;
        /** The sum of all values since the start. */
        public static final int SUM = 5;
        /** Since the start, for each bound the values above the bound before it and up to it; last, those above all. */
        public static final int BUCKETS = 6;

        private Histogram() {}
    }

    String line() {
        final StringJoiner pairs = new StringJoiner(",");
        labels.forEach((key, value) -> pairs.add(plain(key) + '=' + plain(value)));
        final StringJoiner limits = new StringJoiner(",");
        bounds.forEach(bound -> limits.add(Long.toString(bound)));
        return String.join(
                "\t",
                kind.name().toLowerCase(Locale.ROOT),
                plain(name),
                pairs.toString(),
                plain(unit),
                Integer.toString(cell),
                sentence.replaceAll("[\t\n]", " "),
                limits.toString());
    }

    /** Reads a line back; null when it is of a kind that this build does not know. */
    static StatEntry parse(final String line) throws StatException {
        final String[] fields = line.split("\t", -1);
        final Kind kind = Arrays.stream(Kind.values())
                .filter(each -> each.name().equalsIgnoreCase(fields[0]))
                .findFirst()
                .orElse(null);
        if (kind == null) {
            return null;
        }
        if (fields.length < FIELDS) {
            throw new StatException("has a damaged description: " + line);
        }
        try {
            return new StatEntry(
                    kind,
                    fields[1],
                    labels(fields[2]),
                    fields[3],
                    Integer.parseInt(fields[4]),
                    fields[5],
                    bounds(fields[6]));
        } catch (final NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new StatException("has a damaged description: " + line, e);
        }
    }

    private static Map<String, String> labels(final String text) {
        final Map<String, String> labels = new LinkedHashMap<>();
        for (final String pair : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            final String[] sides = pair.split("=", 2);
            labels.put(sides[0], sides[1]);
        }
        return labels;
    }

    private static List<Long> bounds(final String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(Long::valueOf).toList();
    }

    private static String plain(final String text) {
        return text.replaceAll("[\t\n,=]", "_");
    }
}
