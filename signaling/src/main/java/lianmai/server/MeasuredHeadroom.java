package lianmai.server;

import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;
import lianmai.room.Headroom;

/**
 * Refuses peers before those who are there suffer: a shard takes another one while the time it is busy, and what those
 * who have come lately will still add to it, leaves room. How many peers that is, is nobody's to configure.
 *
 * <p>A peer costs nothing until its media flows, a second or so after it was let in; until then it is counted with what
 * a peer of that shard costs on average.
 *
 * <p>Thread: signaling (confined). Units: ns.
 */
final class MeasuredHeadroom implements Headroom {
    /** Shedding begins near 1; bursts, key frames and whoever speaks next want the rest. */
    private static final double MOST = 0.80;
    /** An average over fewer peers than this means nothing: what is fixed would seem to be theirs. */
    private static final double LEAST_PEERS = 20;

    /** When half of what somebody will cost is thought to show. */
    private static final double SHOWS_NS = TimeUnit.MILLISECONDS.toNanos(1000);

    private final IntToLongFunction loadPermille;
    private final IntToLongFunction peers;
    private final IntToLongFunction shed;
    private final LongSupplier clock;
    private final double[] coming;
    private final long[] asOfNs;

    /**
     * @param loadPermille of a shard, thousandths of the time that it is busy
     * @param peers of a shard
     * @param shed how many of a shard's viewers wait for room already
     */
    MeasuredHeadroom(
            final int shards,
            final IntToLongFunction loadPermille,
            final IntToLongFunction peers,
            final IntToLongFunction shed,
            final LongSupplier clock) {
        this.loadPermille = loadPermille;
        this.peers = peers;
        this.shed = shed;
        this.clock = clock;
        coming = new double[shards];
        asOfNs = new long[shards];
    }

    @Override
    public boolean has(final int shard) {
        final long nowNs = clock.getAsLong();
        coming[shard] *= Math.pow(0.5, (nowNs - asOfNs[shard]) / SHOWS_NS);
        asOfNs[shard] = nowNs;
        final double load = loadPermille.applyAsLong(shard) / 1000.0;
        final double each = load / Math.max(LEAST_PEERS, peers.applyAsLong(shard) - coming[shard]);
        if (shed.applyAsLong(shard) > 0 || load + coming[shard] * each > MOST) {
            return false;
        }
        coming[shard]++;
        return true;
    }
}
