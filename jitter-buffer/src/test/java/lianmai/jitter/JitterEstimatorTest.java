package lianmai.jitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JitterEstimatorTest {
    private static final int CLOCK_RATE = 90_000;
    private static final long FRAME_NS = 20_000_000L;
    private static final int FRAME_TICKS = 1_800;

    private final JitterEstimator estimator = new JitterEstimator(CLOCK_RATE);

    @ParameterizedTest
    @ValueSource(ints = {0, Integer.MAX_VALUE - 5_000, -5_000})
    void shouldSeeNoJitterInASteadyStreamFromAnyTimestamp(final int start) {
        for (int i = 0; i < 1_000; i++) {
            estimator.onPacket(start + i * FRAME_TICKS, i * FRAME_NS);
        }
        assertThat(estimator.jitter()).isZero();
    }

    @Test
    void shouldSettleAtTheMeanDeviation() {
        // Every other packet is 1 ms late: each differs from the one before by 90 ticks.
        for (int i = 0; i < 1_000; i++) {
            estimator.onPacket(i * FRAME_TICKS, i * FRAME_NS + i % 2 * 1_000_000L);
        }
        assertThat(estimator.jitter()).isCloseTo(90, within(1L));
    }

    @Test
    void shouldTakeASixteenthOfEachNewDeviation() {
        estimator.onPacket(0, 0);
        estimator.onPacket(FRAME_TICKS, FRAME_NS + 17_777_778L);
        assertThat(estimator.jitter()).isEqualTo(1_600 / 16);
        estimator.reset();
        assertThat(estimator.jitter()).isZero();
        estimator.onPacket(-7, FRAME_NS);
        assertThat(estimator.jitter()).isZero();
    }

    @Test
    void shouldSurviveTheWorstDeviation() {
        estimator.onPacket(0, 0);
        estimator.onPacket(Integer.MIN_VALUE, 0);
        assertThat(estimator.jitter()).isEqualTo((1L << 31) / 16);
    }
}
