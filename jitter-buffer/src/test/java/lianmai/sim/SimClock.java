package lianmai.sim;

/**
 * Virtual time: it stands still until a test moves it.
 *
 * <p>Thread: one. Units: ns.
 */
public final class SimClock {
    private long nowNs;

    /** Starts away from zero, so that no test relies on it. */
    public SimClock() {
        this(1_000_000_000L);
    }

    public SimClock(final long startNs) {
        nowNs = startNs;
    }

    public long nowNs() {
        return nowNs;
    }

    /** Moves on by a span; answers the new time. */
    public long advanceNs(final long ns) {
        return moveTo(nowNs + ns);
    }

    public long advanceMillis(final long millis) {
        return advanceNs(millis * 1_000_000L);
    }

    /** Moves to a point in time, never back; answers the new time. */
    public long moveTo(final long toNs) {
        if (toNs < nowNs) {
            throw new IllegalArgumentException("time cannot run back from " + nowNs + " to " + toNs);
        }
        nowNs = toNs;
        return nowNs;
    }
}
