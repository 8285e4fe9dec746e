package lianmai.gc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Puts the JVM's separate events about one safepoint together: when it began, when all threads stood, what was done,
 * and for a collection's pause why there was a collection. ZGC tells the latter when the collection is over, many
 * milliseconds after its pauses, so these wait for it.
 *
 * <pre>
 *   SafepointBegin ── GCPhasePause ── ExecuteVMOperation ── SafepointEnd ─ … ─ ZAllocationStall ─ … ─ GarbageCollection
 * </pre>
 *
 * <p>Most of a pause may be the time until all threads stood. Whose that is depends on whether there should have been a
 * safepoint at all:
 *
 * <ul>
 *   <li>of a collection that somebody asked for: whoever asked;
 *   <li>of a collection while threads wait for memory, or less than {@link #STALLED_NS} after one did: the heap that is
 *       too small. The collector then runs without a break and takes the cores from the threads it waits for, and what
 *       the JVM calls the collection's cause (mostly the rate of allocation) is how it tries to avoid the next stall;
 *   <li>of any other: the thread that came late. A healthy server collects too, and a larger heap would not help.
 * </ul>
 *
 * <p>Forgets safepoints that never end and collections that are {@link #MOST} ago.
 *
 * <p>Thread: one (confined). Units: ns.
 */
final class SafepointAssembler {
    static final int MOST = 64;
    /** A pause whose collection is not told of after so long is reported without it. */
    static final long MOST_WAIT_NS = 10_000_000_000L;

    /** The want of memory is not over when one thread has got some: in a small heap, stalls were up to 1.7 s apart. */
    static final long STALLED_NS = 5_000_000_000L;

    private static final long NONE = -1;
    /** What a person or a tool causes; everything else the collector decides by itself. */
    private static final Set<String> ASKED = Set.of(
            "System.gc()",
            "Diagnostic Command",
            "Heap Inspection Initiated GC",
            "Heap Dump Initiated GC",
            "JvmtiEnv ForceGarbageCollection",
            "Full GC for WhiteBox");

    private final Consumer<Pause> listener;
    private final Map<Long, Open> open = bounded();
    private final Map<Long, String> causes = bounded();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean isStalled;
    private long stalledUntilNs;

    private static final class Open {
        private long beganNs = NONE;
        private long stoodNs = NONE;
        private long collection = NONE;
        private String step = "";
        private String operation = "";
    }

    private record Waiting(long collection, Pause pause) {}

    SafepointAssembler(final Consumer<Pause> listener) {
        this.listener = listener;
    }

    private static <V> Map<Long, V> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(final Map.Entry<Long, V> eldest) {
                return size() > MOST;
            }
        };
    }

    /** All threads stood at {@code stoodNs}, having been told to at {@code beganNs}. */
    void onBegin(final long safepoint, final long beganNs, final long stoodNs) {
        final Open now = new Open();
        now.beganNs = beganNs;
        now.stoodNs = stoodNs;
        open.put(safepoint, now);
    }

    /** Something was done in a safepoint; several of them may be. */
    void onOperation(final long safepoint, final String operation) {
        final Open now = open.get(safepoint);
        if (now != null) {
            now.operation = now.operation.isEmpty() ? operation : now.operation + ", " + operation;
        }
    }

    /** A collection's step that held all threads; it lies in whichever safepoint has begun and not ended. */
    void onCollectorPause(final long collection, final String step, final long startNs) {
        for (final Open now : open.values()) {
            if (now.beganNs <= startNs) {
                now.collection = collection;
                now.step = step;
            }
        }
    }

    /** A safepoint is over. */
    void onEnd(final long safepoint, final long endNs) {
        final Open now = open.remove(safepoint);
        if (now == null) {
            return; // it began before anybody listened
        }
        final long total = endNs - now.beganNs;
        final long toSafepoint = now.stoodNs - now.beganNs;
        final boolean isLate = 2 * toSafepoint > total;
        if (now.collection == NONE) {
            final PauseCause cause = isLate ? PauseCause.TIME_TO_SAFEPOINT : PauseCause.VM_OPERATION;
            listener.accept(new Pause(cause, named(now.operation), endNs, total, toSafepoint));
        } else {
            final PauseCause cause = isLate ? PauseCause.TIME_TO_SAFEPOINT : PauseCause.COLLECTOR;
            final Pause pause = new Pause(cause, now.step, endNs, total, toSafepoint);
            final String why = causes.get(now.collection);
            if (why == null) {
                waiting.add(new Waiting(now.collection, pause));
            } else {
                listener.accept(explained(pause, why));
            }
        }
        reportOld(endNs);
    }

    /** A thread waited for memory until then; told before the collection that it waited for. */
    void onStall(final long endNs) {
        stalledUntilNs = isStalled ? Math.max(stalledUntilNs, endNs) : endNs;
        isStalled = true;
    }

    /** Why there was a collection. */
    void onCollection(final long collection, final String cause) {
        causes.put(collection, cause);
        final List<Pause> known = new ArrayList<>();
        for (final Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
            final Waiting one = each.next();
            if (one.collection == collection) {
                each.remove();
                known.add(explained(one.pause, cause));
            }
        }
        known.forEach(listener);
    }

    private void reportOld(final long nowNs) {
        while (!waiting.isEmpty()
                && (waiting.size() > MOST || nowNs - waiting.getFirst().pause.endNs() > MOST_WAIT_NS)) {
            listener.accept(waiting.removeFirst().pause);
        }
    }

    private Pause explained(final Pause pause, final String why) {
        final String detail = why + ": " + pause.detail();
        if (isAsked(why)) {
            return because(PauseCause.ASKED_COLLECTION, detail, pause);
        }
        if (isStalled && pause.endNs() - pause.totalNs() < stalledUntilNs + STALLED_NS) {
            return because(PauseCause.ALLOCATION_STALL, detail + ", threads wait for memory", pause);
        }
        return new Pause(pause.cause(), detail, pause.endNs(), pause.totalNs(), pause.toSafepointNs());
    }

    /** Somebody is to blame for the safepoint, and so for how long it took to get there. */
    private static Pause because(final PauseCause cause, final String detail, final Pause pause) {
        final String all = pause.cause() == PauseCause.TIME_TO_SAFEPOINT
                ? detail + ", " + Pause.milliseconds(pause.toSafepointNs()) + " of it until all threads stood"
                : detail;
        return new Pause(cause, all, pause.endNs(), pause.totalNs(), pause.toSafepointNs());
    }

    /** Whether a collection with this cause was asked for by somebody. */
    static boolean isAsked(final String why) {
        return ASKED.contains(why);
    }

    private static String named(final String operation) {
        return operation.isEmpty() ? "no operation" : operation;
    }
}
