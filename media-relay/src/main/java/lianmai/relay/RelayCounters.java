package lianmai.relay;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * A shard's counters: one 64-bit cell for each {@link Counter}, then one for each {@link DropReason}.
 *
 * <p>Thread: written by the relay thread alone, read by any (each cell is consistent, the set of them is not).
 */
public final class RelayCounters {
    private static final int COUNTERS = Counter.values().length;

    private final UnsafeBuffer cells = new UnsafeBuffer(new byte[(COUNTERS + DropReason.values().length) * Long.BYTES]);

    /** One more. */
    public void count(final Counter counter) {
        add(counter, 1);
    }

    public void add(final Counter counter, final long amount) {
        bump(counter.ordinal() * Long.BYTES, amount);
    }

    /** For what is a level, not a sum. */
    public void set(final Counter counter, final long value) {
        cells.putLongRelease(counter.ordinal() * Long.BYTES, value);
    }

    /** One more packet that went no further. */
    public void drop(final DropReason reason) {
        bump((COUNTERS + reason.ordinal()) * Long.BYTES, 1);
    }

    public long value(final Counter counter) {
        return cells.getLongVolatile(counter.ordinal() * Long.BYTES);
    }

    public long value(final DropReason reason) {
        return cells.getLongVolatile((COUNTERS + reason.ordinal()) * Long.BYTES);
    }

    private void bump(final int index, final long amount) {
        // A single writer needs no atomic add.
        cells.putLongRelease(index, cells.getLong(index) + amount);
    }
}
