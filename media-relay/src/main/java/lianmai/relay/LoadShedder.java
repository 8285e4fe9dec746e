package lianmai.relay;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Keeps a relay that has more to send than it can from failing everybody a little: some viewers' video is shed whole,
 * the others' stays perfect, audio and RTCP are never touched. What is shed stays so until there is room, and comes
 * back at a key frame.
 *
 * <p>Overload shows as packets that wait in the kernel, ever longer or without end, while the relay always has work.
 * Every {@value #WINDOW_MS} ms the work offered is estimated from the time that went on work, how much longer packets
 * wait than before, and what was shed; so many subscriptions are kept as fit into the time that the relay is given.
 * Those that came last are shed first.
 *
 * <pre>
 *         waits > 40 ms, growing or lasting           waits < 40 ms
 *   ALL KEPT ───────────────────────────▶ SHEDDING ───────────────▶ a few more kept each window; all, once they fit
 * </pre>
 *
 * <p>Where others take much of the core from the relay's thread, such as the handshakes of many who join, it is late
 * for a reason that passes: that is borne for {@value #ROBBED_SECONDS} s before anybody is shed.
 *
 * <p>Thread: relay (confined). Owns: nothing. Units: ns.
 */
final class LoadShedder {
    private static final int WINDOW_MS = 100;
    private static final long WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(WINDOW_MS);
    /** What comes together, such as a frame, may wait for itself: for one frame's time when the relay is just full. */
    private static final long LATE_NS = TimeUnit.MILLISECONDS.toNanos(40);

    /** Below this busy share, waits have another reason, such as a pause, which shedding cannot help. */
    private static final double BUSY = 0.85;
    /** After so many windows a wait is looked at that does not grow: what a pause left would be shorter by then. */
    private static final int LASTING_WINDOWS = 5;
    /** A wait has not become shorter that is this part of what it was. */
    private static final double LASTING = 0.8;
    /** Others have much of the core when they have this part of it. */
    private static final double ROBBED = 0.25;

    private static final int ROBBED_SECONDS = 5;
    /** In what time a backlog is to be worked off, with at most half of what would be sent otherwise. */
    private static final double BACKLOG_NS = TimeUnit.SECONDS.toNanos(1);
    /** What is aimed at: the most that can be sent while packets still need not wait. */
    private static final double FULL = 0.97;
    /** While the backlog is worked off. */
    private static final double DRAINING = 0.92;
    /** After shedding, so long nothing returns unless all of it fits: what returned too soon would be shed again. */
    private static final long HOLD_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** For a thread whose time is not known: all of its turns' time counts. */
    private static final long UNKNOWN_CPU = Long.MAX_VALUE;

    private final RelayCounters counters;
    private LongSupplier threadCpu = () -> UNKNOWN_CPU;
    private long cpuBeforeNs = UNKNOWN_CPU;
    private Subscription[] subscriptions = new Subscription[64];
    private int count;
    private int kept = Integer.MAX_VALUE;

    private long windowStartNs = Long.MIN_VALUE;
    private long turnsNs;
    private long longestWaitNs;
    private long waitBeforeNs;
    private final long[] lateWaitsNs = new long[LASTING_WINDOWS];
    private final long[] lastWaitsNs = new long[LASTING_WINDOWS];
    private int windowsAt;
    private int windowsGrowing;
    private int windowsLate;
    private int windowsSinceShed;
    private long inTimeNs;
    private long holdUntilNs = Long.MIN_VALUE;
    private long forwardedBefore;
    private long shedBefore;

    LoadShedder(final RelayCounters counters) {
        this.counters = counters;
    }

    /**
     * From now on it is known when others take the core from the relay's thread.
     *
     * @param cpuNs what the thread has used so far, below 0 when that is not known; read once a window
     */
    void measureWith(final LongSupplier cpuNs) {
        threadCpu = cpuNs;
    }

    /** A video subscription has something to show from now on. */
    void add(final Subscription subscription, final long nowNs) {
        if (count == subscriptions.length) {
            subscriptions = Arrays.copyOf(subscriptions, count * 2);
        }
        subscriptions[count] = subscription;
        subscription.rank(count);
        subscription.shed(count >= kept, nowNs);
        count++;
    }

    /** It shows nothing any more. */
    void remove(final Subscription subscription, final long nowNs) {
        final int rank = subscription.rank();
        final Subscription last = subscriptions[--count];
        subscriptions[rank] = last;
        subscriptions[count] = null;
        last.rank(rank);
        last.shed(rank >= kept, nowNs);
        subscription.rank(Subscription.UNRANKED);
    }

    /**
     * One turn is over.
     *
     * @param turnNs how long it took
     * @param waitNs how long the longest of its datagrams had waited in the kernel; 0 when that is not known
     */
    void onTurn(final long turnNs, final long waitNs, final long nowNs) {
        turnsNs += turnNs;
        longestWaitNs = Math.max(longestWaitNs, waitNs);
        decideIfDue(nowNs);
    }

    /** Also while nothing comes: what was shed returns when the load is gone. */
    void decideIfDue(final long nowNs) {
        if (windowStartNs == Long.MIN_VALUE) {
            inTimeNs = nowNs;
            begin(nowNs);
        } else if (nowNs - windowStartNs >= WINDOW_NS) {
            decide(nowNs - windowStartNs, nowNs);
            begin(nowNs);
        }
    }

    private void begin(final long nowNs) {
        windowStartNs = nowNs;
        turnsNs = 0;
        waitBeforeNs = longestWaitNs;
        longestWaitNs = 0;
        forwardedBefore = counters.value(Counter.RTP_FORWARDED);
        shedBefore = counters.value(DropReason.SHED);
    }

    private void decide(final long windowNs, final long nowNs) {
        final long workNs = workNs();
        final long robbedNs = Math.max(0, turnsNs - workNs);
        final double busy = Math.min(1, (double) workNs / Math.max(windowNs / 4, windowNs - robbedNs));
        counters.set(Counter.LOAD_PERMILLE, Math.min(1000, workNs * 1000 / windowNs));
        counters.set(Counter.LONGEST_WAIT_NS, lastingWait());
        if (isTooMuch(robbedNs > ROBBED * windowNs, nowNs) && busy > BUSY) {
            final double worksOff = 1 - Math.min(0.5, longestWaitNs / BACKLOG_NS);
            final double fits = DRAINING / sent(busy, windowNs) * worksOff;
            keep((int) (Math.min(kept, count) * Math.min(0.98, fits)), nowNs);
            holdUntilNs = nowNs + HOLD_NS;
            windowsSinceShed = 0;
        } else if (kept < count && longestWaitNs < LATE_NS) {
            final double room = FULL - busy;
            final double rest = busy * shed() / Math.max(1, forwarded());
            if (rest <= room) {
                keep(count, nowNs);
            } else if (nowNs >= holdUntilNs && room > 0) {
                // Half of what seems to fit: what returns brings a key frame with it.
                keep(kept + (int) ((count - kept) * room / rest / 2), nowNs);
            }
        }
        counters.set(Counter.SUBSCRIPTIONS_SHED, Math.max(0, count - kept));
    }

    /** How long packets have waited at least, window after window: a hiccup, or many who join at once, are none. */
    private long lastingWait() {
        lastWaitsNs[windowsAt] = longestWaitNs;
        windowsAt = (windowsAt + 1) % LASTING_WINDOWS;
        long least = Long.MAX_VALUE;
        for (final long waitNs : lastWaitsNs) {
            least = Math.min(least, waitNs);
        }
        return least;
    }

    /** How much of the turns' time the thread had a core. */
    private long workNs() {
        final long cpuNs = threadCpu.getAsLong();
        final boolean isKnown = cpuNs >= 0 && cpuNs != UNKNOWN_CPU && cpuBeforeNs != UNKNOWN_CPU;
        // It also runs while it only looks whether something has come, so that the lesser of the two is work.
        final long work = isKnown ? Math.min(turnsNs, cpuNs - cpuBeforeNs) : turnsNs;
        cpuBeforeNs = cpuNs < 0 ? UNKNOWN_CPU : cpuNs;
        return work;
    }

    /** Whether packets wait too long, and not for a reason that passes. */
    private boolean isTooMuch(final boolean isRobbed, final long nowNs) {
        windowsSinceShed++;
        if (longestWaitNs <= LATE_NS) {
            windowsLate = 0;
            windowsGrowing = 0;
            inTimeNs = nowNs;
            return false;
        }
        final int at = windowsLate % LASTING_WINDOWS;
        final boolean isLasting = windowsLate >= LASTING_WINDOWS
                && windowsSinceShed > LASTING_WINDOWS
                && longestWaitNs >= LASTING * lateWaitsNs[at];
        lateWaitsNs[at] = longestWaitNs;
        windowsLate++;
        // A pause leaves a backlog too, but one that shrinks by itself from its first window on.
        windowsGrowing = longestWaitNs >= waitBeforeNs ? windowsGrowing + 1 : 0;
        return (windowsGrowing > 1 || isLasting)
                && (!isRobbed || kept < count || nowNs - inTimeNs > TimeUnit.SECONDS.toNanos(ROBBED_SECONDS));
    }

    /** The share of the time that what came in this window and is not shed takes. */
    private double sent(final double busy, final long windowNs) {
        // A window in which packets came to wait longer has only seen to what arrived in the rest of it.
        final long servedNs = Math.max(windowNs / 4, windowNs - Math.max(0, longestWaitNs - waitBeforeNs));
        return busy * windowNs / servedNs;
    }

    private long forwarded() {
        return counters.value(Counter.RTP_FORWARDED) - forwardedBefore;
    }

    private long shed() {
        return counters.value(DropReason.SHED) - shedBefore;
    }

    private void keep(final int most, final long nowNs) {
        final int before = Math.min(kept, count);
        kept = most >= count ? Integer.MAX_VALUE : most;
        final int now = Math.min(kept, count);
        for (int i = now; i < before; i++) {
            subscriptions[i].shed(true, nowNs);
        }
        for (int i = before; i < now; i++) {
            subscriptions[i].shed(false, nowNs);
        }
    }
}
