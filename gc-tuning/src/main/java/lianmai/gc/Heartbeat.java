package lianmai.gc;

import java.util.concurrent.TimeUnit;

/**
 * Finds out that the process was not run: a thread that wants to wake every {@link #INTERVAL_NS} wakes much later,
 * though the JVM did not hold it meanwhile.
 *
 * <p>Thread: one (confined). Units: ns.
 */
final class Heartbeat {
    /** Twenty times a second is nothing to a core, and every longer stop is seen. */
    static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);
    /** A thread that competes for its core waits for some milliseconds; that is not being stopped. */
    static final long LEAST_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private long wokeNs;
    private long heldNs;

    /** @param heldNs how long the JVM has been holding its threads, in total */
    Heartbeat(final long nowNs, final long heldNs) {
        wokeNs = nowNs;
        this.heldNs = heldNs;
    }

    /** It woke; answers how long the process was not run since the last time, or 0. */
    long onBeat(final long nowNs, final long totalHeldNs) {
        final long late = nowNs - wokeNs - INTERVAL_NS - (totalHeldNs - heldNs);
        wokeNs = nowNs;
        heldNs = totalHeldNs;
        return late >= LEAST_NS ? late : 0;
    }
}
