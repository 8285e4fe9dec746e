package lianmai.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * The processes that this one started. None of them outlives it: a hook ends them on Ctrl-C and on any other end that
 * the JVM notices.
 *
 * <p>Thread: any. Owns: its processes, by process id.
 */
public final class Children implements AutoCloseable {
    /** Our server tells its clients and ends in a fraction of it; Janus too. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Deque<Runnable> endings = new ArrayDeque<>();
    private final Thread hook = new Thread(this::endAll, "end-children");

    public Children() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    public Process start(final ProcessBuilder builder) throws BenchException {
        try {
            final Process process = builder.start();
            onEnd(() -> end(process));
            return process;
        } catch (final IOException e) {
            throw new BenchException(builder.command().getFirst() + " cannot be started: " + e.getMessage(), e);
        }
    }

    /** What else has to be done at the end, the last one first; doing it twice must do no harm. */
    public synchronized void onEnd(final Runnable ending) {
        endings.push(ending);
    }

    /** Ends one, and returns when it is gone. */
    public static void end(final Process process) {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Runnable next() {
        return endings.poll();
    }

    private void endAll() {
        for (Runnable ending = next(); ending != null; ending = next()) {
            ending.run();
        }
    }

    @Override
    public void close() {
        endAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException e) {
            // The hook runs already, and did the same.
            Thread.onSpinWait();
        }
    }
}
