package lianmai.room;

import java.util.Comparator;
import java.util.TreeSet;

/**
 * Who wants to be woken when: each sleeper at most once.
 *
 * <p>Thread: signaling (confined). Units: ns.
 */
final class Wakeups {
    static final long NEVER = Long.MAX_VALUE;

    /** Something with a deadline. */
    abstract static class Sleeper {
        private long queuedAtNs = NEVER;
        private long order;

        /** When it wants to be woken next, from its own state; {@link #NEVER} when it does not. */
        abstract long nextDeadlineNs();

        /** Does what is due. */
        abstract void onTime(long nowNs);
    }

    private final TreeSet<Sleeper> queue =
            new TreeSet<>(Comparator.<Sleeper>comparingLong(s -> s.queuedAtNs).thenComparingLong(s -> s.order));
    private long nextOrder;

    /** To be called after anything that may have moved the sleeper's deadline. */
    void arm(final Sleeper sleeper) {
        queueAt(sleeper, sleeper.nextDeadlineNs());
    }

    /** To be called when the sleeper is no more. */
    void forget(final Sleeper sleeper) {
        queueAt(sleeper, NEVER);
    }

    long nextDeadlineNs() {
        return queue.isEmpty() ? NEVER : queue.first().queuedAtNs;
    }

    /**
     * Wakes everybody who is due, each once: one whose deadline does not move away is woken again the next time. One
     * that throws sleeps until something else arms it, and keeps nobody from waking; the last exception comes at the
     * end.
     */
    void onTime(final long nowNs) {
        final long end = nextOrder;
        RuntimeException bug = null;
        while (!queue.isEmpty() && queue.first().queuedAtNs <= nowNs && queue.first().order < end) {
            final Sleeper sleeper = queue.first();
            queueAt(sleeper, NEVER);
            try {
                sleeper.onTime(nowNs);
                arm(sleeper);
            } catch (final RuntimeException e) {
                bug = e;
            }
        }
        if (bug != null) {
            throw bug;
        }
    }

    int size() {
        return queue.size();
    }

    private void queueAt(final Sleeper sleeper, final long atNs) {
        if (atNs == sleeper.queuedAtNs) {
            return;
        }
        if (sleeper.queuedAtNs != NEVER) {
            queue.remove(sleeper);
        }
        sleeper.queuedAtNs = atNs;
        if (atNs != NEVER) {
            sleeper.order = nextOrder++;
            queue.add(sleeper);
        }
    }
}
