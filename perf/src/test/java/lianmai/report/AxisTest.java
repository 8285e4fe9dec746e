package lianmai.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AxisTest {
    @Test
    void shouldGiveEachNineTheSameWidth() {
        final Axis axis = Axis.nines("", 99.99);
        final double nine = axis.position(90);
        assertThat(axis.position(99) - axis.position(90)).isCloseTo(nine, within(1e-9));
        assertThat(axis.position(99.9) - axis.position(99)).isCloseTo(nine, within(1e-9));
        assertThat(axis.position(100)).isEqualTo(1);
    }

    @Test
    void shouldGiveEachDecadeTheSameWidth() {
        final Axis axis = Axis.log("", 1, 1_000);
        assertThat(axis.position(100) - axis.position(10))
                .isCloseTo(axis.position(1_000) - axis.position(100), within(1e-9));
        assertThat(axis.position(0)).isEqualTo(0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-3, 0.1, 0.7, 1, 3, 9.99, 10, 640, 63_000, 1.2e6})
    void shouldLabelAnyRangeAFewTimes(final double highest) {
        assertThat(Axis.linear("", highest).ticks()).hasSizeBetween(2, 8).allSatisfy(tick -> assertThat(tick.text())
                .matches("[\\d.]+( [kM])?"));
        assertThat(Axis.log("", highest / 3, highest).ticks()).isNotEmpty();
    }
}
