package lianmai.lab;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lianmai.bench.BenchException;
import lianmai.bench.Children;
import lianmai.bench.Cores;
import lianmai.bench.LianmaiTarget;

/**
 * A cell's server. Between its rounds it is stopped (SIGSTOP), so that others can have its core while what its JIT has
 * learnt stays.
 *
 * <p>Thread: one. Owns: its process until {@link #close()}.
 */
final class CellServer implements AutoCloseable {
    private static final String SERVER = "lianmai.server.Main";
    private static final String PROTOBUF =
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final LianmaiTarget target;
    private final Path folder;

    private CellServer(final LianmaiTarget target, final Path folder) {
        this.target = target;
        this.folder = folder;
    }

    /**
     * Starts it.
     *
     * @param folder for its logs
     * @throws BenchException when it does not start, with its own words
     */
    static CellServer start(
            final Children children, final Cores cores, final ServerFiles files, final Cell cell, final Path folder)
            throws BenchException, IOException {
        clear(folder);
        final List<String> program = new ArrayList<>();
        if (cell.pressure() == 0) {
            program.add(SERVER);
        } else {
            program.add(PressedServer.class.getName());
            program.add(Integer.toString(cell.pressure()));
            program.add(folder.resolve("pressure.log").toString());
        }
        program.addAll(List.of("serve", "--port", "0", "--udp-port", "0"));
        program.addAll(List.of("--stat-file", folder.resolve("server.stat").toString()));
        final List<String> jvm = cell.isCached() ? files.cached(cell.jvm()) : cell.jvm();
        try {
            final LianmaiTarget target = LianmaiTarget.start(
                    children, cores, new LianmaiTarget.Launch(folder, jvm, files.classPath(), program));
            final CellServer server = new CellServer(target, folder);
            // What is stopped would not hear that it is to end.
            children.onEnd(() -> signal(target.pid().getAsLong(), "CONT"));
            return server;
        } catch (final BenchException e) {
            final List<String> said = ConsoleWords.of(LianmaiTarget.console(folder));
            throw new BenchException("does not start: " + (said.isEmpty() ? e.getMessage() : said.getFirst()), e);
        }
    }

    private static void clear(final Path folder) throws IOException {
        Files.createDirectories(folder);
        try (var files = Files.newDirectoryStream(folder)) {
            for (final Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    LianmaiTarget target() {
        return target;
    }

    Path statFile() {
        return folder.resolve("server.stat");
    }

    /** What the control plane allocated between two moments, MB/s. */
    double pressure(final long fromNs, final long toNs) throws IOException {
        return Pressure.reached(Files.readAllLines(folder.resolve("pressure.log")), fromNs, toNs);
    }

    /** Has /metrics written as Prometheus wants it, which nothing of the load does: the JVM may remark on that. */
    void askAsPrometheus() throws BenchException {
        final HttpRequest question = HttpRequest.newBuilder(target.url().resolve("/metrics"))
                .timeout(PATIENCE)
                .header("Accept", PROTOBUF)
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            http.send(question, HttpResponse.BodyHandlers.discarding());
        } catch (final IOException e) {
            throw new BenchException(question.uri() + " cannot be read: " + e.getMessage(), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    void stop() {
        signal(target.pid().getAsLong(), "STOP");
    }

    void resume() {
        signal(target.pid().getAsLong(), "CONT");
    }

    private static void signal(final long pid, final String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(1, TimeUnit.SECONDS);
        } catch (final IOException e) {
            throw new java.io.UncheckedIOException("kill is missing; install the package procps", e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        resume();
        target.close();
    }
}
