package lianmai.io;

/**
 * Completed operations in the order of their completion, until they are handed over; holds as many as there are
 * operations, so it is never full. Thread: relay (confined).
 */
final class CompletionRing {
    private final long[] entries;
    private final int mask;
    private int head;
    private int tail;

    CompletionRing(final int operations) {
        entries = new long[Integer.highestOneBit(operations) << 1];
        mask = entries.length - 1;
    }

    boolean isEmpty() {
        return head == tail;
    }

    void offer(final int op, final int result) {
        entries[tail++ & mask] = (long) result << 32 | op;
    }

    /** The oldest one; see {@link #op} and {@link #result}. Not empty. */
    long poll() {
        return entries[head++ & mask];
    }

    static int op(final long completion) {
        return (int) completion;
    }

    /** As the kernel gave it: bytes, or a negated error number. */
    static int result(final long completion) {
        return (int) (completion >> 32);
    }
}
