package lianmai.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import lianmai.report.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SteadyReportTest {
    private static final Machine MACHINE = new Machine("A CPU", 2, "6.1", 4096, "a JVM", "-XX:+UseZGC", "abc");

    @Test
    void shouldReplaceWhatIsBetweenItsMarksAndNothingElse() throws IOException {
        final String page = """
                before
                <!-- gc-lab steady: written by the tool, do not edit -->
                old
                <!-- gc-lab steady: end -->
                after
                """;
        final String filled = report(true).filled(page, "page");
        assertThat(filled)
                .startsWith("before\n<!--")
                .endsWith("<!-- gc-lab steady: end -->\nafter\n")
                .contains("| collections | 0 | 0 | met |", "A CPU, 2 CPUs, Linux 6.1, a JVM; commit abc.")
                .doesNotContain("old");
        assertThat(report(true).filled(filled, "page")).isEqualTo(filled);
    }

    @Test
    void shouldSayWhichPageHasNoPlaceForIt() {
        assertThatThrownBy(() -> report(true).filled("nothing", "page.md"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("page.md has no place for it");
    }

    @Test
    void shouldFailWhenAnAimIsMissed(@TempDir final Path folder) throws IOException {
        assertThat(report(true).publish(folder, null)).isZero();
        assertThat(report(false).publish(folder, null)).isEqualTo(1);
        assertThat(folder.resolve("result.json"))
                .content()
                .contains("\"isMet\" : false", "\"experiment\" : \"steady\"");
    }

    /** What the tool writes into must be there. */
    @Test
    void shouldHaveItsPlaces() throws IOException {
        for (final String experiment : List.of("steady", "hiccup", "violate")) {
            place("../gc-tuning/STEADY.md", experiment);
        }
        place("../docs/performance.md", "start");
    }

    private static void place(final String page, final String experiment) throws IOException {
        final SteadyReport report = new SteadyReport(
                experiment, "typed", "now", MACHINE, List.of(), List.of(), Map.of(), List.of("a note"));
        assertThat(report.filled(Files.readString(Path.of(page)), page)).contains("a note");
    }

    private static SteadyReport report(final boolean isMet) {
        return new SteadyReport(
                "steady",
                "./lianmai gc-lab steady",
                "now",
                MACHINE,
                List.of(new SteadyReport.Check("collections", "0", "0", isMet)),
                List.of(new SteadyReport.Table("T", List.of("a", "b"), List.of(List.of("1", "2")))),
                Map.of(),
                List.of());
    }
}
