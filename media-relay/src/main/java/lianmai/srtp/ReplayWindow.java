package lianmai.srtp;

/**
 * Which packet indices of one stream were seen, near the highest one (RFC 3711 §3.3.2). Everything {@code size} or
 * more below the highest is forgotten and answered {@link SrtpStatus#TOO_OLD}.
 *
 * <p>Two steps, because what a packet says is believed only after its tag was checked: {@link #check}, then
 * {@link #commit}.
 *
 * <p>Thread: relay (confined). Owns: nothing outside. Units: packet indices, at least 0.
 */
public final class ReplayWindow {
    /** Answer of {@link #check}: neither seen nor too old. */
    public static final int FRESH = 0;

    private final long[] bits;
    private final int mask;
    private long highest = -1;

    /** @param size indices remembered, a power of two and at least 64 (the least the RFC allows) */
    public ReplayWindow(final int size) {
        if (size < 64 || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("replay window is not a power of two of at least 64: " + size);
        }
        bits = new long[size >>> 6];
        mask = size - 1;
    }

    /** The highest index committed, or −1 before the first: what the next index is estimated from. */
    public long highest() {
        return highest;
    }

    /** Answers {@link #FRESH}, {@link SrtpStatus#REPLAYED} or {@link SrtpStatus#TOO_OLD}; changes nothing. */
    public int check(final long index) {
        if (index > highest) {
            return FRESH;
        }
        if (highest - index > mask) {
            return SrtpStatus.TOO_OLD;
        }
        final int bit = (int) index & mask;
        return (bits[bit >>> 6] & 1L << bit) == 0 ? FRESH : SrtpStatus.REPLAYED;
    }

    /** Takes note of an index that {@link #check} called fresh. */
    public void commit(final long index) {
        if (index > highest) {
            forgetBetween(highest, index);
            highest = index;
        }
        final int bit = (int) index & mask;
        bits[bit >>> 6] |= 1L << bit;
    }

    /** Clears the ring's places of the indices skipped, which still hold what was one turn earlier. */
    private void forgetBetween(final long from, final long to) {
        long next = to - from > mask ? to - mask : from + 1;
        while (next <= to) {
            if ((next & 63) == 0 && to - next >= 63) {
                bits[((int) next & mask) >>> 6] = 0;
                next += 64;
            } else {
                bits[((int) next & mask) >>> 6] &= ~(1L << next);
                next++;
            }
        }
    }
}
