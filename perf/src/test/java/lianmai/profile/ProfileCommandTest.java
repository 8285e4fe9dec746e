package lianmai.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole command on a JVM of its own. */
@Timeout(120)
class ProfileCommandTest {
    @TempDir
    private Path out;

    private record Run(int exitCode, String output, String errors) {}

    @ParameterizedTest
    @CsvSource({
        "cpu, BusyProgram.compute",
        "alloc, BusyProgram.work",
        "wall, BusyProgram.compute",
        "lock, BusyProgram.exclusively"
    })
    void shouldProfileARunningProgram(final String event, final String method)
            throws IOException, InterruptedException {
        final Process program = busyProgram();
        try {
            final Run run = run(
                    "--event",
                    event,
                    "--pid",
                    Long.toString(program.pid()),
                    "--duration",
                    "2s",
                    "--out",
                    out.toString());
            assumeTrue(
                    !run.errors.contains("cannot be loaded"),
                    "async-profiler's library does not load here: " + run.errors);
            assertThat(run.exitCode).as(run.errors).isZero();
            assertThat(run.output).contains("profiling " + program.pid(), method, "  self   total  method");
            assertThat(only(".jfr")).isNotEmptyFile();
            assertThat(Files.readString(only(".html"))).contains("BusyProgram", "worker");
        } finally {
            program.getOutputStream().close();
            assertThat(program.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void shouldSayInOneLineThatThereIsNoSuchProcess() {
        final Run run = run("--pid", "999999999", "--out", out.toString());
        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.errors).isEqualTo("lianmai: there is no process 999999999\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--duration=soon", "--duration=0s", "--event=disk", "--of=nobody", "--nonsense"})
    void shouldSayInOneLineWhatIsWrong(final String option) {
        final Run run = run("--pid", "999999999", option, "--out", out.toString());
        assertThat(run.exitCode).isEqualTo(2);
        assertThat(run.errors.lines()).singleElement().asString().startsWith("lianmai: ");
    }

    private Path only(final String ending) throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            final List<Path> found =
                    files.filter(file -> file.toString().endsWith(ending)).toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }

    private static Process busyProgram() throws IOException {
        final Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:+EnableDynamicAgentLoading",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BusyProgram.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(reader.readLine()).isEqualTo("ready");
        return process;
    }

    private static Run run(final String... arguments) {
        final ByteArrayOutputStream output = new ByteArrayOutputStream();
        final ByteArrayOutputStream errors = new ByteArrayOutputStream();
        final PrintStream usualOutput = System.out;
        final PrintStream usualErrors = System.err;
        System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            final int exitCode = ProfileCommand.execute(arguments);
            return new Run(exitCode, output.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(usualOutput);
            System.setErr(usualErrors);
        }
    }
}
