package lianmai.door;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Janus of our own, to be measured: the installed program under a configuration that says only what must be said, so
 * that it runs as shipped: the videoroom, WebSockets, one address. Janus ignores loopback interfaces, so it needs
 * another address, best in a network namespace.
 *
 * <p>Thread: any. Owns: the process and its folder until closed.
 */
public final class JanusProcess implements AutoCloseable {
    private static final String MISSING = "no janus: install the package janus";
    private static final String VIDEOROOM = "libjanus_videoroom.so";
    private static final String WEB_SOCKETS = "libjanus_websockets.so";
    private static final long START_WITHIN_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long LOOK_MS = 50;
    private static final long END_WITHIN_S = 5;

    /** Where distributions, and Janus's own build, put what it loads. */
    private static final List<Path> LIBRARIES =
            List.of(Path.of("/usr/lib"), Path.of("/usr/lib64"), Path.of("/usr/local/lib"), Path.of("/opt/janus/lib"));

    /**
     * How it is run.
     *
     * @param address where it listens and what it tells clients; no loopback address
     * @param port of its WebSockets
     * @param eventLoops threads that carry media; 0 for Janus's own choice, one a client
     * @param libraries a folder whose shared libraries go before the system's, such as another libsrtp; or null
     * @param launcher what goes before the command, such as {@code taskset -c 0}; it must end up as Janus itself
     */
    public record Settings(InetAddress address, int port, int eventLoops, Path libraries, List<String> launcher) {
        public Settings {
            launcher = List.copyOf(launcher);
            if (address.isLoopbackAddress()) {
                throw new IllegalArgumentException("Janus ignores loopback addresses such as "
                        + address.getHostAddress() + "; give it another one");
            }
        }
    }

    private final Process process;
    private final Settings settings;
    private final Path folder;

    private JanusProcess(final Process process, final Settings settings, final Path folder) {
        this.process = process;
        this.settings = settings;
        this.folder = folder;
    }

    /** What to say when Janus is not installed; null when it is. */
    public static String missing() {
        try {
            program();
            modules();
            return null;
        } catch (final IOException e) {
            return e.getMessage();
        }
    }

    /**
     * Starts it; it takes clients when this returns.
     *
     * @throws IOException with a sentence for the user
     */
    public static JanusProcess start(final Settings settings) throws IOException {
        final Path program = program();
        final Path folder = Files.createTempDirectory("lianmai-janus");
        final JanusProcess janus;
        try {
            writeConfiguration(settings, folder);
            final List<String> command = new ArrayList<>(settings.launcher());
            command.addAll(List.of(program.toString(), "--configs-folder=" + folder, "--disable-colors"));
            final ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(log(folder).toFile());
            if (settings.libraries() != null) {
                builder.environment()
                        .put("LD_LIBRARY_PATH", settings.libraries().toString());
            }
            janus = new JanusProcess(builder.start(), settings, folder);
        } catch (final IOException e) {
            delete(folder);
            throw e;
        }
        try {
            janus.awaitReady();
        } catch (final IOException e) {
            janus.close();
            throw e;
        }
        return janus;
    }

    private static Path program() throws IOException {
        final String path = System.getenv().getOrDefault("PATH", "/usr/bin") + ":/usr/bin:/opt/janus/bin";
        return Stream.of(path.split(":"))
                .filter(part -> !part.isEmpty())
                .map(part -> Path.of(part, "janus"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException(MISSING));
    }

    /** The folder with Janus's {@code plugins} and {@code transports}. */
    private static Path modules() throws IOException {
        for (final Path library : LIBRARIES) {
            if (isModules(library.resolve("janus"))) {
                return library.resolve("janus");
            }
            if (Files.isDirectory(library)) {
                // Debian has a folder for each architecture in between.
                try (DirectoryStream<Path> folders = Files.newDirectoryStream(library, "*-linux-*")) {
                    for (final Path folder : folders) {
                        if (isModules(folder.resolve("janus"))) {
                            return folder.resolve("janus");
                        }
                    }
                }
            }
        }
        throw new IOException(MISSING + " (with " + VIDEOROOM + " and " + WEB_SOCKETS + ")");
    }

    private static boolean isModules(final Path folder) {
        return Files.exists(folder.resolve("plugins").resolve(VIDEOROOM))
                && Files.exists(folder.resolve("transports").resolve(WEB_SOCKETS));
    }

    private static void writeConfiguration(final Settings settings, final Path folder) throws IOException {
        final Path modules = modules();
        final String ip = settings.address().getHostAddress();
        Files.writeString(folder.resolve("janus.jcfg"), """
                general: {
                  configs_folder = "%s"
                  plugins_folder = "%s/plugins"
                  transports_folder = "%s/transports"
                  events_folder = "%s/events"
                  loggers_folder = "%s/loggers"
                  interface = "%s"
                  debug_level = 3
                  %s
                }
                nat: {
                  ice_enforce_list = "%s"
                }
                plugins: {
                  disable = "%s"
                }
                transports: {
                  disable = "%s"
                }
                loggers: {
                  disable = "%s"
                }
                """.formatted(
                        folder,
                        modules,
                        modules,
                        modules,
                        modules,
                        ip,
                        settings.eventLoops() > 0 ? "event_loops = " + settings.eventLoops() : "",
                        ip,
                        others(modules.resolve("plugins"), VIDEOROOM),
                        others(modules.resolve("transports"), WEB_SOCKETS),
                        others(modules.resolve("loggers"), "")));
        Files.writeString(folder.resolve("janus.transport.websockets.jcfg"), """
                general: {
                  json = "compact"
                  ws = true
                  ws_port = %d
                  ws_ip = "%s"
                  wss = false
                }
                """.formatted(settings.port(), ip));
        Files.writeString(folder.resolve("janus.plugin.videoroom.jcfg"), "general: {\n}\n");
    }

    /** The modules of a kind that are not wanted: each would start threads or complain of its own configuration. */
    private static String others(final Path folder, final String wanted) throws IOException {
        if (!Files.isDirectory(folder)) {
            return "";
        }
        try (Stream<Path> files = Files.list(folder)) {
            return String.join(
                    ",",
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".so") && !name.equals(wanted))
                            .sorted()
                            .toList());
        }
    }

    private void awaitReady() throws IOException {
        final long startNs = System.nanoTime();
        while (!listens()) {
            final boolean patient = System.nanoTime() - startNs < START_WITHIN_NS;
            try {
                if (!patient || process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
                    throw new IOException(
                            "janus does not start" + (patient ? "" : " within 20 s") + ": " + lastWords());
                }
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while janus started", e);
            }
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(settings.address(), settings.port()), (int) LOOK_MS);
            return process.isAlive();
        } catch (final IOException notYet) {
            return false;
        }
    }

    private String lastWords() throws IOException {
        final List<String> lines = Files.readAllLines(log(folder)).stream()
                .filter(line -> !line.isBlank())
                .toList();
        return lines.stream()
                .filter(line -> line.contains("[FATAL]"))
                .findFirst()
                .orElse(lines.isEmpty() ? "it said nothing" : lines.getLast());
    }

    private static Path log(final Path folder) {
        return folder.resolve("janus.log");
    }

    /** For {@link JanusDoor}. */
    public URI address() {
        return URI.create("ws://" + settings.address().getHostAddress() + ':' + settings.port() + '/');
    }

    /** Its process, whose processor time is measured. */
    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the process and deletes its folder. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_WITHIN_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        delete(folder);
    }

    private static void delete(final Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (final Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (final IOException e) {
            // A few small files stay in the temporary folder.
        }
    }
}
