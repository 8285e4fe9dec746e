package lianmai.server;

import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import lianmai.relay.Counter;
import lianmai.relay.RelayCounters;
import lianmai.room.Headroom;

/**
 * Refuses peers before those who are there suffer: a shard takes another one while it is not too busy, sends in time
 * and sheds nobody. How many peers that is, is nobody's to configure. Those who come faster than their load shows are
 * the first whose video the relay sheds, so they too harm nobody but themselves.
 *
 * <p>Thread: any.
 */
final class MeasuredHeadroom implements Headroom {
    /** Thousandths of the time. Shedding begins near 1000; bursts, key frames and whoever speaks next want the rest. */
    private static final long MOST_PERMILLE = 800;

    /**
     * What waits so long, and for half a second at least, waits for others: a relay that is full, or one whose core
     * the handshakes of those who join have taken. A play-out buffer still covers it, and a few who join at once do
     * not make it: those are let in.
     */
    private static final long MOST_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final IntFunction<RelayCounters> counters;

    /** @param counters of a shard, which its relay keeps up to date */
    MeasuredHeadroom(final IntFunction<RelayCounters> counters) {
        this.counters = counters;
    }

    @Override
    public boolean has(final int shard) {
        final RelayCounters now = counters.apply(shard);
        return now.value(Counter.SUBSCRIPTIONS_SHED) == 0
                && now.value(Counter.LOAD_PERMILLE) <= MOST_PERMILLE
                && now.value(Counter.LONGEST_WAIT_NS) <= MOST_WAIT_NS;
    }
}
