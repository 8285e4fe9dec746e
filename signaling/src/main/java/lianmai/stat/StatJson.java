package lianmai.stat;

import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** An interval as one line of JSON. Thread: any; stateless. */
final class StatJson {
    private StatJson() {}

    static String of(final StatFile file, final StatInterval interval) {
        final StringJoiner entries = new StringJoiner(",", "[", "]");
        for (final StatEntry entry : file.entries()) {
            entries.add(
                    entry.kind() == StatEntry.Kind.HISTOGRAM
                            ? histogram(entry, interval)
                            : "{" + common(entry) + ",\"value\":"
                                    + interval.now().value(entry)
                                    + (entry.kind() == StatEntry.Kind.COUNTER
                                            ? ",\"perSecond\":" + decimal(interval.perSecond(entry))
                                            : "")
                                    + "}");
        }
        return "{\"pid\":" + file.pid() + ",\"about\":" + object(file.about()) + ",\"publishedMs\":"
                + interval.now().publishedMs() + ",\"ageSeconds\":"
                + decimal(interval.now().ageNs() / 1e9) + ",\"intervalSeconds\":" + decimal(interval.seconds())
                + ",\"entries\":" + entries + "}";
    }

    private static String histogram(final StatEntry entry, final StatInterval interval) {
        final StringJoiner buckets = new StringJoiner(",", "[", "]");
        final long[] counts = interval.buckets(entry);
        for (int i = 0; i < counts.length; i++) {
            final String bound =
                    i < entry.bounds().size() ? entry.bounds().get(i).toString() : "null";
            buckets.add("{\"upTo\":" + bound + ",\"count\":" + counts[i] + "}");
        }
        return "{" + common(entry) + ",\"count\":" + interval.count(entry)
                + ",\"p50\":" + interval.percentile(entry, StatEntry.Histogram.P50, 0.5)
                + ",\"p99\":" + interval.percentile(entry, StatEntry.Histogram.P99, 0.99)
                + ",\"p99.9\":" + interval.percentile(entry, StatEntry.Histogram.P999, 0.999)
                + ",\"max\":" + interval.largest(entry)
                + ",\"sum\":" + interval.now().value(entry, StatEntry.Histogram.SUM)
                + ",\"buckets\":" + buckets + "}";
    }

    private static String common(final StatEntry entry) {
        return "\"kind\":" + text(entry.kind().name().toLowerCase(Locale.ROOT)) + ",\"name\":" + text(entry.name())
                + ",\"labels\":" + object(entry.labels()) + ",\"unit\":" + text(entry.unit());
    }

    private static String object(final Map<String, String> pairs) {
        final StringJoiner object = new StringJoiner(",", "{", "}");
        pairs.forEach((key, value) -> object.add(text(key) + ":" + text(value)));
        return object.toString();
    }

    private static String decimal(final double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String text(final String value) {
        final StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            final char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
