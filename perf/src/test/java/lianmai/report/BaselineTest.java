package lianmai.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineTest {
    @TempDir
    private Path folder;

    private List<Comparison> compared(final BenchResult before, final BenchResult now) throws Exception {
        final Path file = folder.resolve("baseline.json");
        Baseline.save(file, before);
        return Comparison.of(Baseline.read(file), now);
    }

    @Test
    void shouldFindARegression() throws Exception {
        assertThat(compared(Results.ours(4_000, 2_500, 0.01), Results.ours(4_400, 2_500, 0.01)))
                .singleElement()
                .satisfies(comparison -> {
                    assertThat(comparison.isRegression()).isTrue();
                    assertThat(comparison.toString()).contains("REGRESSION", "1.76", "1.60", "worse");
                });
    }

    @Test
    void shouldNotTakeASlowHostForARegression() throws Exception {
        assertThat(compared(Results.ours(4_000, 2_500, 0.01), Results.ours(5_200, 3_250, 0.01)))
                .singleElement()
                .satisfies(comparison -> assertThat(comparison.isRegression()).isFalse());
    }

    @Test
    void shouldNotTakeNoiseForARegression() throws Exception {
        assertThat(compared(Results.ours(4_000, 2_500, 0.25), Results.ours(4_400, 2_500, 0.25)))
                .singleElement()
                .satisfies(comparison -> assertThat(comparison.isRegression()).isFalse());
    }

    @Test
    void shouldNotMindThatItGotBetter() throws Exception {
        assertThat(compared(Results.ours(4_000, 2_500, 0.01), Results.ours(3_000, 2_500, 0.01)))
                .singleElement()
                .satisfies(comparison -> {
                    assertThat(comparison.isRegression()).isFalse();
                    assertThat(comparison.toString()).contains("better");
                });
    }

    @Test
    void shouldKeepTheOtherScenarios() throws Exception {
        final Path file = folder.resolve("baseline.json");
        final BenchResult fanout = Results.ours(4_000, 2_500, 0);
        Baseline.save(file, fanout);
        final BenchResult audio = new BenchResult(
                fanout.schema(),
                "audio",
                fanout.command(),
                fanout.startedAt(),
                fanout.machine(),
                fanout.options(),
                fanout.contenders(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        Baseline.save(file, audio);
        assertThat(Baseline.read(file).scenarios()).containsOnlyKeys("audio subscribers=200", "fanout subscribers=200");
        assertThat(Baseline.read(file).kind()).isEqualTo("some-cpu-r-9000-2cpu");
    }

    @Test
    void shouldSayWhatAnotherFileIsNot() throws Exception {
        final Path file = Files.writeString(folder.resolve("other.json"), "{\"kind\":7,\"scenarios\":[]}");
        assertThatThrownBy(() -> Baseline.read(file)).hasMessage(file + " is not a baseline of ./lianmai bench");
    }
}
