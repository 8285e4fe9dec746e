package lianmai.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code lianmai stat} as its user meets it. */
@Timeout(60)
class StatCommandTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int stat(final String... arguments) {
        final PrintStream said = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new StatCommand(
                        new StatFolder(folder),
                        said,
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        () -> new PlainScreen(said))
                .execute(List.of(arguments));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private void assertRefused(final int code, final String sentence) {
        assertThat(code).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).strip().lines())
                .singleElement()
                .asString()
                .startsWith("lianmai: ")
                .contains(sentence);
        assertThat(said()).isEmpty();
    }

    @Test
    void shouldSayThatNoServerRuns() {
        assertRefused(stat(), "no server of this user runs on this machine; start one with ./lianmai serve");
    }

    @ParameterizedTest
    @CsvSource({
        "--pid=x, '--pid must be a number, not x'",
        "--pid, Missing value for option --pid",
        "--interval=soon, '--interval must be a time such as 1s'",
        "--interval=1ms, from 100ms to 60m",
        "--fast, Unknown option: '--fast'",
        "now, Unknown option: 'now'",
        "--pid=1 --file=a, give one of them",
        "--pid=999999999, no server of this user runs as process 999999999",
        "--file=/nowhere/a.stat, /nowhere/a.stat does not exist"
    })
    void shouldRefuseWrongUsageInOneLine(final String arguments, final String sentence) {
        assertRefused(stat(arguments.split(" ")), sentence);
    }

    @Test
    void shouldHelp() {
        assertThat(stat("--help")).isZero();
        assertThat(said()).contains("--interval=TIME");
    }

    @Test
    void shouldListServersWhenSeveralRun() throws IOException {
        final ProcessHandle other = ProcessHandle.current().parent().orElseThrow();
        final Path file = folder.resolve(other.pid() + ".stat");
        try (StatPublisher _ = StatFiles.create(folder.resolve("draft"))) {
            Files.copy(folder.resolve("draft"), file);
        }
        StatFiles.disown(file, other.pid(), StatFolder.startedMs(other));
        try (StatPublisher _ = StatFiles.create(new StatFolder(folder).fileOfThisProcess())) {
            assertThat(stat()).isEqualTo(2);
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .contains("2 servers run; choose one")
                    .contains("--pid " + other.pid())
                    .contains("--pid " + ProcessHandle.current().pid() + "  http://127.0.0.1:8090/");
        }
    }

    @Test
    void shouldSayThatTheServerOfAFileHasEnded() throws Exception {
        final Path file = folder.resolve("left.stat");
        try (StatPublisher _ = StatFiles.create(folder.resolve("draft"))) {
            Files.copy(folder.resolve("draft"), file);
        }
        StatFiles.disown(file, StatFiles.deadPid(), 0);
        assertRefused(stat("--file", file.toString()), "has ended");
    }

    @Test
    void shouldShowOneIntervalWithItsRates() throws Exception {
        try (Counting _ = new Counting(new StatFolder(folder).fileOfThisProcess())) {
            assertThat(stat("--once")).isZero();
            assertThat(said()).contains("pid " + ProcessHandle.current().pid()).containsPattern("sent +7 B/s");
        }
    }

    @Test
    void shouldSpeakJson() throws Exception {
        final Path file = folder.resolve("chosen");
        try (Counting _ = new Counting(file)) {
            assertThat(stat("--file=" + file, "--json", "--once", "--interval=2s"))
                    .isZero();
        }
        final JsonNode json = JsonMapper.builder().build().readTree(said());
        assertThat(json.get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
        assertThat(json.get("intervalSeconds").asDouble()).isGreaterThanOrEqualTo(2);
        final Map<String, JsonNode> entries = new HashMap<>();
        json.get("entries").forEach(entry -> entries.put(entry.get("name").asString(), entry));
        assertThat(entries.get("sent").get("perSecond").asDouble()).isEqualTo(7);
        assertThat(entries.get("residence").get("buckets")).hasSize(StatFiles.BOUNDS.size() + 1);
        assertThat(entries.get("residence").get("p99.9").isNumber()).isTrue();
        assertThat(entries.get("drops").get("labels").get("shard").asString()).isEqualTo("0");
    }

    @Test
    void shouldDrawOnATerminalAndGiveItBack() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "a terminal to test on needs the package bsdutils");
        final Path file = folder.resolve("chosen");
        try (Counting _ = new Counting(file)) {
            final String command = String.join(
                    " ",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1 -cp",
                    Path.of("target", "classes").toAbsolutePath().toString(),
                    "lianmai.stat.StatCommand --interval 100ms --file",
                    file.toString());
            final ProcessBuilder builder = new ProcessBuilder(
                    "timeout", "40", "script", "-qefc", "stty rows 9 columns 60; " + command, "/dev/null");
            builder.environment().putAll(Map.of("TERM", "xterm", "LC_ALL", "C.UTF-8"));
            final Process terminal = builder.redirectErrorStream(true).start();
            final StringBuilder screen = new StringBuilder();
            try {
                while (screen.indexOf("more lines in a larger window") < 0) {
                    final byte[] more = new byte[4096];
                    final int count = terminal.getInputStream().read(more);
                    screen.append(new String(more, 0, Math.max(0, count), StandardCharsets.ISO_8859_1));
                    assertThat(count).as(screen.toString()).isPositive();
                    assertThat(screen).hasSizeLessThan(100_000);
                }
                terminal.getOutputStream().write('q');
                terminal.getOutputStream().flush();
                screen.append(new String(terminal.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
                assertThat(terminal.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(terminal.exitValue()).isZero();
            } finally {
                terminal.destroyForcibly();
            }
            assertThat(screen).contains("\u001b[?1049h", "\u001b[H", "\u001b[1mLianmai http://127.0.0.1:8090/");
            assertThat(screen.toString()).endsWith("\u001b[?25h\u001b[?1049l");
        }
    }

    /** A server whose seconds are short: each of them adds 7 to what it has sent. */
    private static final class Counting implements AutoCloseable {
        private final AtomicBoolean enough = new AtomicBoolean();
        private final StatPublisher publisher;
        private final Thread thread;

        Counting(final Path file) throws IOException {
            publisher = StatFiles.create(file);
            final int sent = StatFiles.cell(StatFiles.figures().entries(), "sent", "");
            thread = Thread.ofPlatform().start(() -> {
                final long[] cells = new long[StatFiles.figures().cells()];
                for (long age = SECOND; !enough.get(); age += SECOND) {
                    cells[sent] += 7;
                    publisher.publish(cells, System.currentTimeMillis(), age);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
            });
        }

        @Override
        public void close() {
            enough.set(true);
            try {
                thread.join();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            publisher.close();
        }
    }
}
