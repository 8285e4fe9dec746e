package lianmai.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import lianmai.server.Main;
import org.HdrHistogram.Histogram;

/**
 * A server, and in its JVM a thread that does nothing but read the clock: the counterpart of the C loop in {@code
 * spin.c}. What holds it up is what would hold up a relay that spins: the JVM with all that a server's does (collector,
 * compiler, Flight Recorder, monitors), and the system.
 *
 * <p>The relay itself would be no fair comparison, as its turns are work and its idle time is sleep. The server has no
 * clients, as its relay would take the core from the probe, which the C loop's neighbours do not do either: the media
 * flow through another server, on the generator's core.
 *
 * <p>Begins a round when the file {@code go-<round>} appears, so that a stopped process does not miss it.
 */
public final class HiccupProbe {
    /** The probing thread's. */
    static final String NAME = "relay-probe";

    /** As in {@code spin.c}. */
    private static final long DUE_EVERY_NS = 10_000;

    private static final long LOOK_NS = 20_000_000;
    private static final long LONGEST_NS = 10_000_000_000L;

    private HiccupProbe() {}

    /** @param arguments folder of the go files, rounds, seconds of each; then those of the server */
    public static void main(final String[] arguments) {
        final Path folder = Path.of(arguments[0]);
        final int rounds = Integer.parseInt(arguments[1]);
        final long lengthNs = Math.round(Double.parseDouble(arguments[2]) * 1e9);
        final String[] serve = new String[arguments.length - 3];
        System.arraycopy(arguments, 3, serve, 0, serve.length);
        final Thread probe = new Thread(() -> run(folder, rounds, lengthNs), NAME);
        probe.setDaemon(true);
        probe.start();
        Main.main(serve);
    }

    private static void run(final Path folder, final int rounds, final long lengthNs) {
        final Histogram waits = new Histogram(1, LONGEST_NS, 3);
        for (int round = 0; round < rounds; round++) {
            while (!Files.exists(folder.resolve("go-" + round))) {
                LockSupport.parkNanos(LOOK_NS);
            }
            waits.reset();
            spin(waits, lengthNs);
            System.out.printf(
                    Locale.ROOT,
                    "hiccup %d %d %d %d %d %d%n",
                    round,
                    waits.getValueAtPercentile(50),
                    waits.getValueAtPercentile(99),
                    waits.getValueAtPercentile(99.9),
                    waits.getValueAtPercentile(99.99),
                    waits.getMaxValue());
        }
    }

    /** How long what is due each {@link #DUE_EVERY_NS} waits until the clock is read again. */
    static void spin(final Histogram waits, final long lengthNs) {
        long nowNs = System.nanoTime();
        final long endNs = nowNs + lengthNs;
        long dueNs = nowNs + DUE_EVERY_NS;
        while (nowNs - endNs < 0) {
            nowNs = System.nanoTime();
            for (; dueNs - nowNs <= 0; dueNs += DUE_EVERY_NS) {
                waits.recordValue(Math.min(nowNs - dueNs, LONGEST_NS));
            }
        }
    }
}
