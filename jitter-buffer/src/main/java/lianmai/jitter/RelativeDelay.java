package lianmai.jitter;

import java.util.Arrays;

/**
 * By how much packets take longer than the quickest one of the last two seconds. Only differences of transit times
 * matter, so the two ends need no common clock; and because the quickest is forgotten, a clock that drifts, by at most
 * 0.4 ms in two seconds at 200 ppm, cannot add up.
 *
 * <p>The window is kept in {@value #PARTS} parts, each with its least and its largest transit time: bounded, whatever
 * the packet rate.
 *
 * <p>Thread: one (confined). Units: RTP ticks.
 */
final class RelativeDelay {
    static final int PARTS = 16;

    private static final int PARTS_PER_SECOND = 8;

    private final long partTicks;
    private final long[] least = new long[PARTS];
    private final long[] most = new long[PARTS];
    private final long[] numbers = new long[PARTS];
    private long base;
    private long largest;
    private boolean isKnown;

    RelativeDelay(final int clockRate) {
        partTicks = Math.max(1, clockRate / PARTS_PER_SECOND);
        clear();
    }

    /**
     * Takes every packet but duplicates.
     *
     * @param transit time of arrival minus timestamp, from any origin
     * @return how much longer it took than the quickest, at least 0
     */
    long onPacket(final long transit, final long now) {
        final long part = Math.floorDiv(now, partTicks);
        final int index = (int) part & PARTS - 1;
        final boolean isNew = numbers[index] != part;
        least[index] = isNew ? transit : Math.min(least[index], transit);
        most[index] = isNew ? transit : Math.max(most[index], transit);
        numbers[index] = part;
        isKnown = true;
        base = transit;
        largest = transit;
        for (int i = 0; i < PARTS; i++) {
            if (numbers[i] > part - PARTS) {
                base = Math.min(base, least[i]);
                largest = Math.max(largest, most[i]);
            }
        }
        return transit - base;
    }

    /** Whether there was a packet. */
    boolean isKnown() {
        return isKnown;
    }

    /** The transit time of the quickest packet in the two seconds before the latest one. */
    long base() {
        return base;
    }

    /** How much longer than that the slowest packet of those two seconds took. */
    long largest() {
        return largest - base;
    }

    /** Forgets all, for a source whose clock began anew. */
    void clear() {
        Arrays.fill(numbers, Long.MIN_VALUE);
        isKnown = false;
    }
}
