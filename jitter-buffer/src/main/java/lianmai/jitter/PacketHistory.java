package lianmai.jitter;

import java.util.Arrays;

/**
 * The latest packets of one stream, by extended sequence number. A packet is forgotten when its number lies
 * {@link #capacity()} or more behind the highest, when it is older than the age that {@link #evictOlderThan} is given,
 * or on {@link #clear()}.
 *
 * <p>The history takes a reference of its own to each slot it keeps ({@link PacketPool#retain}) and releases it when it
 * forgets the packet; the caller's reference stays the caller's.
 *
 * <p>Thread: relay (confined). Owns: one reference to each slot it keeps. Units: ns, bytes, RTP ticks.
 */
public final class PacketHistory {
    /** No such packet. */
    public static final int NONE = -1;

    private static final long EMPTY = -1;

    private final PacketPool pool;
    private final int mask;
    private final long[] sequences;
    private final int[] slots;
    private final int[] offsets;
    private final int[] lengths;
    private final int[] headerLengths;
    private final int[] timestamps;
    private final long[] arrivals;
    private final int[] flags;
    private long lowest = EMPTY;
    private long highest = EMPTY;
    private int size;

    /** @param capacity a power of two: how far behind the highest sequence number a packet may be */
    public PacketHistory(final PacketPool pool, final int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("capacity must be a power of two: " + capacity);
        }
        this.pool = pool;
        mask = capacity - 1;
        sequences = new long[capacity];
        slots = new int[capacity];
        offsets = new int[capacity];
        lengths = new int[capacity];
        headerLengths = new int[capacity];
        timestamps = new int[capacity];
        arrivals = new long[capacity];
        flags = new int[capacity];
        Arrays.fill(sequences, EMPTY);
    }

    /**
     * Keeps a packet; what this pushes out of the ring is released.
     *
     * @param extended its extended sequence number, at least 0
     * @param offset where it begins in the pool's buffer, absolute
     * @param flags free for the caller
     * @return its index, or {@link #NONE} when it is too far behind the highest, or is there already
     */
    public int put(
            final long extended,
            final int slot,
            final int offset,
            final int length,
            final int headerLength,
            final int timestamp,
            final long arrivalNs,
            final int flags) {
        if (extended + mask < highest || find(extended) != NONE) {
            return NONE;
        }
        if (extended > highest) {
            advance(extended);
        }
        pool.retain(slot);
        final int index = (int) extended & mask;
        sequences[index] = extended;
        slots[index] = slot;
        offsets[index] = offset;
        lengths[index] = length;
        headerLengths[index] = headerLength;
        timestamps[index] = timestamp;
        arrivals[index] = arrivalNs;
        this.flags[index] = flags;
        lowest = size == 0 ? extended : Math.min(lowest, extended);
        size++;
        return index;
    }

    /** The index of a packet, good until the next change of the history; or {@link #NONE}. */
    public int find(final long extended) {
        final int index = (int) extended & mask;
        return extended >= 0 && sequences[index] == extended ? index : NONE;
    }

    /** Forgets every packet that arrived before {@code nowNs - maxAgeNs}, oldest sequence numbers first. */
    public void evictOlderThan(final long nowNs, final long maxAgeNs) {
        while (size > 0) {
            final int index = find(lowest);
            if (index != NONE) {
                if (nowNs - arrivals[index] <= maxAgeNs) {
                    return;
                }
                release(index);
            }
            lowest++;
        }
    }

    /** Forgets every packet. */
    public void clear() {
        for (int i = 0; i <= mask; i++) {
            if (sequences[i] != EMPTY) {
                release(i);
            }
        }
        lowest = EMPTY;
        highest = EMPTY;
    }

    public long sequence(final int index) {
        return sequences[index];
    }

    public int slot(final int index) {
        return slots[index];
    }

    /** Where the packet begins in the pool's buffer, absolute. */
    public int offset(final int index) {
        return offsets[index];
    }

    /** The whole packet. */
    public int length(final int index) {
        return lengths[index];
    }

    public int headerLength(final int index) {
        return headerLengths[index];
    }

    public int timestamp(final int index) {
        return timestamps[index];
    }

    public long arrivalNs(final int index) {
        return arrivals[index];
    }

    public int flags(final int index) {
        return flags[index];
    }

    public void flags(final int index, final int newFlags) {
        flags[index] = newFlags;
    }

    /** No kept packet has a lower extended number than this; -1 when there never was one. */
    public long lowest() {
        return lowest;
    }

    /** The highest extended number ever put since the last {@link #clear()}; -1 when there was none. */
    public long highest() {
        return highest;
    }

    public int size() {
        return size;
    }

    public int capacity() {
        return mask + 1;
    }

    /** Makes {@code extended} the highest and forgets what is then too far behind. */
    private void advance(final long extended) {
        final long keepFrom = extended - mask;
        while (size > 0 && lowest < keepFrom) {
            final int index = find(lowest);
            if (index != NONE) {
                release(index);
            }
            lowest++;
        }
        highest = extended;
    }

    private void release(final int index) {
        sequences[index] = EMPTY;
        size--;
        pool.release(slots[index]);
    }
}
