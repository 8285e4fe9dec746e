package lianmai.gc;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What held threads or took their cores, second by second, so that late packets can be put down to it.
 *
 * <p>Whoever took most of the time is blamed. Pauses and collections that ran beside the program are weighed alike:
 * where cores are few, a collection takes the relay's for slices of milliseconds. One that ran while threads waited for
 * memory is put down to the heap, and so are threads that came late to a safepoint when less time went to that than to
 * waiting for memory.
 *
 * <p>Forgets what is {@link #SECONDS} seconds ago.
 *
 * <p>Thread: one at a time (the budget's lock). Units: ns of the budget's clock.
 */
final class Culprits {
    static final int SECONDS = 16;

    private static final PauseCause[] CAUSES = PauseCause.values();
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    /** A shorter collection is over before the scheduler gives it the core of anybody. */
    private static final long LEAST_RUN_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final long[] secondOf = new long[SECONDS];
    private final long[][] heldNs = new long[SECONDS][CAUSES.length];
    private final long[][] ranNs = new long[SECONDS][CAUSES.length];
    private final String[] last = new String[CAUSES.length];

    /**
     * Who it was.
     *
     * @param ns of the time that was looked at
     * @param isRun whether it was a collection beside the program
     */
    record Culprit(PauseCause cause, String detail, long ns, boolean isRun) {
        /** Whether it only followed from threads waiting for memory, for so long. */
        private boolean isOfAHeapThatStalls(final long stalledNs) {
            return cause == PauseCause.COLLECTOR || (cause == PauseCause.TIME_TO_SAFEPOINT && ns < stalledNs);
        }

        @Override
        public String toString() {
            return Pause.milliseconds(ns) + " of " + cause + (isRun ? " beside them (" : " (") + detail + ")";
        }
    }

    Culprits() {
        Arrays.fill(secondOf, Long.MIN_VALUE);
    }

    void onPause(final Pause pause) {
        add(heldNs, pause.cause(), pause.detail(), pause.endNs() - pause.totalNs(), pause.endNs());
    }

    void onRun(final CollectorRun run) {
        add(ranNs, run.cause(), run.why(), run.startNs(), run.endNs());
    }

    private void add(
            final long[][] table, final PauseCause cause, final String what, final long startNs, final long endNs) {
        last[cause.ordinal()] = what;
        // Of what lasted longer than is remembered, the end counts.
        long fromNs = Math.max(startNs, endNs - (SECONDS - 1) * SECOND_NS);
        while (fromNs < endNs) {
            final long second = Math.floorDiv(fromNs, SECOND_NS);
            final long untilNs = Math.min(endNs, (second + 1) * SECOND_NS);
            final int cell = cellOf(second);
            if (secondOf[cell] == second) {
                table[cell][cause.ordinal()] += untilNs - fromNs;
            }
            fromNs = untilNs;
        }
    }

    /** The cell of the second, emptied when it held an older one. */
    private int cellOf(final long second) {
        final int cell = (int) Math.floorMod(second, (long) SECONDS);
        if (secondOf[cell] < second) {
            secondOf[cell] = second;
            Arrays.fill(heldNs[cell], 0);
            Arrays.fill(ranNs[cell], 0);
        }
        return cell;
    }

    /**
     * Who took most of the second before {@code untilNs}; whole seconds are looked at, so up to two.
     *
     * @param leastNs that a pause must have held threads to count
     */
    Optional<Culprit> before(final long untilNs, final long leastNs) {
        Culprit most = null;
        for (final PauseCause cause : CAUSES) {
            final long held = sum(heldNs, cause, untilNs);
            final long ran = sum(ranNs, cause, untilNs);
            if (cause != PauseCause.ALLOCATION_STALL && held >= leastNs && (most == null || held > most.ns)) {
                most = new Culprit(cause, last[cause.ordinal()], held, false);
            }
            if (ran >= LEAST_RUN_NS && (most == null || ran > most.ns)) {
                most = new Culprit(cause, last[cause.ordinal()], ran, true);
            }
        }
        final long stalled = sum(heldNs, PauseCause.ALLOCATION_STALL, untilNs);
        if (stalled > 0 && (most == null || most.isOfAHeapThatStalls(stalled))) {
            most = new Culprit(
                    PauseCause.ALLOCATION_STALL, last[PauseCause.ALLOCATION_STALL.ordinal()], stalled, false);
        }
        return Optional.ofNullable(most);
    }

    private long sum(final long[][] table, final PauseCause cause, final long untilNs) {
        final long second = Math.floorDiv(untilNs, SECOND_NS);
        long sum = 0;
        for (int i = 0; i < SECONDS; i++) {
            if (secondOf[i] == second || secondOf[i] == second - 1) {
                sum += table[i][cause.ordinal()];
            }
        }
        return sum;
    }
}
