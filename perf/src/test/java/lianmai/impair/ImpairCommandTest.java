package lianmai.impair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./lianmai impair} as a process of its own: what somebody at a shell sees of it. */
@Timeout(60)
class ImpairCommandTest {
    private static final Pattern FIRST_LINE = Pattern.compile("udp 127\\.0\\.0\\.1:(\\d+) -> .*");

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void shouldCarryPacketsReportAndEndCleanlyOnASignal(final String signal) throws Exception {
        try (DatagramSocket server = socket();
                DatagramSocket client = socket()) {
            final Process process = start(
                    "--listen",
                    "127.0.0.1:0",
                    "--to",
                    "127.0.0.1:" + server.getLocalPort(),
                    "delay=5ms",
                    "--seed",
                    "7");
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                final String first = out.readLine();
                assertThat(first).endsWith("seed 7; up: delay=5ms; down: delay=5ms");
                final Matcher matcher = FIRST_LINE.matcher(first);
                assertThat(matcher.matches()).isTrue();
                final InetSocketAddress relay =
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(matcher.group(1)));

                client.send(new DatagramPacket(new byte[] {1}, 1, relay));
                final DatagramPacket packet = new DatagramPacket(new byte[10], 10);
                server.receive(packet);
                assertThat(packet.getPort()).isNotEqualTo(client.getLocalPort());
                server.send(packet);
                client.receive(packet);

                assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                                .start()
                                .waitFor())
                        .isZero();
                final String last = out.lines().reduce("", (before, line) -> line);
                assertThat(last).contains("1 client ", "up: 1 passed, 0 lost", "down: 1 passed, 0 lost");
                assertThat(process.waitFor()).isZero();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void shouldEndByItselfAfterTheDuration() throws Exception {
        final Process process = start(
                "--listen",
                "127.0.0.1:0",
                "--to",
                "127.0.0.1:9",
                "--up",
                "loss=5%",
                "--down",
                "wifi",
                "--duration=0.2s");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            final List<String> lines = out.lines().toList();
            assertThat(lines.getFirst()).contains("up: loss=5%; down: loss=0.5%,burst=3,delay=3ms");
            assertThat(lines.getLast()).contains("0 clients  up: 0 passed");
            assertThat(process.waitFor()).isZero();
        }
    }

    @Test
    void shouldListTheNamedProfilesWithTheirReasons() throws Exception {
        final Process process = start("--profiles");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.lines())
                    .contains("    " + ImpairPreset.WIFI.definition(), "wifi: " + ImpairPreset.WIFI.reason());
            assertThat(process.waitFor()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--listen 127.0.0.1:0 --to 127.0.0.1:9          | say how to impair",
                "--to 127.0.0.1:9 wifi                          | --listen is missing",
                "--listen 127.0.0.1:0 wifi                      | --to is missing",
                "--listen 9000 --to 127.0.0.1:9 wifi            | --listen must be an address such as",
                "--listen ::1:9000 --to 127.0.0.1:9 wifi        | --listen must be an address such as",
                "--listen 127.0.0.1:0 --to 127.0.0.1:99999 wifi | --to must be an address such as",
                "--listen 127.0.0.1:0 --to 0.0.0.0:9 wifi       | --to must name the server's own address",
                "--listen 127.0.0.1:9 --to 127.0.0.1:9 wifi     | the relay would talk to itself",
                "--listen 192.0.2.1:9 --to 127.0.0.1:9 wifi     | cannot listen at udp 192.0.2.1:9",
                "--listen 127.0.0.1:0 --to 127.0.0.1:9 loss=5   | loss must be a share such as 5%, not 5",
                "--listen 127.0.0.1:0 --to 127.0.0.1:9 --up x   | --up: there is no profile 'x'",
                "--listen 127.0.0.1:0 --to 127.0.0.1:9 wifi --duration never | --duration must be a time such as 30s",
                "--listen 127.0.0.1:0 --to 127.0.0.1:9 wifi --seed x | Invalid value for option '--seed'",
                "--bogus                                        | Unknown option: '--bogus'",
            })
    void shouldRefuseWrongUsageInOneLine(final String arguments, final String part) throws Exception {
        final Process process = start(arguments.strip().split(" "));
        final String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(error.strip().lines())
                .singleElement()
                .asString()
                .startsWith("lianmai: ")
                .contains(part);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
    }

    @Test
    void shouldNameThePortThatIsTaken() throws Exception {
        try (DatagramSocket other = socket()) {
            final String address = "127.0.0.1:" + other.getLocalPort();
            final Process process = start("--listen", address, "--to", "127.0.0.1:9", "wifi");
            try (BufferedReader errors =
                    new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
                assertThat(errors.lines()).singleElement().asString().contains(address);
            }
            assertThat(process.waitFor()).isEqualTo(2);
        }
    }

    private static Process start(final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("..", "gc-tuning", "jvm", "tool.args"),
                "-cp",
                System.getProperty("java.class.path"),
                "lianmai.impair.ImpairCommand"));
        command.addAll(List.of(arguments));
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        return builder.start();
    }

    private static DatagramSocket socket() throws IOException {
        final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(20_000);
        return socket;
    }
}
