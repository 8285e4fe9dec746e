package lianmai.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RelayLatencyTest {
    private static final long US = 1000;

    private final RelayLatency latency = new RelayLatency();

    @Test
    void shouldGivePercentilesOfEachIntervalWithin1Percent() {
        for (int i = 1; i <= 1000; i++) {
            latency.record(i * US, 1);
        }
        final RelayLatency.Snapshot interval = latency.takeInterval();
        assertThat(interval.packets()).isEqualTo(1000);
        assertThat(interval.p50Ns()).isBetween(495 * US, 505 * US);
        assertThat(interval.p99Ns()).isBetween(981 * US, 1000 * US);
        assertThat(interval.p999Ns()).isBetween(990 * US, 1010 * US);
        assertThat(interval.maxNs()).isBetween(1000 * US, 1010 * US);
        assertThat(interval.slowPackets()).isEqualTo(1);
        assertThat(latency.takeInterval().packets()).isZero();
    }

    @Test
    void shouldKeepWhatWasTakenInItsTotals() {
        latency.record(10 * US, 5);
        latency.takeInterval();
        latency.record(20 * US, 2);
        assertThat(latency.sinceStart().packets()).isEqualTo(5);
        latency.takeInterval();
        assertThat(latency.sinceStart().packets()).isEqualTo(7);
        assertThat(latency.countUpTo(10 * US)).isEqualTo(5);
        assertThat(latency.countUpTo(19 * US)).isEqualTo(5);
        assertThat(latency.countUpTo(Long.MAX_VALUE)).isEqualTo(7);
        assertThat(latency.countUpTo(0)).isZero();
    }

    @Test
    void shouldListBucketsThatCoverEveryPacketOnce() {
        latency.record(3, 1);
        latency.record(10 * US, 5);
        latency.record(Long.MAX_VALUE, 2);
        latency.takeInterval();
        final AtomicLong packets = new AtomicLong();
        final AtomicLong before = new AtomicLong(-1);
        latency.buckets((above, upTo, count) -> {
            assertThat(above).isGreaterThanOrEqualTo(before.get()).isLessThan(upTo);
            assertThat(upTo).isLessThanOrEqualTo(Math.max(above + 1, (long) ((above + 1) * 1.01)));
            before.set(upTo);
            packets.addAndGet(count);
        });
        assertThat(packets.get()).isEqualTo(8);
        assertThat(before.get()).isGreaterThanOrEqualTo(RelayLatency.HIGHEST_NS);
    }
}
