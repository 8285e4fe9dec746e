package lianmai.load;

import lianmai.rtp.SequenceNumbers;

/**
 * Keeps account of one stream's sequence numbers: which came, which are due. It answers each packet with what that one
 * changed, so that sums over thousands of streams need no walk over them.
 *
 * <p>Remembers the last {@value #WINDOW} numbers; what comes later than that cannot be told from a duplicate. A step
 * forward of more than {@value #MAX_STEP} is a restart: the numbers between were never due.
 *
 * <p>Thread: confined. Units: extended sequence numbers.
 */
final class SequenceLedger {
    static final int WINDOW = 1024;
    static final int MAX_STEP = 3000;

    /** The next in order, or one with a gap before it. */
    static final int NEW = 0;
    /** Missing until now. */
    static final int LATE = 1;

    static final int DUPLICATE = 2;
    /** Older than the window. */
    static final int TOO_OLD = 3;

    static final int RESTART = 4;

    private static final int MASK = WINDOW - 1;

    private final long[] seen = new long[WINDOW / 64];
    private long first = -1;
    private long highest = -1;
    private long expectedBefore;
    private long received;

    /**
     * Takes a packet.
     *
     * @return {@link #kind} and {@link #due}, packed
     */
    long onSequence(final int sequence) {
        if (highest < 0) {
            // In the second cycle, so that what comes from before the first packet has a number too.
            begin(0x1_0000L + sequence);
            return pack(NEW, 1);
        }
        final long extended = SequenceNumbers.extend(highest, sequence);
        if (extended > highest) {
            return onNewer(extended);
        }
        if (extended <= highest - WINDOW) {
            return highest - extended > MAX_STEP ? onRestart(extended) : pack(TOO_OLD, 0);
        }
        if (isSeen(extended)) {
            return pack(DUPLICATE, 0);
        }
        mark(extended);
        received++;
        final long newlyDue = Math.max(0, first - extended);
        first = Math.min(first, extended);
        return pack(LATE, newlyDue);
    }

    private long onNewer(final long extended) {
        final long step = extended - highest;
        if (step > MAX_STEP) {
            return onRestart(extended);
        }
        if (step >= WINDOW) {
            java.util.Arrays.fill(seen, 0);
        } else {
            for (long number = highest + 1; number < extended; number++) {
                seen[word(number)] &= ~bit(number);
            }
        }
        mark(extended);
        highest = extended;
        received++;
        return pack(NEW, step);
    }

    private long onRestart(final long extended) {
        expectedBefore += highest - first + 1;
        java.util.Arrays.fill(seen, 0);
        begin(extended < WINDOW ? extended + 0x1_0000L : extended);
        return pack(RESTART, 1);
    }

    private void begin(final long extended) {
        first = extended;
        highest = extended;
        received++;
        mark(extended);
    }

    /** What a packet was. */
    static int kind(final long result) {
        return (int) (result >>> 32);
    }

    /** How many more packets are due since this one. */
    static int due(final long result) {
        return (int) result;
    }

    boolean isEmpty() {
        return highest < 0;
    }

    long highest() {
        return highest;
    }

    /** How many should have come, from the first to the highest. */
    long expected() {
        return isEmpty() ? 0 : expectedBefore + highest - first + 1;
    }

    /** How many have come, each counted once. */
    long received() {
        return received;
    }

    long lost() {
        return expected() - received;
    }

    private boolean isSeen(final long number) {
        return (seen[word(number)] & bit(number)) != 0;
    }

    private void mark(final long number) {
        seen[word(number)] |= bit(number);
    }

    private static int word(final long number) {
        return (int) number >>> 6 & MASK >>> 6;
    }

    private static long bit(final long number) {
        return 1L << (number & 63);
    }

    private static long pack(final int kind, final long due) {
        return (long) kind << 32 | due;
    }
}
