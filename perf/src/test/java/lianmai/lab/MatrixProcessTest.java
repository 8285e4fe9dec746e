package lianmai.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lianmai.lab.LabResult.Row;
import lianmai.report.Metric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The laboratory as a process of its own. */
@Timeout(180)
class MatrixProcessTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--only nothing --list | there is no cell 'nothing'; see ./lianmai gc-lab --list",
                "--rounds 0 | --rounds must be 1 to 100, not 0",
                "--duration 1ms | --duration must be at least 500ms, not 1ms",
                "--bogus | Unknown option: '--bogus'; see ./lianmai gc-lab --help",
                "teapot | Unmatched argument at index 0: 'teapot'"
            })
    void shouldRefuseWhatIsWrongInOneLine(final String arguments, final String part) throws Exception {
        final Process lab = start(List.of(arguments.split(" ")));
        final String error = new String(lab.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(error.strip().lines())
                .singleElement()
                .asString()
                .startsWith("lianmai: ")
                .contains(part);
        assertThat(lab.waitFor()).isEqualTo(2);
    }

    @Test
    void shouldMeasureACellAndWriteItsPages() throws Exception {
        final Process lab = start(List.of(
                "--only",
                "relay/100",
                "without-add-opens",
                "--rounds",
                "1",
                "--duration",
                "1s",
                "--warm-up",
                "1s",
                "--out",
                folder.toString()));
        final String error = new String(lab.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(lab.waitFor()).as(error).isZero();
        final LabResult result = LabResult.read(folder.resolve("results.json"));
        assertThat(result.rows()).extracting(Row::name).containsExactly("relay/100", "without-add-opens");
        final Row relay = result.rows().getFirst();
        assertThat(relay.outcome()).as(error).isNull();
        assertThat(relay.median(Metric.FORWARDED_PER_S)).isPositive();
        assertThat(relay.median(Metric.RESIDENCE_MAX_US)).isPositive();
        assertThat(relay.median(Metric.PRESSURE_MB_PER_S)).isPositive();
        assertThat(relay.median(Metric.STARTUP_MS)).isPositive();
        assertThat(relay.spread(Metric.RELAY_ALLOCATED_PER_PACKET)).isPresent();
        assertThat(relay.median(Metric.INTEGRITY_ERRORS)).isZero();
        assertThat(result.rows().getLast().outcome())
                .startsWith("does not start: ")
                .contains("IllegalAccessError");
        final String page = Files.readString(folder.resolve("RESULTS.md"));
        assertThat(page).contains("| `relay/100` |", "| `without-add-opens` |");
        Files.delete(folder.resolve("RESULTS.md"));
        assertThat(start(List.of("--write", "--out", folder.toString())).waitFor())
                .isZero();
        assertThat(folder.resolve("RESULTS.md")).hasContent(page);
    }

    private static Process start(final List<String> arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("..", "gc-tuning", "jvm", "bench.args"),
                "-cp",
                System.getProperty("java.class.path"),
                LabCommand.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).start();
    }
}
