package lianmai.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import lianmai.bench.BenchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellsTest {
    private static final Path OPTIONS = Path.of("..", "gc-tuning", "jvm");

    @Test
    void shouldHaveEveryCollectorUnderEveryPressure() throws Exception {
        assertThat(Cells.all(OPTIONS))
                .filteredOn(cell -> cell.group() == Cell.Group.COLLECTOR)
                .hasSize(6 * 3)
                .extracting(Cell::name)
                .contains("relay/0", "g1/100", "parallel/400", "shenandoah/0", "recipe/400", "zgc-default/100");
    }

    @Test
    void shouldLeaveOutEachFlagOfTheProductionRowOnce() throws Exception {
        final List<String> relay = Cells.options(OPTIONS.resolve("relay.args"));
        final List<Cell> without = Cells.all(OPTIONS).stream()
                .filter(cell -> cell.group() == Cell.Group.FLAG)
                .toList();
        assertThat(without).hasSameSizeAs(relay).allMatch(cell -> cell.jvm().size() == relay.size() - 1);
        for (int i = 0; i < relay.size(); i++) {
            assertThat(without.get(i).jvm()).doesNotContain(relay.get(i));
        }
    }

    @Test
    void shouldGiveEachCellANameOfItsOwnWithoutSpaces() throws Exception {
        assertThat(Cells.all(OPTIONS))
                .extracting(Cell::name)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[-/.\\w]+"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-XX:+UseZGC | UseZGC",
                "-Xms512m | Xms",
                "-Xmx2g | Xmx",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED | add-opens",
                "-Dio.netty.leakDetection.level=disabled | io.netty.leakDetection.level",
                "-XX:CompileCommand=quiet | CompileCommand-quiet",
                "-XX:CompileCommand=inline,*IoUringIoHandler$$Lambda*::handle | inline-handle"
            })
    void shouldNameFlagsByWhatTheyAre(final String flag, final String name) {
        assertThat(Cells.flagName(flag)).isEqualTo(name);
    }

    @Test
    void shouldChooseByNameOrItsBeginning() throws Exception {
        final List<Cell> all = Cells.all(OPTIONS);
        assertThat(Cells.only(all, List.of("g1"))).extracting(Cell::name).containsExactly("g1/0", "g1/100", "g1/400");
        assertThat(Cells.only(all, List.of("relay/0", "heap")))
                .extracting(Cell::name)
                .containsExactly("relay/0", "heap-256m", "heap-2g");
        assertThat(Cells.only(all, List.of())).isEqualTo(all);
        assertThatThrownBy(() -> Cells.only(all, List.of("g2")))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("there is no cell 'g2'");
    }

    @Test
    void shouldChangeTheHeapAtBothEnds() throws Exception {
        final Cell large = Cells.only(Cells.all(OPTIONS), List.of("heap-2g")).getFirst();
        assertThat(large.jvm()).contains("-Xms2g", "-Xmx2g").noneMatch(option -> option.contains("512m"));
    }

    @Test
    void shouldTakeTheMatrixWhereNoExperimentIsNamed() {
        assertThat(LabCommand.withExperiment("--list")).containsExactly("matrix", "--list");
        assertThat(LabCommand.withExperiment()).containsExactly("matrix");
        assertThat(LabCommand.withExperiment("matrix", "--list")).containsExactly("matrix", "--list");
        assertThat(LabCommand.withExperiment("--help")).containsExactly("--help");
    }
}
