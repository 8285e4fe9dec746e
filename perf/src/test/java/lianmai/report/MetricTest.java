package lianmai.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "4172.6, '4,173'", "12.34, 12.3", "1.5, 1.50", "0.125, 0.13", "0.00341, 0.0034", "7, 7"})
    void shouldShowTheDigitsThatMeanSomething(final double value, final String text) {
        assertThat(Metric.number(value)).isEqualTo(text);
    }

    @Test
    void shouldLeaveOutQuartilesThatAddNothing() {
        assertThat(Metric.LATENCY_P99_US.text(Spread.of(5, 5, 5))).isEqualTo("5 µs");
        assertThat(Metric.LATENCY_P99_US.text(Spread.of(4, 5, 6))).isEqualTo("5 µs (4.50–5.50)");
    }
}
