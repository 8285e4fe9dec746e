package lianmai.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the tests of the studio's JavaScript (src/test/web) where Node.js can run them, and keeps its files small. */
class WebClientTest {
    private static final Path PAGE = Path.of("src/main/web");
    private static final Path TESTS = Path.of("src/test/web");

    /** The first release whose test runner is no longer an experiment. */
    private static final int OLDEST_NODE = 20;

    private static final int MAX_LINES = 400;

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void shouldPassTheTestsOfTheWebClient() throws Exception {
        assumeTrue(
                nodeMajorVersion() >= OLDEST_NODE,
                "the web client's tests need Node.js >= 20: install the package nodejs to run them");
        final List<String> command = new ArrayList<>(List.of("node", "--test"));
        filesIn(TESTS, ".test.mjs").forEach(file -> command.add(file.toString()));

        final Outcome outcome = run(command);

        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
        assertThat(command).hasSizeGreaterThan(2);
    }

    @Test
    void shouldKeepEveryModuleOfThePageSmall() throws IOException {
        for (final Path file : filesIn(PAGE, ".js")) {
            assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThan(MAX_LINES);
        }
    }

    @Test
    void shouldLoadNothingFromElsewhere() throws IOException {
        for (final String ending : List.of(".js", ".css", ".html")) {
            for (final Path file : filesIn(PAGE, ending)) {
                final String text = Files.readString(file);
                assertThat(text).as(file.toString()).doesNotContain("https://").doesNotContain("@import");
                assertThat(text).as(file.toString()).doesNotContain("innerHTML").doesNotContain("style=\"");
            }
        }
    }

    private static List<Path> filesIn(final Path folder, final String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static int nodeMajorVersion() throws InterruptedException {
        try {
            final String version = run(List.of("node", "--version")).output().trim();
            return Integer.parseInt(version.substring(1, version.indexOf('.')));
        } catch (final IOException | IndexOutOfBoundsException | NumberFormatException absent) {
            return 0;
        }
    }

    private static Outcome run(final List<String> command) throws IOException, InterruptedException {
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    private record Outcome(int exitCode, String output) {}
}
