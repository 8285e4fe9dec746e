package lianmai.stat;

import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * One thing a server shows, and where its values come from.
 *
 * @param bounds of a histogram's buckets
 */
public record Figure(
        StatEntry.Kind kind,
        String name,
        Map<String, String> labels,
        String unit,
        String sentence,
        List<Long> bounds,
        Source source) {
    /** Where values come from. Thread: must be good for any. */
    @FunctionalInterface
    public interface Source {
        /** Writes the present values into {@code cells} from {@code at}. */
        void read(long[] cells, int at);
    }

    /** What only goes up. */
    public static Figure counter(
            final String name, final Map<String, String> labels, final String sentence, final LongSupplier value) {
        return single(StatEntry.Kind.COUNTER, name, labels, "", sentence, value);
    }

    /** What goes up and down. */
    public static Figure level(
            final String name, final Map<String, String> labels, final String sentence, final LongSupplier value) {
        return single(StatEntry.Kind.LEVEL, name, labels, "", sentence, value);
    }

    /** A distribution; {@code source} writes cells as {@link StatEntry.Histogram} names them. */
    public static Figure histogram(
            final String name,
            final Map<String, String> labels,
            final String unit,
            final String sentence,
            final List<Long> bounds,
            final Source source) {
        return new Figure(StatEntry.Kind.HISTOGRAM, name, labels, unit, sentence, bounds, source);
    }

    /** This in another unit. */
    public Figure in(final String other) {
        return new Figure(kind, name, labels, other, sentence, bounds, source);
    }

    private static Figure single(
            final StatEntry.Kind kind,
            final String name,
            final Map<String, String> labels,
            final String unit,
            final String sentence,
            final LongSupplier value) {
        return new Figure(kind, name, labels, unit, sentence, List.of(), (cells, at) -> cells[at] = value.getAsLong());
    }
}
