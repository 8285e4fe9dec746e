package lianmai.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server as a process of its own: what a shell and a service manager see of it. */
@Timeout(60)
class ServeProcessTest {
    private static final String PROTOBUF =
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void shouldTellParticipantsAndEndWithZeroOnASignal(final String signal) throws Exception {
        final Process server = start("serve", "--port", "0");
        try {
            final BufferedReader said =
                    new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
            final String welcome = said.readLine();
            assertThat(welcome).startsWith("Lianmai is ready: http://127.0.0.1:");
            final String url = welcome.substring(welcome.indexOf("http"), welcome.indexOf("/ ") + 1);
            final SignalingClient client = new SignalingClient(url);
            try (MediaClient media = MediaClient.publisher(1)) {
                client.join("process", "Mei", "host", media.offer());
                assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(server.pid()))
                                .start()
                                .waitFor())
                        .isZero();
                client.event("closing", closing -> true);
            }
            assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).isZero();
        } finally {
            server.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "serve --host 0.0.0.0, ./lianmai serve --host 0.0.0.0 --config",
        "serve --io fast, '--io is auto, io_uring or nio, not fast'",
        "serve --port x, '--port must be a number, not x'",
        "serve --bogus, Unknown option",
        "serve --config missing.conf, --config missing.conf does not exist",
        "token --room demo, Missing required options",
        "stat --bogus, Unknown option",
        "dance, dance"
    })
    void shouldRefuseWrongUsageInOneLine(final String arguments, final String part) throws Exception {
        final Process process = start(arguments.split(" "));
        final String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(error.strip().lines()).singleElement().asString().contains(part);
    }

    @Test
    void shouldShowItsStatToAnotherProcessUntilItEnds(@TempDir final Path folder) throws Exception {
        final Path file = folder.resolve("server.stat");
        final Process server = start("serve", "--port", "0", "--stat-file", file.toString());
        try {
            final String welcome = new BufferedReader(
                            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            assertThat(welcome).startsWith("Lianmai is ready");
            final Process stat = start("stat", "--file", file.toString(), "--once");
            assertThat(new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .contains("Lianmai http://127.0.0.1:", "pid " + server.pid(), "Why no video?", "rtp_forwarded");
            assertThat(stat.waitFor()).isZero();
            server.destroy();
            assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(folder).isEmptyDirectory();
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void shouldNotWriteOverAFileThatIsNoStatFile(@TempDir final Path folder) throws Exception {
        final Path notes = Files.writeString(folder.resolve("notes"), "mine");
        final Process server = start("serve", "--port", "0", "--stat-file", notes.toString());
        final String error = new String(server.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(server.waitFor()).isEqualTo(2);
        assertThat(error).contains("is no stat file").doesNotContain("\tat ");
        assertThat(notes).hasContent("mine");
    }

    @Test
    void shouldNameAUdpPortThatIsInUse() throws Exception {
        try (RunningServer other = RunningServer.start()) {
            final Process process = start(
                    "serve",
                    "--port",
                    "0",
                    "--udp-port",
                    "" + other.server().shard().port());
            final String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).isEqualTo(2);
            assertThat(error).contains("is in use").doesNotContain("\tat ");
        }
    }

    /** A server without its relay takes joins and sends nothing: worse than none. */
    @ParameterizedTest
    @CsvSource({
        "memory, OutOfMemoryError: Java heap space: the load needs more memory",
        "bug, 'IllegalStateException: bug: a bug, please report it'"
    })
    void shouldEndWithAFailureWhenItsRelayDies(final String of, final String part) throws Exception {
        final Process server = startMain("lianmai.server.DyingServer", of);
        try {
            assertThat(server.inputReader().readLine()).startsWith("Lianmai is ready");
            final String error = new String(server.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(server.waitFor()).isOne();
            assertThat(error.lines().filter(line -> line.startsWith("lianmai: ")))
                    .singleElement()
                    .asString()
                    .startsWith("lianmai: relay-0 has died of java.lang.")
                    .contains(part);
        } finally {
            server.destroyForcibly();
        }
    }

    /** Why {@code relay.args} allows the old Unsafe; {@code OptionFilesTest} has the other flags of its kind. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldBeAskedByPrometheusWithoutAWarning(final boolean isAllowed, @TempDir final Path folder)
            throws Exception {
        final List<String> options = Files.readAllLines(Path.of("..", "gc-tuning", "jvm", "relay.args")).stream()
                .filter(line -> isAllowed || !line.startsWith("--sun-misc-unsafe-memory-access"))
                .toList();
        final Path file = Files.write(folder.resolve("some.args"), options);
        final Process server = startMain(file, "lianmai.server.Main", "serve", "--port", "0", "--stat-file", "none");
        try (HttpClient client = HttpClient.newHttpClient()) {
            final String welcome = server.inputReader().readLine();
            final URI metrics =
                    URI.create(welcome.substring(welcome.indexOf("http"), welcome.indexOf("/ ")) + "/metrics");
            final HttpRequest question =
                    HttpRequest.newBuilder(metrics).header("Accept", PROTOBUF).build();
            assertThat(client.send(question, HttpResponse.BodyHandlers.ofByteArray())
                            .body())
                    .isNotEmpty();
            server.toHandle().destroy(); // Process.destroy would close what it has said
            final String said = new String(server.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(said.contains("WARNING: A terminally deprecated method in sun.misc.Unsafe has been called"))
                    .as(said)
                    .isNotEqualTo(isAllowed);
        } finally {
            server.destroyForcibly();
        }
    }

    private static Process start(final String... arguments) throws IOException {
        return startMain("lianmai.server.Main", arguments);
    }

    private static Process startMain(final String main, final String... arguments) throws IOException {
        return startMain(Path.of("..", "gc-tuning", "jvm", "relay.args"), main, arguments);
    }

    private static Process startMain(final Path options, final String main, final String... arguments)
            throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + options,
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(List.of(arguments));
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(Map.of("LC_ALL", "C"));
        return builder.start();
    }
}
