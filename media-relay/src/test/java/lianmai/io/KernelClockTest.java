package lianmai.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertThat(clock.monotonicNs(nowNs + WALL_AHEAD, nowNs)).isBetween(nowNs - 50, nowNs + 50);
    }

    @Test
    void shouldFollowASlewOfTheWallClockWithinASecond() {
        wallAheadNs += 500_000;
        clock.onTime(nowNs + SECOND / 2);
        assertThat(clock.monotonicNs(nowNs + wallAheadNs, nowNs)).isGreaterThan(nowNs + 400_000);
        nowNs += SECOND;
        clock.onTime(nowNs);
        assertThat(clock.monotonicNs(nowNs + wallAheadNs, nowNs)).isBetween(nowNs - 50, nowNs + 50);
    }

    @ParameterizedTest
    @ValueSource(longs = {-3600, -3, 3, 3600})
    void shouldFollowAStepOfTheWallClockAtOnce(final long seconds) {
        wallAheadNs += seconds * SECOND;
        nowNs += SECOND / 10;
        final long turn = nowNs;
        assertThat(clock.monotonicNs(turn + wallAheadNs, turn)).isBetween(turn - 50, turn + 50);
    }

    @Test
    void shouldMeasureAtMostOnceATurnForWhatReallyWaitedLong() {
        final long turn = nowNs + SECOND / 2;
        nowNs = turn;
        clock.monotonicNs(turn + wallAheadNs - SECOND, turn);
        final long measured = nowNs;
        assertThat(measured).isGreaterThan(turn);
        assertThat(clock.monotonicNs(turn + wallAheadNs - SECOND, turn))
                .isBetween(turn - SECOND - 50, turn - SECOND + 50);
        assertThat(nowNs).isEqualTo(measured);
    }

    @Test
    void shouldNotTrustAReadingThatWasInterrupted() {
        hiccupNs = 10_000_000;
        nowNs += SECOND;
        clock.onTime(nowNs);
        assertThat(clock.monotonicNs(nowNs + wallAheadNs, nowNs)).isBetween(nowNs - 50, nowNs + 50);
    }
}
