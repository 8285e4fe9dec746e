package lianmai.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import lianmai.gc.PauseCause;
import lianmai.io.RelayLatency;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the latency watch tells people. */
class LatencyWatchPartsTest {
    private static final Path PAGE = Path.of("src", "main", "web", "latency-graph.js");

    /** The studio shows a cause that it does not know by its name in the protocol, which is for programs. */
    @ParameterizedTest
    @MethodSource("causes")
    void shouldHaveALabelForEachCauseInTheStudio(final String table, final Enum<?> cause) throws IOException {
        final String page = Files.readString(PAGE);
        final int from = page.indexOf("const " + table + " = {");
        assertThat(from).isPositive();
        assertThat(page.substring(from, page.indexOf("\n};", from)))
                .containsPattern("\n  " + Pattern.quote(LatencyWatch.camelCase(cause)) + ": ['{]");
    }

    static Stream<Object[]> causes() {
        return Stream.concat(
                Stream.of(PauseCause.values()).map(cause -> new Object[] {"BLAMED", cause}),
                Stream.of(RelayLatency.Cause.values()).map(cause -> new Object[] {"CAUSES", cause}));
    }
}
