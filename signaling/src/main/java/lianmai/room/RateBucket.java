package lianmai.room;

/**
 * A token bucket: {@code burst} at once, {@code perSecond} in the long run.
 *
 * <p>Units: ns. Owns: a level in ns of credit, so that no division is needed.
 */
final class RateBucket {
    private final long costNs;
    private final long fullNs;
    private long emptyAtNs;

    RateBucket(final int perSecond, final int burst, final long nowNs) {
        costNs = 1_000_000_000L / perSecond;
        fullNs = costNs * burst;
        emptyAtNs = nowNs - fullNs;
    }

    /** Takes one token if there is one. */
    boolean take(final long nowNs) {
        emptyAtNs = Math.max(emptyAtNs, nowNs - fullNs);
        if (nowNs - emptyAtNs < costNs) {
            return false;
        }
        emptyAtNs += costNs;
        return true;
    }
}
