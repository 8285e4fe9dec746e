package lianmai.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import lianmai.gc.LatencyBudget;
import lianmai.gc.PauseCause;
import lianmai.gc.PauseMonitor;
import lianmai.io.RelayLatency;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the latency watch tells people. */
class LatencyWatchPartsTest {
    private static final Path PAGE = Path.of("src", "main", "web", "latency-graph.js");

    /** A server whose pauses nobody sees must not look like one without pauses. */
    @Test
    void shouldBeYellowWhenPausesAreNotWatchedAnyMore() throws InterruptedException {
        final LatencyBudget.Limits limits = LatencyBudget.Limits.DEFAULT;
        final LatencyBudget budget = new LatencyBudget(limits, (violation, state) -> {});
        final BlockingQueue<String> log = new LinkedBlockingQueue<>();
        final Runnable failing = () -> {
            throw new OutOfMemoryError("Java heap space");
        };
        try (LatencyWatch watch = new LatencyWatch(limits, List.of())) {
            assertThat(watch.shortcoming(System.nanoTime())).isNull();
            watch.watchPausesBy(PauseMonitor.start(budget, failing, log::add));
            final String line = log.poll(30, TimeUnit.SECONDS);
            assertThat(line).contains("not watched any more", "OutOfMemoryError: Java heap space");
            assertThat(watch.shortcoming(System.nanoTime())).isEqualTo(line);
        }
    }

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
