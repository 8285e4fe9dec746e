package lianmai.room;

/**
 * The server's allowance of socket writes for batches. A batch may be sent while the allowance is not overdrawn and
 * then
 * costs its whole audience, so a large room waits longer for its next one, and the sum stays under the cap.
 *
 * <p>Units: ns, writes.
 */
final class WriteBudget {
    private final long costNs;
    private long paidUntilNs = Long.MIN_VALUE;

    WriteBudget(final int writesPerSecond) {
        costNs = 1_000_000_000L / writesPerSecond;
    }

    /** When the next batch may be sent: now or later. */
    long readyAtNs(final long nowNs) {
        return Math.max(paidUntilNs, nowNs);
    }

    void spend(final int writes, final long nowNs) {
        paidUntilNs = readyAtNs(nowNs) + costNs * writes;
    }
}
