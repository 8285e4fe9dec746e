package lianmai.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultFileTest {
    @TempDir
    private Path folder;

    @Test
    void shouldReadWhatItWrote() throws Exception {
        final BenchResult result = Results.ours(4_000, 2_500, 0.02);
        final Path file = folder.resolve("deeper/result.json");
        ResultFile.write(file, result);
        assertThat(ResultFile.readResult(file)).isEqualTo(result);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "{}", "\"text\"", "{\"schema\":99,\"scenario\":\"fanout\"}", "{\"kind\":\"x\"}"})
    void shouldSayWhatAnotherFileIsNot(final String text) throws Exception {
        final Path file = Files.writeString(folder.resolve("other.json"), text);
        assertThatThrownBy(() -> ResultFile.readResult(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + " is not a result of ");
    }

    @Test
    void shouldSayThatAFileIsMissing() {
        final Path file = folder.resolve("none.json");
        assertThatThrownBy(() -> ResultFile.readResult(file)).hasMessage(file + " does not exist");
    }
}
