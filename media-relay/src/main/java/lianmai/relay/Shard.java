package lianmai.relay;

import java.util.function.LongSupplier;
import lianmai.jitter.PacketPool;

/**
 * What everything inside one shard works with.
 *
 * @param random seeded or secure, as the shell decides; only start values come from it
 * @param wallOffsetNs what to add to {@code nowNs} to get nanoseconds since 1970, fixed at start: sender reports need a
 *     wall clock, and one that never steps
 */
record Shard(
        PacketPool pool,
        SendBatch batch,
        Fanout fanout,
        RelayCounters counters,
        Faults faults,
        PathTable paths,
        Neighbours neighbours,
        LoadShedder shedder,
        LongSupplier random,
        long wallOffsetNs) {

    /** Frees a received packet's slot and counts why. */
    void drop(final int slot, final DropReason reason) {
        pool.release(slot);
        counters.drop(reason);
    }

    /**
     * Whether so much of the slab is taken that nothing may be kept for later: the rest is for what comes and goes. A
     * shard whose histories hold all slots can receive nothing any more, not even what would end them.
     */
    boolean isCrowded() {
        return pool.inUse() > pool.slots() / 4 * 3;
    }

    /** The server's wall clock, ns since 1970. */
    long wallNs(final long nowNs) {
        return nowNs + wallOffsetNs;
    }
}
