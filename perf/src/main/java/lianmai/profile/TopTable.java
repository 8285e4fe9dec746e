package lianmai.profile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which methods the samples lie in: in the method itself, and in it or whatever it called. Reads the profiler's
 * "collapsed" text: a line for each stack, frames from the outermost on with semicolons between, a space, a number.
 */
final class TopTable {
    private static final int WIDEST = 100;
    private static final String NATIVE_OR_KIND = "_\\[\\w]$";

    private final List<Row> rows;
    private final long total;

    /** One method. */
    record Row(String method, long self, long all) {}

    private TopTable(final List<Row> rows, final long total) {
        this.rows = rows;
        this.total = total;
    }

    /** @param endsInType whether the innermost frame is no method but what was allocated or locked */
    static TopTable of(final Stream<String> collapsed, final boolean endsInType) {
        final Map<String, long[]> sums = new HashMap<>();
        final long[] total = new long[1];
        collapsed.filter(line -> !line.isBlank()).forEach(line -> {
            final int space = line.lastIndexOf(' ');
            final long count = Long.parseLong(line.substring(space + 1));
            final String[] all = line.substring(0, space).split(";");
            final String[] frames = endsInType && all.length > 1 ? Arrays.copyOf(all, all.length - 1) : all;
            // A method that calls itself has its samples once.
            final Set<String> onStack = new HashSet<>();
            for (int i = 0; i < frames.length; i++) {
                final String method = frames[i].replaceFirst(NATIVE_OR_KIND, "");
                final long[] sum = sums.computeIfAbsent(method, unused -> new long[2]);
                if (i == frames.length - 1) {
                    sum[0] += count;
                }
                if (onStack.add(method)) {
                    sum[1] += count;
                }
            }
            total[0] += count;
        });
        final List<Row> rows = new ArrayList<>();
        sums.forEach((method, sum) -> rows.add(new Row(method, sum[0], sum[1])));
        rows.sort(Comparator.comparingLong(Row::self)
                .thenComparingLong(Row::all)
                .reversed()
                .thenComparing(Row::method));
        return new TopTable(List.copyOf(rows), total[0]);
    }

    /** Everything that was counted. */
    long total() {
        return total;
    }

    /** The methods, those with the most samples of their own first. */
    List<Row> rows() {
        return rows;
    }

    /** The table as text, at most so many lines long. */
    String text(final int most) {
        final StringBuilder text = new StringBuilder("  self   total  method\n");
        rows.stream()
                .limit(most)
                .filter(row -> row.self() > 0)
                .forEach(row -> text.append(String.format(
                        Locale.ROOT,
                        "%5.1f%% %6.1f%%  %s%n",
                        percent(row.self()),
                        percent(row.all()),
                        cut(row.method()))));
        return text.toString();
    }

    private double percent(final long part) {
        return total == 0 ? 0 : 100.0 * part / total;
    }

    private static String cut(final String method) {
        return method.length() <= WIDEST ? method : "…" + method.substring(method.length() - WIDEST + 1);
    }
}
