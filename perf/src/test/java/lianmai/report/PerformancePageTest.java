package lianmai.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerformancePageTest {
    @TempDir
    private Path folder;

    @Test
    void shouldReplaceItsOwnPartOnly() throws Exception {
        final Path results = Files.createDirectory(folder.resolve("results"));
        ResultFile.write(
                results.resolve("fanout.json"),
                Results.result(List.of(
                        Results.contender("lianmai", 4_000, 2_500, 0), Results.contender("janus", 8_000, 2_500, 0))));
        final Path page = Files.writeString(
                folder.resolve("page.md"),
                "# By hand\n\n" + PerformancePage.BEGIN + "\nold\n" + PerformancePage.END + "\n\n## By hand too\n");
        PerformancePage.write(page, results);
        final String once = Files.readString(page);
        assertThat(once)
                .startsWith("# By hand\n")
                .endsWith("\n\n## By hand too\n")
                .doesNotContain("\nold\n")
                .contains("## Bench: fanout beside janus", "`./lianmai bench fanout`")
                .contains("| server CPU per forwarded packet | 4,000 ns | 8,000 ns | 0.50× (0.50–0.50) |")
                .contains("| send/sendto | 2,500 |");
        PerformancePage.write(page, results);
        assertThat(Files.readString(page)).isEqualTo(once);
    }

    @Test
    void shouldGiveManyContendersARowEach() throws Exception {
        final Path results = Files.createDirectory(folder.resolve("many"));
        final List<BenchResult.Contender> contenders = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            contenders.add(Results.contender("port " + i, 1_000 * (i + 1), 2_500, 0));
        }
        ResultFile.write(results.resolve("ports.json"), Results.result(contenders));
        final Path page =
                Files.writeString(folder.resolve("many.md"), PerformancePage.BEGIN + "\n" + PerformancePage.END + "\n");
        PerformancePage.write(page, results);
        assertThat(Files.readString(page))
                .contains("| contender | server CPU per forwarded packet |", "\n| port 6 | 7,000 ns | 60,000 /s |")
                .contains("\n## Bench: fanout\n");
    }

    /** One server at several loads: columns without ratios, and the curve as a file that shows itself. */
    @Test
    void shouldPutTheCurveOfAnOverloadBesideThePage() throws Exception {
        final Path results = Files.createDirectory(folder.resolve("results"));
        ResultFile.write(results.resolve("overload.json"), Results.overload(50, 100, 150));
        final Path page =
                Files.writeString(folder.resolve("page.md"), PerformancePage.BEGIN + "\n" + PerformancePage.END);
        PerformancePage.write(page, results);
        assertThat(Files.readString(page))
                .contains("## Bench: overload\n", "![Goodput over what is offered](overload.svg)")
                .contains("| figure | at 50 % | at 100 % | at 150 % |");
        assertThat(Files.readString(folder.resolve(PerformancePage.OVERLOAD)))
                .startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\"")
                .contains("<style>", "at 150 %: 98 %")
                .endsWith("</svg>\n");
        assertThat(HtmlReport.page(ResultFile.readResult(results.resolve("overload.json"))))
                .contains("Goodput over what is offered");
    }

    /** Whoever adds a result also writes the page: {@code ./lianmai bench report --write docs/performance.md}. */
    @Test
    void shouldBeUpToDateInTheDocumentation() throws Exception {
        final Path committed = Path.of("..", "docs", "performance.md");
        final Path written = Files.copy(committed, folder.resolve("performance.md"));
        PerformancePage.write(written, Path.of("results"));
        assertThat(Files.readString(written)).isEqualTo(Files.readString(committed));
    }

    @Test
    void shouldNotTouchAPageWithoutItsMarks() throws Exception {
        final Path page = Files.writeString(folder.resolve("page.md"), "# By hand\n");
        assertThatThrownBy(() -> PerformancePage.write(page, folder)).hasMessageContaining("has no place for results");
        assertThat(Files.readString(page)).isEqualTo("# By hand\n");
    }

    @Test
    void shouldSayWhatIsMissing() {
        final Path page = folder.resolve("none.md");
        assertThatThrownBy(() -> PerformancePage.write(page, folder)).hasMessage(page + " does not exist");
    }
}
