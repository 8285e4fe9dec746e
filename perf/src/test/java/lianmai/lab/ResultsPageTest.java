package lianmai.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import lianmai.lab.LabResult.Row;
import lianmai.report.Metric;
import lianmai.report.ResultFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsPageTest {
    @TempDir
    private Path folder;

    @Test
    void shouldOpenWithWhatTheFiguresSay() {
        final String page = new ResultsPage(Fixture.result()).markdown();
        assertThat(page.indexOf("With `relay.args`")).isPositive().isLessThan(page.indexOf("## "));
        assertThat(page)
                .contains(
                        "allocates 400 MB/s the collector holds the server's threads for 50 µs (99 %), longest 101 µs")
                .contains("g1 9,000 µs, longest 18,180 µs")
                .contains("at most 100 µs without that pressure and 300 µs with it")
                .contains("shortest of all collectors is `relay/400`")
                .contains("The recipe's flags change nothing that the rounds could tell from noise.");
    }

    @Test
    void shouldTellOfEachFlagWhatItIsFor() {
        assertThat(new ResultsPage(Fixture.result()).markdown().lines())
                .anyMatch(line -> line.startsWith("| `without-UseZGC` |")
                        && line.contains("pauses of the server's collector, 99 %: 7,000 µs instead of 40 µs"))
                .anyMatch(line -> line.startsWith("| `without-idle` |") && line.contains("no difference found"))
                .anyMatch(line -> line.startsWith("| `without-add-opens` |")
                        && line.contains("does not start: IllegalAccessError"))
                .anyMatch(line -> line.contains("no difference was found for `without-idle`."));
    }

    @Test
    void shouldSayWhatThisMachineHasNot() {
        assertThat(new ResultsPage(Fixture.result()).markdown())
                .contains("`large-pages`: not available here: no \\<pages> \\*today\\*.");
    }

    @Test
    void shouldLabelWhatOthersPublishedAsTheirs() {
        assertThat(new ResultsPage(Fixture.result()).markdown().lines())
                .anyMatch(line -> line.contains("| Lianmai, `relay/400` | this run | 50 µs | 101 µs |"))
                .anyMatch(line -> line.contains("as published | 42 ms | not told | 0.2 % | 380 ms |"))
                .anyMatch(line -> line.contains("as claimed | not told | below 100 µs |"));
    }

    @Test
    void shouldNotTellDifferencesOfFewRounds() {
        final Row base = Fixture.row("relay/100", Cell.Group.COLLECTOR, 100, Fixture.figures(40, 200));
        final Row other = Fixture.row("x", Cell.Group.FLAG, 100, Fixture.figures(400, 200));
        assertThat(Contrast.of(other, base)).hasSize(2);
        final Row once = new Row(
                "x",
                Cell.Group.FLAG,
                "",
                100,
                other.setting(),
                null,
                List.of(),
                other.rounds().subList(0, 1),
                List.of());
        assertThat(Contrast.of(once, base)).isEmpty();
    }

    @Test
    void shouldKeepOlderRowsOfTheSameKindOfMachine() throws Exception {
        final List<Cell> order = List.of(
                Cell.of("relay/0", Cell.Group.COLLECTOR, "", List.of(), 0),
                Cell.of("relay/100", Cell.Group.COLLECTOR, "", List.of(), 100));
        final LabResult now = new LabResult(
                LabResult.SCHEMA,
                Fixture.MACHINE,
                List.of(Fixture.row("relay/100", Cell.Group.COLLECTOR, 100, Map.of(Metric.RESIDENCE_P999_US, 7.0))));
        final LabResult merged = now.over(Fixture.result(), order);
        assertThat(merged.rows()).extracting(Row::name).containsExactly("relay/0", "relay/100");
        assertThat(merged.rows().getLast().median(Metric.RESIDENCE_P999_US)).isEqualTo(7.0);
        assertThat(now.over(new LabResult(LabResult.SCHEMA, null, List.of()), order))
                .isEqualTo(now);
    }

    @Test
    void shouldReadWhatItWrote() throws Exception {
        final Path file = folder.resolve("results.json");
        ResultFile.write(file, Fixture.result());
        assertThat(LabResult.read(file)).isEqualTo(Fixture.result());
        Files.writeString(file, "{\"schema\": 99, \"rows\": []}");
        assertThatThrownBy(() -> LabResult.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a result of this version of ./lianmai gc-lab");
    }

    @Test
    void shouldDrawAReportThatNeedsNothingElse() {
        final String html = new LabReport(Fixture.result()).html();
        assertThat(html)
                .contains("<svg", "Pauses of the collector", "Safepoints over time", "relay/400: ZMarkEndYoung")
                .contains("not available here: no &lt;pages&gt;")
                .doesNotContain("{{", "<script", "http://", "https://");
        assertThat(html.length()).isLessThan(100_000);
    }
}
