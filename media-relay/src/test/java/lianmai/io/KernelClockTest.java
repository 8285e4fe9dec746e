package lianmai.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KernelClockTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long WALL_AHEAD = 1_800_000_000L * SECOND;

    private long nowNs = 5 * SECOND;
    private long wallAheadNs = WALL_AHEAD;
    /** What the next readings of the wall clock take, beside the 40 ns of every reading. */
    private long hiccupNs;

    private final KernelClock clock = new KernelClock(this::monotonic, this::wall);

    private long monotonic() {
        nowNs += 20;
        return nowNs;
    }

    private long wall() {
        nowNs += 40;
        final long read = nowNs + wallAheadNs;
        nowNs += hiccupNs;
        hiccupNs = 0;
        return read;
    }

    @Test
    void shouldMapTheWallClockOntoTheMonotonicOne() {
        assertThat(clock.monotonicNs(7 * SECOND + WALL_AHEAD)).isBetween(7 * SECOND - 50, 7 * SECOND + 50);
    }

    @Test
    void shouldFollowAStepOfTheWallClockWithinASecond() {
        wallAheadNs += 3 * SECOND;
        clock.onTime(nowNs + SECOND / 2);
        assertThat(clock.monotonicNs(nowNs + wallAheadNs)).isGreaterThan(nowNs + 2 * SECOND);
        nowNs += SECOND;
        clock.onTime(nowNs);
        assertThat(clock.monotonicNs(nowNs + wallAheadNs)).isBetween(nowNs - 50, nowNs + 50);
    }

    @Test
    void shouldNotTrustAReadingThatWasInterrupted() {
        hiccupNs = 10_000_000;
        nowNs += SECOND;
        clock.onTime(nowNs);
        assertThat(clock.monotonicNs(nowNs + wallAheadNs)).isBetween(nowNs - 50, nowNs + 50);
    }
}
