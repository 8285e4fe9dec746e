package lianmai.server;

import java.util.function.IntToLongFunction;
import lianmai.room.Headroom;

/**
 * Refuses peers before those who are there suffer: a shard takes another one while it is not too busy and sheds nobody.
 * How many peers that is, is nobody's to configure. Those who come faster than their load shows are the first whose
 * video the relay sheds, so they too harm nobody but themselves.
 *
 * <p>Thread: any.
 */
final class MeasuredHeadroom implements Headroom {
    /** Thousandths of the time. Shedding begins near 1000; bursts, key frames and whoever speaks next want the rest. */
    private static final long MOST_PERMILLE = 800;

    private final IntToLongFunction loadPermille;
    private final IntToLongFunction shed;

    /**
     * @param loadPermille of a shard, thousandths of the time that it is busy
     * @param shed how many of a shard's viewers wait for room already
     */
    MeasuredHeadroom(final IntToLongFunction loadPermille, final IntToLongFunction shed) {
        this.loadPermille = loadPermille;
        this.shed = shed;
    }

    @Override
    public boolean has(final int shard) {
        return shed.applyAsLong(shard) == 0 && loadPermille.applyAsLong(shard) <= MOST_PERMILLE;
    }
}
