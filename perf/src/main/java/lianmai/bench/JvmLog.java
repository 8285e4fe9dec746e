package lianmai.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lianmai.report.BenchResult.Pause;

/**
 * Safepoints and collections of a JVM from its unified log, whose {@code tn} decoration is the monotonic clock that
 * {@link System#nanoTime} of any process on the machine reads too.
 */
public final class JvmLog {
    private static final Pattern SAFEPOINT =
            Pattern.compile("\\[(\\d+)ns]\\[safepoint *] Safepoint \"([^\"]+)\".* Reaching safepoint: (\\d+) ns,"
                    + ".* At safepoint: (\\d+) ns,.* Total: (\\d+) ns.*");
    private static final Pattern COLLECTION =
            Pattern.compile("\\[(\\d+)ns]\\[gc *] GC\\(\\d+\\) (.+) \\d+[KMG].*->.* ([\\d.]+)(m?s)");

    private static final Pattern CYCLE = Pattern.compile("\\[(\\d+)ns]\\[gc *] GC\\((\\d+)\\) .* \\d+[KMG].*->.*");
    /** ZGC tells how long a thread waited for memory; Shenandoah only that it had to. */
    private static final Pattern STALL = Pattern.compile(
            "\\[(\\d+)ns]\\[gc *] (?:Allocation Stall \\(.*\\) ([\\d.]+)ms|(?:GC\\(\\d+\\) )?Failed to allocate.*)");

    /** More dots than this in one plot are no longer told apart; the longest are kept. */
    private static final int PLOTTED = 2_000;

    private final Path file;

    /**
     * All threads stood still.
     *
     * @param reachNs until the last of them did
     * @param heldNs for the operation itself
     * @param totalNs from the wish to stop until they ran again
     */
    public record Safepoint(long endNs, String operation, long reachNs, long heldNs, long totalNs) {
        private static final Pattern COLLECTORS =
                Pattern.compile("(Z|G1|Shenandoah|Parallel|GenCollect|Serial|CollectFor).*");

        /** Whether it was a collector's pause. */
        public boolean isCollection() {
            return COLLECTORS.matcher(operation).matches();
        }
    }

    /**
     * What a JVM did in an interval.
     *
     * @param collections cycles and pauses that freed memory, those of one number counted once
     * @param stalls how long threads waited for memory each time, ns; 0 where the collector does not say
     */
    public record Events(List<Safepoint> safepoints, int collections, List<Long> stalls) {
        public Events {
            safepoints = List.copyOf(safepoints);
            stalls = List.copyOf(stalls);
        }
    }

    public JvmLog(final Path file) {
        this.file = file;
    }

    /** What has to be added to the JVM's options. */
    public String option() {
        return "-Xlog:safepoint,gc:file=" + file + ":tn,tg";
    }

    /** What ended between two moments of {@link System#nanoTime}, in order. */
    public Events events(final long fromNs, final long toNs) throws BenchException {
        final List<Safepoint> safepoints = new ArrayList<>();
        final Set<String> collections = new HashSet<>();
        final List<Long> stalls = new ArrayList<>();
        for (final String line : lines()) {
            final long endNs = endNs(line);
            if (endNs < fromNs || endNs > toNs) {
                continue;
            }
            final Safepoint safepoint = safepoint(line);
            if (safepoint != null) {
                safepoints.add(safepoint);
            }
            final Matcher cycle = CYCLE.matcher(line);
            if (cycle.matches()) {
                collections.add(cycle.group(2));
            }
            final Matcher stall = STALL.matcher(line);
            if (stall.matches()) {
                stalls.add(stall.group(2) == null ? 0 : (long) (Double.parseDouble(stall.group(2)) * 1e6));
            }
        }
        return new Events(safepoints, collections.size(), stalls);
    }

    /** Of a line, which begins with when it was written; −1 of anything else. */
    private static long endNs(final String line) {
        final int unit = line.indexOf("ns]");
        return line.startsWith("[")
                        && unit > 1
                        && line.substring(1, unit).chars().allMatch(Character::isDigit)
                ? Long.parseLong(line.substring(1, unit))
                : -1;
    }

    private List<String> lines() throws BenchException {
        try {
            return Files.readAllLines(file);
        } catch (final IOException e) {
            throw new BenchException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** What began between two moments of {@link System#nanoTime}, in order. */
    public List<Pause> between(final long fromNs, final long toNs) throws BenchException {
        final List<Pause> pauses = new ArrayList<>();
        for (final String line : lines()) {
            final Pause pause = parse(line, fromNs);
            if (pause != null && pause.atS() >= 0 && pause.atS() * 1e9 <= toNs - fromNs) {
                pauses.add(pause);
            }
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

    private static Safepoint safepoint(final String line) {
        final Matcher safepoint = SAFEPOINT.matcher(line);
        return safepoint.matches()
                ? new Safepoint(
                        Long.parseLong(safepoint.group(1)),
                        safepoint.group(2),
                        Long.parseLong(safepoint.group(3)),
                        Long.parseLong(safepoint.group(4)),
                        Long.parseLong(safepoint.group(5)))
                : null;
    }

    private static Pause parse(final String line, final long originNs) {
        final Safepoint safepoint = safepoint(line);
        if (safepoint != null) {
            return new Pause(
                    (safepoint.endNs() - safepoint.totalNs() - originNs) * 1e-9,
                    safepoint.totalNs() * 1e-3,
                    safepoint.operation(),
                    true);
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
