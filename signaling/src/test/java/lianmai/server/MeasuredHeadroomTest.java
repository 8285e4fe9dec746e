package lianmai.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MeasuredHeadroomTest {
    private long nowNs;
    private long load;
    private long peers;
    private long shed;
    private final MeasuredHeadroom headroom =
            new MeasuredHeadroom(1, shard -> load, shard -> peers, shard -> shed, () -> nowNs);

    @Test
    void shouldTakeAnyNumberWhileTheRelayIsIdle() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(headroom.has(0)).isTrue();
        }
    }

    @Test
    void shouldRefuseWhenTheRelayIsBusyOrSheds() {
        peers = 100;
        load = 790;
        assertThat(headroom.has(0)).isTrue();
        load = 810;
        assertThat(headroom.has(0)).isFalse();
        load = 100;
        shed = 1;
        assertThat(headroom.has(0)).isFalse();
        shed = 0;
        assertThat(headroom.has(0)).isTrue();
    }

    /** 100 peers make half the load, so 60 more make it 0.8; they show only later. */
    @Test
    void shouldCountThoseWhoseMediaDoesNotFlowYet() {
        peers = 100;
        load = 500;
        int taken = 0;
        while (headroom.has(0)) {
            taken++;
            peers++;
        }
        assertThat(taken).isBetween(60, 100);
        nowNs += 10_000_000_000L;
        assertThat(headroom.has(0)).as("they turned out to cost nothing").isTrue();
    }
}
