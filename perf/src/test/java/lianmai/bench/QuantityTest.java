package lianmai.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({"10, 10000", "10s, 10000", "500ms, 500", "2m, 120000", "1.5 s, 1500", "1h, 3600000"})
    void shouldReadDurations(final String text, final long ms) throws Exception {
        assertThat(Quantity.duration("--duration", text)).isEqualTo(Duration.ofMillis(ms));
    }

    @ParameterizedTest
    @CsvSource({"2.5M, 2500000", "800k, 800000", "2mbit, 2000000", "0, 0", "64000, 64000"})
    void shouldReadBitRates(final String text, final int bits) throws Exception {
        assertThat(Quantity.bitrate("--bitrate", text)).isEqualTo(bits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "ten", "10 parsecs", "-1s", "1e9"})
    void shouldSayWhatADurationIs(final String text) {
        assertThatThrownBy(() -> Quantity.duration("--duration", text))
                .isInstanceOf(BenchException.class)
                .hasMessage("--duration must be a duration such as 10s, 500ms or 2m, not " + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fast", "3G", "-5k"})
    void shouldSayWhatABitRateIs(final String text) {
        assertThatThrownBy(() -> Quantity.bitrate("--bitrate", text))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("--bitrate");
    }
}
