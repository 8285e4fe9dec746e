package lianmai.bench;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;

/**
 * How far a run is, on standard error: one line that is drawn over on a terminal, now and then a plain line elsewhere.
 *
 * <p>Thread: one. Units: ns of {@link System#nanoTime}.
 */
public final class Progress {
    private static final int WIDTH = 24;
    /** Logs of CI are read by people too. */
    private static final long PLAIN_EVERY_NS = 5_000_000_000L;

    private static final String ERASE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean isTerminal;
    private final double total;
    private double done;
    private long printedNs;
    private String lastStage = "";

    /** @param totalSeconds about how long all stages together take */
    Progress(final PrintStream out, final boolean isTerminal, final double totalSeconds) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.total = Math.max(totalSeconds, 1e-3);
    }

    public static Progress onConsole(final double totalSeconds) {
        // Null on JDK 25 unless both ends are a terminal.
        final boolean isTerminal = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        return new Progress(System.err, isTerminal, totalSeconds);
    }

    /**
     * Shows where we are.
     *
     * @param stage what is being done
     * @param live figures of this moment; may be empty
     * @param seconds of the total that have passed since the last call
     */
    public void show(final String stage, final String live, final double seconds, final long nowNs) {
        done += seconds;
        final int percent = (int) Math.min(99, 100 * done / total);
        if (isTerminal) {
            final int filled = percent * WIDTH / 100;
            out.print(ERASE + "█".repeat(filled) + "░".repeat(WIDTH - filled) + " " + percent + " %  " + stage
                    + (live.isEmpty() ? "" : "  " + live));
            out.flush();
        } else if (!stage.equals(lastStage) || nowNs - printedNs >= PLAIN_EVERY_NS) {
            out.println("lianmai: " + percent + " %: " + stage + (live.isEmpty() ? "" : ": " + live));
            printedNs = nowNs;
        }
        lastStage = stage;
    }

    /** Gives the line back. */
    public void end() {
        if (isTerminal) {
            out.print(ERASE);
            out.flush();
        }
    }
}
