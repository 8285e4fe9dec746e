package lianmai.relay;

import java.util.Arrays;

/**
 * The addresses that have passed an authenticated STUN check, each under a small number, its <em>path</em>.
 *
 * <p>Everything is sent to a path, and only {@link RelayCore} makes paths, after the check: so no byte can leave
 * towards any other address (design law 5). An address that asks through another of our own addresses is another path.
 *
 * <p>Open addressing over arrays; a removed path's number is used again. Refuses when full.
 *
 * <p>Thread: relay (confined). Units: addresses as two halves of an IPv6 address, IPv4 mapped (RFC 4291 §2.5.5.2).
 */
public final class PathTable {
    /** No such path. */
    public static final int NONE = -1;

    private final int capacity;
    private final int mask;
    private final long seed;
    private final int[] slots;
    private final long[] remoteHigh;
    private final long[] remoteLow;
    private final int[] portAndLocal;
    private final int[] free;
    private int freeCount;

    /**
     * @param capacity the largest number of paths, 1 … 2^20
     * @param seed random, so that nobody can choose addresses that collide
     */
    public PathTable(final int capacity, final long seed) {
        if (capacity < 1 || capacity > 1 << 20) {
            throw new IllegalArgumentException("path capacity out of 1..2^20: " + capacity);
        }
        this.capacity = capacity;
        this.seed = seed;
        slots = new int[Integer.highestOneBit(capacity) << 2];
        mask = slots.length - 1;
        Arrays.fill(slots, NONE);
        remoteHigh = new long[capacity];
        remoteLow = new long[capacity];
        portAndLocal = new int[capacity];
        free = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            free[i] = capacity - 1 - i;
        }
        freeCount = capacity;
    }

    /** The path of an address pair, or {@link #NONE}. */
    public int find(final long high, final long low, final int port, final int localIndex) {
        final int key = pack(port, localIndex);
        for (int at = home(high, low, key); slots[at] != NONE; at = at + 1 & mask) {
            if (matches(slots[at], high, low, key)) {
                return slots[at];
            }
        }
        return NONE;
    }

    /** Adds an address pair that is not in the table; answers its path, or {@link #NONE} when the table is full. */
    public int add(final long high, final long low, final int port, final int localIndex) {
        if (freeCount == 0) {
            return NONE;
        }
        final int path = free[--freeCount];
        remoteHigh[path] = high;
        remoteLow[path] = low;
        portAndLocal[path] = pack(port, localIndex);
        int at = home(high, low, portAndLocal[path]);
        while (slots[at] != NONE) {
            at = at + 1 & mask;
        }
        slots[at] = path;
        return path;
    }

    /** Removes a path that is in the table. */
    public void remove(final int path) {
        int hole = home(path);
        while (slots[hole] != path) {
            if (slots[hole] == NONE) {
                throw new IllegalStateException("path not in table: " + path);
            }
            hole = hole + 1 & mask;
        }
        slots[hole] = NONE;
        // Close the gap, or a later entry of the same run could no longer be found (Knuth 6.4, algorithm R).
        for (int at = hole + 1 & mask; slots[at] != NONE; at = at + 1 & mask) {
            final int home = home(slots[at]);
            if ((at - home & mask) >= (at - hole & mask)) {
                slots[hole] = slots[at];
                slots[at] = NONE;
                hole = at;
            }
        }
        free[freeCount++] = path;
    }

    /** How many paths there are. */
    public int size() {
        return capacity - freeCount;
    }

    public long remoteHigh(final int path) {
        return remoteHigh[path];
    }

    public long remoteLow(final int path) {
        return remoteLow[path];
    }

    public int remotePort(final int path) {
        return portAndLocal[path] & 0xFFFF;
    }

    /** Which of our own addresses the path ends at, as the port numbers them. */
    public int localIndex(final int path) {
        return portAndLocal[path] >>> 16;
    }

    private static int pack(final int port, final int localIndex) {
        return localIndex << 16 | port & 0xFFFF;
    }

    private boolean matches(final int path, final long high, final long low, final int key) {
        return portAndLocal[path] == key && remoteLow[path] == low && remoteHigh[path] == high;
    }

    private int home(final int path) {
        return home(remoteHigh[path], remoteLow[path], portAndLocal[path]);
    }

    private int home(final long high, final long low, final int key) {
        long h = (seed ^ high) * 0x9E37_79B9_7F4A_7C15L;
        h = (h ^ h >>> 32 ^ low) * 0xD6E8_FEB8_6659_FD93L;
        h = (h ^ h >>> 32 ^ key) * 0x9E37_79B9_7F4A_7C15L;
        return (int) (h >>> 40) & mask;
    }
}
