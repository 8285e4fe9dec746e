package lianmai.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.uring.IoUring;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lianmai.reference.CReference;
import lianmai.report.BenchResult;
import lianmai.report.Metric;
import lianmai.report.ResultFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tool as a process of its own: what a shell sees of it, and that nothing stays behind. */
@Timeout(120)
class BenchProcessTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--rounds 2 | say which scenario; there are fanout,",
                "dance | there is no scenario 'dance'; there are fanout, conference,",
                "fanout --bogus | Unknown option: '--bogus'; see ./lianmai bench --help",
                "fanout --subscribers many | 'many' is not an int",
                "fanout --subscribers 0 | --subscribers must be 1 to 10000, not 0",
                "fanout --duration soon | --duration must be a duration such as 10s",
                "fanout --duration 1ms | --duration must be at least 100ms, not 1ms",
                "fanout --bitrate fast | --bitrate must be a bit rate such as 2.5M or 800k, not fast",
                "fanout --impair loss=often | --impair loss=often:",
                "fanout --jvm-options none.args | --jvm-options none.args does not exist",
                "fanout --compare none.json | none.json does not exist",
                "fanout --compare pom.xml | pom.xml is not a baseline of ./lianmai bench",
                "fanout --against teapot | --against is janus or whip=URL,whep=URL, not teapot",
                "fanout --against whip=http://127.0.0.1:9/a,whep=http://127.0.0.1:9/b | nobody answers at http://",
                "fanout --janus-libsrtp . | --janus-libsrtp goes with --against janus",
                "fanout --port 70000 | --port must be 0 to 65535, not 70000",
                "fanout --out /dev/null/results | /dev/null",
                "signaling --find-max | --find-max goes with fanout,",
                "stage --against janus | --against goes with fanout,",
                "ports --rounds 0 | --rounds must be 1 to 1000, not 0",
                "ports --duration 1ms | --duration must be 20ms to 60s, not 1ms",
                "report | give a result.json, or --write docs/performance.md",
                "report pom.xml | pom.xml is not a result of ./lianmai bench",
                "report none.json | none.json does not exist",
                "report --write none.md | none.md does not exist"
            })
    void shouldRefuseWhatIsWrongInOneLine(final String arguments, final String part) throws Exception {
        final Process bench = start(List.of(arguments.split(" ")));
        final String error = new String(bench.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(error.strip().lines())
                .singleElement()
                .asString()
                .startsWith("lianmai: ")
                .contains(part);
        assertThat(bench.waitFor()).isEqualTo(2);
    }

    @Test
    void shouldSayThatAPortIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final Process bench = start(
                    List.of("fanout", "--port", Integer.toString(taken.getLocalPort()), "--out", folder.toString()));
            final String error = new String(bench.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(error.strip().lines())
                    .singleElement()
                    .asString()
                    .startsWith("lianmai: the server did not start: ")
                    .contains("already in use");
            assertThat(bench.waitFor()).isEqualTo(2);
        }
    }

    @Test
    void shouldMeasureAFanoutAndLeaveAResult() throws Exception {
        final Process bench = start(List.of(
                "fanout",
                "--subscribers",
                "3",
                "--bitrate",
                "300k",
                "--rounds",
                "2",
                "--duration",
                "300ms",
                "--warm-up",
                "100ms",
                "--out",
                folder.toString()));
        final String said = new String(bench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        final String error = new String(bench.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bench.waitFor()).as(error).isZero();
        assertThat(said).contains("server CPU per forwarded packet", "generator CPU per packet", "report: ");
        assertThat(error.lines()).allMatch(line -> line.startsWith("lianmai: "));
        final BenchResult result = ResultFile.readResult(folder.resolve("result.json"));
        final BenchResult.Contender ours = result.contenders().getFirst();
        assertThat(ours.rounds()).hasSize(2).allSatisfy(round -> {
            assertThat(round.figures().get(Metric.SERVER_NS_PER_PACKET)).isPositive();
            assertThat(round.figures().get(Metric.RELAY_NS_PER_PACKET))
                    .isPositive()
                    .isLessThan(round.figures().get(Metric.SERVER_NS_PER_PACKET));
            assertThat(round.figures().get(Metric.INTEGRITY_ERRORS)).isZero();
            assertThat(round.figures().get(Metric.FORWARDED_PER_S)).isPositive();
        });
        assertThat(ours.latency()).isNotEmpty();
        assertThat(Files.readString(folder.resolve("report.html"))).contains("latency by percentile");
    }

    /** Real packets from every port and C loop, for an instant each: that all of them come to a figure. */
    @Test
    void shouldMeasurePortsBesideEachOther() throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one core to send and one to receive on");
        assumeTrue(CReference.class.getResource("/reference/lianmai-reference") != null, "gcc is needed");
        assumeTrue(IoUring.isAvailable(), "no io_uring here");
        final Process bench = start(List.of(
                "ports", "--rounds", "1", "--duration", "30ms", "--warm-up", "30ms", "--out", folder.toString()));
        final String said = new String(bench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        final String error = new String(bench.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bench.waitFor()).as(error).isZero();
        assertThat(said).contains("runs of 8: lianmai io_uring", "forwarding: netty epoll", "report: ");
        final BenchResult result = ResultFile.readResult(folder.resolve("result.json"));
        // A host that keeps moving the cores may cost a group its only round.
        assertThat(result.contenders()).hasSizeGreaterThan(10).allSatisfy(contender -> assertThat(contender.rounds())
                .isNotEmpty()
                .allSatisfy(round -> {
                    assertThat(round.figures().get(Metric.SENDER_NS_PER_PACKET)).isPositive();
                    assertThat(round.figures().get(Metric.CORE_DISTANCE_NS)).isPositive();
                    assertThat(round.figures().get(Metric.LOSS_PERCENT)).isBetween(0.0, 100.0);
                    if (!contender.name().contains(": C ")) {
                        assertThat(round.figures().get(Metric.FLOOR_RATIO)).isPositive();
                        assertThat(round.figures().get(Metric.SENDER_BYTES_PER_PACKET))
                                .isNotNegative();
                    }
                }));
    }

    @Test
    void shouldTakeItsServerAlongOnCtrlC() throws Exception {
        final Process bench = start(List.of("soak", "--subscribers", "2", "--out", folder.toString()));
        try (BufferedReader progress = bench.errorReader(StandardCharsets.UTF_8)) {
            final String first = progress.readLine();
            assertThat(first).contains("warming up lianmai");
            final List<ProcessHandle> children = bench.descendants().toList();
            assertThat(children).isNotEmpty();
            assertThat(new ProcessBuilder("kill", "-INT", Long.toString(bench.pid()))
                            .start()
                            .waitFor())
                    .isZero();
            assertThat(bench.waitFor(30, TimeUnit.SECONDS)).isTrue();
            for (final ProcessHandle child : children) {
                child.onExit().get(10, TimeUnit.SECONDS);
                assertThat(child.isAlive()).isFalse();
            }
        } finally {
            bench.descendants().forEach(ProcessHandle::destroyForcibly);
            bench.destroyForcibly();
        }
    }

    private static Process start(final List<String> arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("..", "gc-tuning", "jvm", "bench.args"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).start();
    }
}
