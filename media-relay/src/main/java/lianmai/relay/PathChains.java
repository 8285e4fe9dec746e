package lianmai.relay;

import java.util.Arrays;

/**
 * The packets of one lane sorted by path, stably, without moving them: for each path a chain of packet indices in the
 * order of appending; the paths in the order of their first packets. Adding costs two array accesses, and nothing needs
 * clearing but the paths that occurred.
 *
 * <p>Bounded by the lane's capacity and the path table's: the arrays by path grow to the largest path seen.
 *
 * <p>Thread: relay (confined).
 */
final class PathChains {
    /** No packet. */
    static final int NONE = -1;

    private static final int FIRST_PATHS = 64;

    /** By packet: the next one of the same path. */
    private final int[] next;
    /** The paths that have a chain. */
    private final int[] chained;
    /** By path: first and last packet; {@link #NONE} for those without a chain. */
    private int[] first = new int[FIRST_PATHS];

    private int[] last = new int[FIRST_PATHS];
    private int count;

    /** @param packets how many there may be, numbered from 0 */
    PathChains(final int packets) {
        next = new int[packets];
        chained = new int[packets];
        Arrays.fill(last, NONE);
    }

    void add(final int packet, final int path) {
        if (path >= last.length) {
            grow(Integer.highestOneBit(path) << 1);
        }
        next[packet] = NONE;
        if (last[path] == NONE) {
            chained[count++] = path;
            first[path] = packet;
        } else {
            next[last[path]] = packet;
        }
        last[path] = packet;
    }

    /** How many paths have packets. */
    int paths() {
        return count;
    }

    /** The first packet of the {@code index}-th path. */
    int first(final int index) {
        return first[chained[index]];
    }

    /** The packet after this one to the same path, or {@link #NONE}. */
    int next(final int packet) {
        return next[packet];
    }

    void clear() {
        for (int i = 0; i < count; i++) {
            last[chained[i]] = NONE;
        }
        count = 0;
    }

    private void grow(final int paths) {
        final int known = last.length;
        first = Arrays.copyOf(first, paths);
        last = Arrays.copyOf(last, paths);
        Arrays.fill(last, known, paths, NONE);
    }
}
