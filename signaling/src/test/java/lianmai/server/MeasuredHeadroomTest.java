package lianmai.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MeasuredHeadroomTest {
    private long load;
    private long shed;
    private final MeasuredHeadroom headroom = new MeasuredHeadroom(shard -> load, shard -> shed);

    @Test
    void shouldRefuseWhenTheRelayIsBusyOrSheds() {
        assertThat(headroom.has(0)).isTrue();
        load = 800;
        assertThat(headroom.has(0)).isTrue();
        load = 801;
        assertThat(headroom.has(0)).isFalse();
        load = 100;
        shed = 1;
        assertThat(headroom.has(0)).isFalse();
        shed = 0;
        assertThat(headroom.has(0)).isTrue();
    }
}
