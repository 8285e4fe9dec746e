package lianmai.lab;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lianmai.bench.BenchException;
import lianmai.bench.Checkout;
import lianmai.bench.Children;
import lianmai.bench.Cores;
import lianmai.bench.LianmaiTarget;
import lianmai.load.LoadPlan;
import lianmai.load.LoadRun;
import lianmai.load.PublisherSpec;
import lianmai.load.RoomPlan;
import lianmai.relay.Codec;

/**
 * A server as {@code ./lianmai serve} starts it, on a core of its own, and what one may ask of it from outside: its
 * pages, its console, and {@code jcmd}. There is no other way in.
 *
 * <p>Thread: one. Owns: its process until {@link #close()}.
 */
final class SteadyServer implements AutoCloseable {
    /** The room of {@link #load}. */
    static final String ROOM = "steady";

    private static final Duration READY = Duration.ofSeconds(60);
    private static final int BITS_PER_SECOND = 2_500_000;
    private static final int JOINS_PER_SECOND = 200;
    private static final int JOINS_AT_A_TIME = 32;
    private static final String RECORDING = "lab";

    private final LianmaiTarget target;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Path folder;

    /**
     * How it differs from the usual one.
     *
     * @param isCached whether it starts from the AOT cache
     * @param jvm options after those of {@code relay.args}
     * @param serve options of {@code serve}
     */
    record Setting(boolean isCached, List<String> jvm, List<String> serve) {
        static final Setting USUAL = new Setting(true, List.of(), List.of());

        Setting {
            jvm = List.copyOf(jvm);
            serve = List.copyOf(serve);
        }
    }

    private SteadyServer(final LianmaiTarget target, final Path folder) {
        this.target = target;
        this.folder = folder;
    }

    /** Starts it and waits until it is ready. */
    static SteadyServer start(final Children children, final Cores cores, final Path folder, final Setting setting)
            throws BenchException, IOException {
        return startWith(children, cores, folder, setting, List.of("lianmai.server.Main"));
    }

    /** The same with another main class and its first arguments. */
    static SteadyServer startWith(
            final Children children,
            final Cores cores,
            final Path folder,
            final Setting setting,
            final List<String> main)
            throws BenchException, IOException {
        Files.createDirectories(folder);
        final List<String> jvm = new ArrayList<>(List.of("@" + Checkout.find().usualJvmOptions()));
        final String cache = System.getProperty("lianmai.lab.aot", "");
        if (setting.isCached && hasCache()) {
            jvm.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off"));
        }
        jvm.addAll(setting.jvm);
        final List<String> program = new ArrayList<>(main);
        program.addAll(List.of("serve", "--port", "0", "--udp-port", "0", "--stat-file", "none"));
        program.addAll(setting.serve);
        final String classPath = System.getProperty("lianmai.lab.classpath", System.getProperty("java.class.path"));
        return new SteadyServer(
                LianmaiTarget.start(children, cores, new LianmaiTarget.Launch(folder, jvm, classPath, program)),
                folder);
    }

    /** Whether there is an AOT cache to start from. */
    static boolean hasCache() throws IOException {
        final Path cache = Path.of(System.getProperty("lianmai.lab.aot", ""));
        return Files.isRegularFile(cache) && Files.size(cache) > 0;
    }

    LianmaiTarget target() {
        return target;
    }

    long pid() {
        return target.pid().orElseThrow();
    }

    /** A camera and its audience; ready when this returns. */
    LoadRun load(final int viewers) throws BenchException {
        final LoadPlan plan = LoadPlan.of(
                        List.of(RoomPlan.fanout(ROOM, PublisherSpec.camera(Codec.VP8, BITS_PER_SECOND), viewers)))
                .withJoins(JOINS_PER_SECOND, JOINS_AT_A_TIME);
        final LoadRun run = LoadRun.start(plan, target.door());
        try {
            run.awaitReady(READY);
            return run;
        } catch (final InterruptedException e) {
            run.close();
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    /** All figures of {@code /metrics}, by name and labels as they stand there. */
    Map<String, Double> metrics() throws BenchException {
        final Map<String, Double> values = new HashMap<>();
        for (final String line : page("/metrics").split("\n")) {
            final int space = line.lastIndexOf(' ');
            if (!line.startsWith("#") && space > 0) {
                values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
            }
        }
        return values;
    }

    String page(final String path) throws BenchException {
        final URI address = target.url().resolve(path);
        try {
            return http.send(
                            HttpRequest.newBuilder(address)
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (final IOException e) {
            throw new BenchException(address + " cannot be read: " + e.getMessage(), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    /** Records these events from now on; that rotates a file, so it costs a safepoint of its own. */
    void record(final List<String> events) throws BenchException {
        final List<String> question = new ArrayList<>(List.of("JFR.start", "name=" + RECORDING, "settings=none"));
        events.forEach(event -> question.add("+" + event + "#enabled=true"));
        jcmd(question);
    }

    /** Ends the recording; answers where it is. */
    Path recorded() throws BenchException {
        final Path file = folder.resolve(RECORDING + ".jfr").toAbsolutePath();
        jcmd(List.of("JFR.stop", "name=" + RECORDING, "filename=" + file));
        return file;
    }

    List<String> jcmd(final List<String> question) throws BenchException {
        final List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid())));
        command.addAll(question);
        try {
            final Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchException("jcmd " + question.getFirst() + ": " + said.strip());
            }
            return said.lines().toList();
        } catch (final IOException e) {
            throw new BenchException(command.getFirst() + " cannot be started: " + e.getMessage(), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.close();
        target.close();
    }
}
