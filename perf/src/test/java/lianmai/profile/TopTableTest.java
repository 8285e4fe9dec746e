package lianmai.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TopTableTest {
    @Test
    void shouldCountWhatIsOnTopAndWhatIsBelow() {
        final TopTable table = of("run_[j];send_[j];sys_sendmsg_[k] 6", "run_[j];send_[0] 3", "run 1");
        assertThat(table.total()).isEqualTo(10);
        assertThat(table.rows())
                .containsExactly(
                        new TopTable.Row("sys_sendmsg", 6, 6),
                        new TopTable.Row("send", 3, 9),
                        new TopTable.Row("run", 1, 10));
    }

    @Test
    void shouldCountARecursionOnce() {
        final TopTable table = of("walk;walk;walk 4");
        assertThat(table.rows()).containsExactly(new TopTable.Row("walk", 4, 4));
    }

    @Test
    void shouldTakeNamesWithSpaces() {
        final TopTable table = of("main;operator new(unsigned long) 2");
        assertThat(table.rows().getFirst().method()).isEqualTo("operator new(unsigned long)");
    }

    @Test
    void shouldPrintShares() {
        final String text = of("a;b 3", "a;c 1").text(1);
        assertThat(text.lines()).containsExactly("  self   total  method", " 75.0%   75.0%  b");
    }

    @Test
    void shouldBeEmptyWithoutSamples() {
        assertThat(of("").rows()).isEmpty();
    }

    @Test
    void shouldCountWhoAllocatesRatherThanWhat() {
        final TopTable table =
                TopTable.of(Stream.of("run;send;byte[]_[i] 64", "run;byte[]_[i] 32", "byte[]_[i] 1"), true);
        assertThat(table.rows())
                .containsExactly(
                        new TopTable.Row("send", 64, 64),
                        new TopTable.Row("run", 32, 96),
                        new TopTable.Row("byte[]", 1, 1));
    }

    private static TopTable of(final String... lines) {
        return TopTable.of(Stream.of(lines), false);
    }
}
