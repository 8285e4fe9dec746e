package lianmai.cc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RembEstimatorTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final RembEstimator estimator = new RembEstimator();
    private long nowNs = SECOND_NS;

    private long second(final long bitrate, final double lost) {
        for (int i = 0; i < 100; i++) {
            estimator.onPacket((int) (bitrate / 800), nowNs + i * SECOND_NS / 100);
        }
        nowNs += SECOND_NS;
        return estimator.update(lost, nowNs);
    }

    @Test
    void shouldBeDueOnceASecondFromTheFirstPacketOn() {
        assertThat(estimator.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        estimator.onPacket(100, nowNs);
        assertThat(estimator.nextDeadlineNs()).isEqualTo(nowNs + SECOND_NS);
        estimator.update(0, nowNs + SECOND_NS);
        assertThat(estimator.nextDeadlineNs()).isEqualTo(nowNs + 2 * SECOND_NS);
    }

    @Test
    void shouldLetACleanPublisherRampUp() {
        assertThat(second(500_000, 0)).isEqualTo(1_500_000);
        assertThat(second(1_500_000, 0)).isEqualTo(2_250_000);
        long rate = 2_250_000;
        for (int i = 0; i < 10; i++) {
            rate = second(rate, 0);
        }
        assertThat(rate).isEqualTo(8_000_000);
    }

    @Test
    void shouldHoldInModerateLossAndYieldInHeavyLoss() {
        assertThat(second(1_500_000, 0.05)).isEqualTo(1_500_000);
        assertThat(second(1_500_000, 0.2)).isEqualTo(1_350_000);
        for (int i = 0; i < 50; i++) {
            second(300_000, 0.5);
        }
        assertThat(second(300_000, 0.5)).isEqualTo(300_000);
    }
}
