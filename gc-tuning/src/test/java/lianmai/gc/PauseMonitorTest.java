package lianmai.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Violates the budget on purpose, in JVMs of their own, and looks whom the monitor blames. */
@Timeout(90)
class PauseMonitorTest {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final long STOP_MS = 400;

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseZGC", "-XX:+UseSerialGC"})
    void shouldBlameWhoeverAsksForACollection(final String collector) throws IOException, InterruptedException {
        // The least budget there is, as ZGC's pauses are hardly longer.
        final List<String> lines = run(start("gc", "10us", "ASKED_COLLECTION", collector));
        assertThat(lines)
                .contains("listening true", "held more true", "end")
                .anyMatch(line -> line.startsWith("violation ASKED_COLLECTION System.gc(): "));
    }

    /** Flight Recorder reports exceptions of listeners and goes on, but an error ends its thread without a word. */
    @Test
    void shouldSayThatItWatchesNoMoreAfterAnError() throws IOException, InterruptedException {
        final List<String> lines = run(start("break", "10us", "ASKED_COLLECTION", "-XX:+UseSerialGC"));
        assertThat(lines).contains("listening true", "end");
        final List<String> logged =
                lines.stream().filter(line -> line.startsWith("log ")).toList();
        assertThat(logged)
                .singleElement()
                .asString()
                .startsWith("log Pauses are not watched any more since ")
                .endsWith(": monitor-jfr ended (java.lang.AssertionError: broken listener).");
        assertThat(lines).contains(logged.getFirst().replace("log ", "shortcoming "));
    }

    @Test
    void shouldSayThatItNeverBeganToWatch() throws InterruptedException {
        final BlockingQueue<String> log = new LinkedBlockingQueue<>();
        final LatencyBudget budget = new LatencyBudget(LatencyBudget.Limits.DEFAULT, (violation, state) -> {});
        final Runnable beginning = () -> {
            throw new IllegalStateException("no Flight Recorder here");
        };
        try (PauseMonitor monitor = PauseMonitor.start(budget, beginning, log::add)) {
            final String line = log.poll(30, TimeUnit.SECONDS);
            assertThat(line)
                    .startsWith("Pauses are not watched any more since ")
                    .endsWith(": monitor-jfr ended (java.lang.IllegalStateException: no Flight Recorder here).");
            assertThat(monitor.shortcoming()).contains(line);
            assertThat(monitor.awaitListening(Duration.ZERO)).isFalse();
        }
        assertThat(log).isEmpty();
    }

    /** As with {@code jcmd}, which sees the monitor's recording among the others. */
    @Test
    void shouldSayThatItsRecordingWasStopped() throws InterruptedException {
        final BlockingQueue<String> log = new LinkedBlockingQueue<>();
        final LatencyBudget budget = new LatencyBudget(LatencyBudget.Limits.DEFAULT, (violation, state) -> {});
        final List<Recording> before = FlightRecorder.getFlightRecorder().getRecordings();
        try (PauseMonitor monitor = PauseMonitor.start(budget, () -> {}, log::add)) {
            assertThat(monitor.awaitListening(Duration.ofSeconds(30))).isTrue();
            final List<Recording> its = FlightRecorder.getFlightRecorder().getRecordings().stream()
                    .filter(recording -> !before.contains(recording))
                    .toList();
            assertThat(its).singleElement().satisfies(Recording::stop);
            final String line = log.poll(30, TimeUnit.SECONDS);
            assertThat(line).endsWith(": monitor-jfr ended (Flight Recorder's stream is over).");
            assertThat(monitor.shortcoming()).contains(line);
        }
    }

    @Test
    void shouldHaveNothingToSayWhenItIsClosed() throws InterruptedException {
        final BlockingQueue<String> log = new LinkedBlockingQueue<>();
        final LatencyBudget budget = new LatencyBudget(LatencyBudget.Limits.DEFAULT, (violation, state) -> {});
        final PauseMonitor monitor = PauseMonitor.start(budget, () -> {}, log::add);
        assertThat(monitor.awaitListening(Duration.ofSeconds(30))).isTrue();
        monitor.close();
        assertThat(log).isEmpty();
        assertThat(monitor.shortcoming()).isEmpty();
    }

    @Test
    void shouldBlameAHeapThatIsTooSmall() throws IOException, InterruptedException {
        assertThat(run(start("stall", "1ms", "ALLOCATION_STALL", "-XX:+UseZGC", "-Xmx32m")))
                .contains("listening true", "end")
                .anyMatch(line -> line.startsWith("violation ALLOCATION_STALL "));
    }

    @Test
    void shouldNoticeThatTheProcessWasStopped() throws IOException, InterruptedException {
        final Path kill = Path.of("/bin/kill");
        assumeTrue(Files.isExecutable(kill), "/bin/kill is missing (Debian: procps)");
        final Process process = start("stop", "20ms", "NOT_RUN", "-XX:+UseSerialGC");
        final List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                if (line.equals("stop me")) {
                    signal(kill, "-STOP", process);
                    Thread.sleep(STOP_MS); // the length of the stop is what is tested
                    signal(kill, "-CONT", process);
                }
            }
        }
        assertThat(process.waitFor()).isZero();
        assertThat(lines).contains("stop me", "end").anyMatch(line -> line.startsWith("violation NOT_RUN "));
    }

    private static void signal(final Path kill, final String signal, final Process process)
            throws IOException, InterruptedException {
        final int exitCode = new ProcessBuilder(kill.toString(), signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(exitCode).isZero();
    }

    private static Process start(final String what, final String budget, final String awaited, final String... options)
            throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                JAVA.toString(),
                "--add-exports=java.base/jdk.internal.perf=ALL-UNNAMED",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(options));
        command.addAll(List.of(Watched.class.getName(), what, budget, awaited));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<String> run(final Process process) throws IOException, InterruptedException {
        final List<String> lines;
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines = reader.lines().toList();
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return lines;
    }
}
