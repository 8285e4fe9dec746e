package lianmai.stat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * {@code lianmai stat}: shows what a running server publishes.
 *
 * <p>Thread: main (confined).
 */
public final class StatCommand {
    private static final int USAGE = 2;
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);
    /** A server publishes each second; one that is a few late is in trouble. */
    private static final long SILENT_MS = TimeUnit.SECONDS.toMillis(4);

    private final StatFolder folder;
    private final PrintStream out;
    private final PrintStream err;
    private final Supplier<Screen> screens;

    StatCommand(final StatFolder folder, final PrintStream out, final PrintStream err, final Supplier<Screen> screens) {
        this.folder = folder;
        this.out = out;
        this.err = err;
        this.screens = screens;
    }

    /** Runs it on this process's terminal; answers the exit code. */
    public static int run(final String... arguments) {
        return new StatCommand(StatFolder.usual(), System.out, System.err, StatCommand::standardOutput)
                .execute(List.of(arguments));
    }

    /** For {@code ./lianmai stat}, past the other commands' libraries. */
    public static void main(final String[] arguments) {
        System.exit(run(arguments));
    }

    private static Screen standardOutput() {
        final Screen terminal = TerminalScreen.ofStandardOutput();
        if (terminal == null) {
            return new PlainScreen(System.out);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(terminal::close, "terminal"));
        return terminal;
    }

    int execute(final List<String> arguments) {
        final StatOptions options;
        try {
            options = StatOptions.parse(arguments);
        } catch (final IllegalArgumentException e) {
            err.println("lianmai: " + e.getMessage() + "; see ./lianmai stat --help");
            return USAGE;
        }
        if (options.help()) {
            out.print(StatOptions.USAGE);
            return 0;
        }
        try {
            final Path chosen = choose(options);
            if (chosen == null) {
                return USAGE;
            }
            try (StatFile file = StatFile.open(chosen)) {
                if (!StatFolder.isAlive(file.pid(), file.startedMs())) {
                    throw new StatException("the server of " + chosen + ", process " + file.pid() + ", has ended");
                }
                return options.json() ? json(file, options) : view(file, options);
            }
        } catch (final IOException e) {
            err.println("lianmai: " + e.getMessage());
            return USAGE;
        }
    }

    /** The file to read; null, with the reason told, when that is not clear. */
    private Path choose(final StatOptions options) throws IOException {
        if (options.file() != null) {
            return options.file();
        }
        final List<Path> living = folder.living();
        if (options.pid() != null) {
            final Path file = folder.of(options.pid());
            if (living.contains(file)) {
                return file;
            }
            err.println("lianmai: no server of this user runs as process " + options.pid());
            return null;
        }
        if (living.isEmpty()) {
            err.println("lianmai: no server of this user runs on this machine; start one with ./lianmai serve");
            return null;
        }
        if (living.size() == 1) {
            return living.getFirst();
        }
        err.println("lianmai: " + living.size() + " servers run; choose one:");
        for (final Path file : living) {
            try (StatFile stat = StatFile.open(file)) {
                err.println("  --pid " + stat.pid() + "  " + stat.about().getOrDefault("url", "") + "  up "
                        + Words.age(stat.read().ageNs()));
            }
        }
        return null;
    }

    private int json(final StatFile file, final StatOptions options) throws StatException {
        StatReading last = file.read();
        StatInterval interval;
        do {
            interval = next(file, last, options, () -> false);
            last = interval.now();
            if (interval.seconds() > 0) {
                out.println(StatJson.of(file, interval));
            }
        } while (!options.once() && interval.seconds() > 0 && !out.checkError());
        return 0;
    }

    private int view(final StatFile file, final StatOptions options) throws StatException {
        final StatView view = new StatView(file);
        StatReading last = file.read();
        boolean quit;
        boolean ended;
        try (Screen screen = options.once() ? new PlainScreen(out) : screens.get()) {
            do {
                final StatInterval interval = next(file, last, options, screen::isQuit);
                last = interval.now();
                quit = screen.isQuit();
                ended = !StatFolder.isAlive(file.pid(), file.startedMs());
                if (!quit && !ended) {
                    final long silentMs =
                            System.currentTimeMillis() - interval.now().publishedMs();
                    final long toldMs =
                            silentMs < SILENT_MS + options.interval().toMillis() ? 0 : silentMs;
                    screen.show(view.lines(interval, screen.width(), TimeUnit.MILLISECONDS.toSeconds(toldMs)));
                }
            } while (!options.once() && !quit && !ended);
        }
        if (ended) {
            out.println("The server has ended.");
        }
        return 0;
    }

    /** Waits for an interval to pass; it is shorter, and may be empty, when the server publishes no more. */
    private static StatInterval next(
            final StatFile file, final StatReading first, final StatOptions options, final BooleanSupplier quit)
            throws StatException {
        final StatInterval interval = new StatInterval(first);
        final long wantedNs = options.interval().toNanos();
        final long startNs = System.nanoTime();
        // A reading is a little less or more than a second after the one before.
        final long nearlyNs = wantedNs - Math.min(wantedNs, TimeUnit.SECONDS.toNanos(1)) / 4;
        while (interval.now().ageNs() - first.ageNs() < nearlyNs
                && System.nanoTime() - startNs < wantedNs + TimeUnit.MILLISECONDS.toNanos(SILENT_MS)
                && !quit.getAsBoolean()
                && StatFolder.isAlive(file.pid(), file.startedMs())) {
            LockSupport.parkNanos(LOOK_NS);
            interval.extend(file.read(), file.entries());
        }
        return interval;
    }
}
