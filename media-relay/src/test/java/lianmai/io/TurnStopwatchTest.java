package lianmai.io;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.gc.AllocationMeter;
import lianmai.io.RelayLatency.Cause;
import org.junit.jupiter.api.Test;

/** One turn: begins at 1,000 µs, routed at 1,030, sealed at 1,050, sent at 1,150. */
class TurnStopwatchTest {
    private static final long US = 1000;

    private final RelayLatency latency = new RelayLatency();
    private final TurnStopwatch stopwatch = new TurnStopwatch(latency, 4);
    private long pausedNs;

    private void turn(final long pausedInTurnNs, final long... arrivalsUs) {
        stopwatch.begin(1000 * US);
        for (final long arrival : arrivalsUs) {
            stopwatch.received(arrival == TurnStopwatch.UNKNOWN ? arrival : arrival * US, 10);
        }
        stopwatch.routed(1030 * US);
        stopwatch.sealed(1050 * US);
        pausedNs += pausedInTurnNs;
        stopwatch.sent(1150 * US);
    }

    @Test
    void shouldTellOnWhatAPacketsTimeWent() {
        turn(0, 940);
        final RelayLatency.Snapshot interval = latency.takeInterval();
        assertThat(interval.packets()).isEqualTo(10);
        assertThat(interval.maxNs()).isBetween(209 * US, 212 * US);
        assertThat(interval.times()).isEqualTo(new RelayLatency.Times(600 * US, 300 * US, 0, 200 * US, 1000 * US));
        assertThat(interval.times().totalNs()).isEqualTo(2100 * US);
        assertThat(interval.times().share(Cause.SEND_RING)).isEqualTo(1000.0 / 2100);
        assertThat(interval.slowPackets()).isZero();
        assertThat(interval.slowTimes().totalNs()).isZero();
        assertThat(interval.slowTimes().share(Cause.CRYPTO)).isZero();
    }

    @Test
    void shouldCountAPacketThatCameDuringTheTurnFromItsArrival() {
        turn(0, 1010);
        assertThat(latency.takeInterval().times())
                .isEqualTo(new RelayLatency.Times(0, 200 * US, 0, 200 * US, 1000 * US));
    }

    @Test
    void shouldCountFromTheTurnsStartWhatTheKernelDoesNotTell() {
        turn(0, TurnStopwatch.UNKNOWN);
        final RelayLatency.Snapshot interval = latency.takeInterval();
        assertThat(interval.unknownArrivals()).isEqualTo(10);
        assertThat(interval.impossibleArrivals()).isZero();
        assertThat(interval.times().totalNs()).isEqualTo(1500 * US);
    }

    @Test
    void shouldCountAndNotBelieveImpossibleTimestamps() {
        turn(0, 1031, -20_000_000);
        final RelayLatency.Snapshot interval = latency.takeInterval();
        assertThat(interval.unknownArrivals()).isEqualTo(20);
        assertThat(interval.impossibleArrivals()).isEqualTo(2);
        assertThat(stopwatch.longestWaitNs()).isZero();
        assertThat(interval.times().totalNs()).isEqualTo(3000 * US);
    }

    @Test
    void shouldTellTheSlowOnesApart() {
        turn(0, 940, 100);
        final RelayLatency.Snapshot interval = latency.takeInterval();
        assertThat(interval.packets()).isEqualTo(20);
        assertThat(interval.slowPackets()).isEqualTo(10);
        assertThat(interval.slowTimes()).isEqualTo(new RelayLatency.Times(9000 * US, 300 * US, 0, 200 * US, 1000 * US));
        assertThat(interval.times().kernelWaitNs()).isEqualTo(9600 * US);
    }

    @Test
    void shouldTakeAPauseOffThePhaseThatItMadeLong() {
        latency.pausedBy(() -> pausedNs);
        pausedNs = 40 * US; // since the last turn: the packet waited in the kernel for it
        turn(80 * US, 940);
        assertThat(latency.takeInterval().times())
                .isEqualTo(new RelayLatency.Times(200 * US, 300 * US, 1200 * US, 200 * US, 200 * US));
        turn(0, 1000);
        assertThat(latency.takeInterval().times().pauseNs()).isZero();
    }

    @Test
    void shouldCountALaterPartOfATurnAsBehindTheEarlierOnes() {
        stopwatch.begin(1000 * US);
        stopwatch.received(1000 * US, 1);
        stopwatch.routed(1010 * US);
        stopwatch.sealed(1020 * US);
        stopwatch.sent(1050 * US);
        assertThat(stopwatch.isRunning()).isFalse();
        latency.takeInterval();
        stopwatch.received(1000 * US, 1);
        assertThat(stopwatch.isRunning()).isTrue();
        stopwatch.routed(1060 * US);
        stopwatch.sealed(1070 * US);
        stopwatch.sent(1075 * US);
        assertThat(latency.takeInterval().times()).isEqualTo(new RelayLatency.Times(0, 60 * US, 0, 10 * US, 5 * US));
    }

    @Test
    void shouldAllocateNothing() {
        final long bytes = AllocationMeter.leastBytesOf(20, () -> {
            for (int i = 0; i < 1000; i++) {
                stopwatch.begin(1000 * US);
                stopwatch.received(900 * US, 200);
                stopwatch.routed(1010 * US);
                stopwatch.sealed(1020 * US);
                stopwatch.sent(2050 * US);
            }
        });
        assertThat(bytes).isZero();
    }
}
