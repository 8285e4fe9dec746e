package lianmai.jitter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelativeDelayTest {
    private static final int SECOND = 48_000;

    private final RelativeDelay relative = new RelativeDelay(SECOND);

    @ParameterizedTest
    @ValueSource(longs = {0, -5_000_000_000L, 7_777_777_777L})
    void shouldMeasureAgainstTheQuickestWhateverTheOrigin(final long origin) {
        assertThat(relative.isKnown()).isFalse();
        assertThat(relative.onPacket(origin + 500, 1000)).isZero();
        assertThat(relative.onPacket(origin + 700, 2000)).isEqualTo(200);
        assertThat(relative.onPacket(origin + 100, 3000)).isZero();
        assertThat(relative.onPacket(origin + 500, 4000)).isEqualTo(400);
        assertThat(relative.base()).isEqualTo(origin + 100);
        assertThat(relative.largest()).isEqualTo(600);
        assertThat(relative.isKnown()).isTrue();
    }

    @Test
    void shouldForgetAfterTwoSecondsAndNoSooner() {
        relative.onPacket(0, 100);
        assertThat(relative.onPacket(960, 100 + 15 * SECOND / 8)).isEqualTo(960);
        assertThat(relative.onPacket(960, 100 + 2 * SECOND)).isZero();
        assertThat(relative.largest()).isZero();
    }

    @Test
    void shouldBeginAnew() {
        relative.onPacket(0, 100);
        relative.clear();
        assertThat(relative.isKnown()).isFalse();
        assertThat(relative.onPacket(1_000_000, 200)).isZero();
    }
}
