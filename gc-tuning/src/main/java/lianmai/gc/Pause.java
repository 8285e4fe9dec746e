package lianmai.gc;

import java.util.concurrent.TimeUnit;

/**
 * Threads were held once.
 *
 * @param detail the operation or the collection's cause, as the JVM names it
 * @param endNs when it was over, on the clock of the {@link LatencyBudget}
 * @param totalNs how long, from the order to stop until threads may run on
 * @param toSafepointNs how much of that it took until all had stopped
 */
public record Pause(PauseCause cause, String detail, long endNs, long totalNs, long toSafepointNs) {
    /** In words, such as {@code 3.210 ms of ASKED_COLLECTION (System.gc(): Pause Mark Start)}. */
    @Override
    public String toString() {
        return milliseconds(totalNs) + " of " + cause + " (" + detail + ")";
    }

    static String milliseconds(final long ns) {
        final long us = TimeUnit.NANOSECONDS.toMicros(ns);
        return us / 1000 + "." + Long.toString(1000 + us % 1000).substring(1) + " ms";
    }
}
