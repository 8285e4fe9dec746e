package lianmai.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import lianmai.gc.AllocationMeter;
import org.junit.jupiter.api.Test;

class WallClockTest {
    @Test
    void shouldTellTheTimeThatTheJdkTells() {
        final Instant before = Instant.now();
        final long now = WallClock.nowNs();
        final Instant after = Instant.now();
        assertThat(now).isBetween(ns(before), ns(after));
    }

    /** Read a few times a second, it is never compiled: nothing may depend on that. */
    @Test
    void shouldMakeNoObjects() {
        assertThat(AllocationMeter.leastBytesOf(50, WallClock::nowNs)).isZero();
    }

    private static long ns(final Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }
}
