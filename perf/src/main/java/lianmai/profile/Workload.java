package lianmai.profile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import lianmai.profile.Targets.Target;

/**
 * The command that is run while something is profiled.
 *
 * <p>Thread: any, one at a time. Owns: the process and what it started, until {@link #close()}.
 */
final class Workload implements AutoCloseable {
    private static final long POLL_MS = 100;
    /** A command may have to build first. */
    private static final long MOST_WAIT_NS = TimeUnit.MINUTES.toNanos(5);

    private static final long END_WAIT_S = 10;

    private final Process process;
    private final String command;

    private Workload(final Process process, final String command) {
        this.process = process;
        this.command = command;
    }

    /** Starts {@code ./lianmai} with these words. */
    static Workload start(final String command) throws IOException {
        final List<String> words = new ArrayList<>(List.of("./lianmai"));
        words.addAll(List.of(command.strip().split("\\s+")));
        return start(command, words);
    }

    static Workload start(final String command, final List<String> words) throws IOException {
        return new Workload(new ProcessBuilder(words).inheritIO().start(), command);
    }

    /** The first server that it starts, or the generator that has started it. */
    Target target(final ProfiledSide side) throws InterruptedException {
        // There is no load before there is a server.
        final Target server = server();
        if (side == ProfiledSide.SERVER) {
            return server;
        }
        return Targets.generatorOf(server)
                .orElseThrow(() -> new ProfileException("\"" + command + "\" has started a server, but is no load"
                        + " generator; name a JVM with --pid"));
    }

    /** The first server that it starts. */
    private Target server() throws InterruptedException {
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < MOST_WAIT_NS) {
            final List<Target> started = Targets.servers(process.descendants());
            if (!started.isEmpty()) {
                return started.getFirst();
            }
            if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
                throw new ProfileException("\"" + command + "\" ended (exit code " + process.exitValue()
                        + ") before it started a server; name one with --pid");
            }
        }
        throw new ProfileException("\"" + command + "\" starts no server; name one with --pid");
    }

    /** Done when it has ended. */
    CompletableFuture<Process> onEnd() {
        return process.onExit();
    }

    /** How it ended; waits for that. */
    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        if (!process.isAlive()) {
            return;
        }
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(END_WAIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
