package lianmai.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lianmai.report.BenchResult.Pause;

/**
 * Safepoints and collections of a JVM from its unified log, whose {@code tn} decoration is the monotonic clock that
 * {@link System#nanoTime} of any process on the machine reads too.
 */
public final class JvmLog {
    private static final Pattern SAFEPOINT =
            Pattern.compile("\\[(\\d+)ns]\\[safepoint *] Safepoint \"([^\"]+)\".* Total: (\\d+) ns.*");
    private static final Pattern COLLECTION =
            Pattern.compile("\\[(\\d+)ns]\\[gc *] GC\\(\\d+\\) (.+) \\d+[KMG].*->.* ([\\d.]+)(m?s)");

    /** More dots than this in one plot are no longer told apart; the longest are kept. */
    private static final int PLOTTED = 2_000;

    private final Path file;

    public JvmLog(final Path file) {
        this.file = file;
    }

    /** What has to be added to the JVM's options. */
    public String option() {
        return "-Xlog:safepoint,gc:file=" + file + ":tn,tg";
    }

    /** What began between two moments of {@link System#nanoTime}, in order. */
    public List<Pause> between(final long fromNs, final long toNs) throws BenchException {
        final List<Pause> pauses = new ArrayList<>();
        try {
            for (final String line : Files.readAllLines(file)) {
                final Pause pause = parse(line, fromNs);
                if (pause != null && pause.atS() >= 0 && pause.atS() * 1e9 <= toNs - fromNs) {
                    pauses.add(pause);
                }
            }
        } catch (final IOException e) {
            throw new BenchException(file + " cannot be read: " + e.getMessage(), e);
        }
        return pauses;
    }

    /** The longest ones, in order, no more than a plot can show. */
    public static List<Pause> plotted(final List<Pause> pauses) {
        if (pauses.size() <= PLOTTED) {
            return pauses;
        }
        final double shortest = pauses.stream()
                .mapToDouble(Pause::micros)
                .sorted()
                .skip(pauses.size() - PLOTTED)
                .findFirst()
                .orElse(0);
        return pauses.stream()
                .filter(pause -> pause.micros() >= shortest)
                .limit(PLOTTED)
                .toList();
    }

    private static Pause parse(final String line, final long originNs) {
        final Matcher safepoint = SAFEPOINT.matcher(line);
        if (safepoint.matches()) {
            final long endNs = Long.parseLong(safepoint.group(1));
            final long lengthNs = Long.parseLong(safepoint.group(3));
            return new Pause((endNs - lengthNs - originNs) * 1e-9, lengthNs * 1e-3, safepoint.group(2), true);
        }
        final Matcher collection = COLLECTION.matcher(line);
        if (collection.matches()) {
            final double lengthS = Double.parseDouble(collection.group(3))
                    * (collection.group(4).equals("ms") ? 1e-3 : 1);
            final long endNs = Long.parseLong(collection.group(1));
            return new Pause((endNs - originNs) * 1e-9 - lengthS, lengthS * 1e6, collection.group(2), false);
        }
        return null;
    }
}
