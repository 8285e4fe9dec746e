package lianmai.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import lianmai.relay.Counter;
import lianmai.relay.RelayCounters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeasuredHeadroomTest {
    private final List<RelayCounters> shards = List.of(new RelayCounters(), new RelayCounters());
    private final MeasuredHeadroom headroom = new MeasuredHeadroom(shards::get);

    @ParameterizedTest
    @CsvSource({
        "LOAD_PERMILLE, 0, true",
        "LOAD_PERMILLE, 800, true",
        "LOAD_PERMILLE, 801, false",
        "LONGEST_WAIT_NS, 33_333_333, true",
        "LONGEST_WAIT_NS, 100_000_000, true",
        "LONGEST_WAIT_NS, 100_000_001, false",
        "SUBSCRIPTIONS_SHED, 1, false",
    })
    void shouldRefuseWhenTheRelayIsBusyOrLateOrSheds(final Counter counter, final String value, final boolean has) {
        shards.get(1).set(counter, Long.parseLong(value.replace("_", "")));
        assertThat(headroom.has(1)).isEqualTo(has);
        assertThat(headroom.has(0)).as("the other shard").isTrue();
    }

    /** As a storm of handshakes on the relay's own core does: its thread runs little, and what comes waits. */
    @Test
    void shouldRefuseWhenPacketsWaitThoughTheRelayIsIdle() {
        shards.getFirst().set(Counter.LOAD_PERMILLE, 100);
        shards.getFirst().set(Counter.LONGEST_WAIT_NS, TimeUnit.MILLISECONDS.toNanos(101));
        assertThat(headroom.has(0)).isFalse();
        shards.getFirst().set(Counter.LONGEST_WAIT_NS, TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(headroom.has(0)).isTrue();
    }
}
