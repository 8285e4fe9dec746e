package lianmai.impair;

import lianmai.jitter.PacketPool;
import org.agrona.DirectBuffer;

/**
 * All packets that are on their way over any {@link ImpairedLink}: a slab of slots and a binary heap of deadlines, so
 * that one question tells when something is due, however many links there are. Bounded by the slab; a slot may be under
 * way twice (a duplicate).
 *
 * <p>Thread: one. Owns: the slots from {@link #add} until they are handed over. Units: ns, bytes.
 */
final class PacketsUnderWay {
    /** {@link #nextDeadlineNs} when nothing is under way. */
    static final long NO_DEADLINE = Long.MAX_VALUE;

    /** Takes what arrives. */
    @FunctionalInterface
    interface Sink {
        /** The slot is the sink's during the call only. */
        void onPacket(ImpairedLink link, int slot, int length, long arrivalNs);
    }

    private final PacketPool pool;
    private final ImpairedLink[] links;
    private final int[] slots;
    private final int[] lengths;
    private final long[] arrivals;
    private final long[] orders;
    private final boolean[] copies;
    /** Entries not in use. */
    private final int[] free;
    /** Entries under way, the one that arrives first at 0; the children of i are at 2i + 1 and 2i + 2. */
    private final int[] heap;

    private int count;
    private long added;

    PacketsUnderWay(final int capacity) {
        pool = new PacketPool(capacity);
        final int entries = 2 * capacity;
        links = new ImpairedLink[entries];
        slots = new int[entries];
        lengths = new int[entries];
        arrivals = new long[entries];
        orders = new long[entries];
        copies = new boolean[entries];
        heap = new int[entries];
        free = new int[entries];
        for (int i = 0; i < entries; i++) {
            free[i] = i;
        }
    }

    /** Where packets are put before they are sent over a link. */
    PacketPool pool() {
        return pool;
    }

    /** The slab, for the bytes of a slot at {@code pool().offset(slot)}. */
    DirectBuffer buffer() {
        return pool.buffer();
    }

    /** How many are under way, copies included. */
    int count() {
        return count;
    }

    /** When the next packet arrives, or {@link #NO_DEADLINE}. */
    long nextDeadlineNs() {
        return count == 0 ? NO_DEADLINE : arrivals[heap[0]];
    }

    /** Takes one reference of the slot over. */
    void add(final ImpairedLink link, final int slot, final int length, final long arrivalNs, final boolean isCopy) {
        // A slot is added at most twice, as itself and as a copy, so there always is an entry.
        final int entry = free[heap.length - 1 - count];
        links[entry] = link;
        slots[entry] = slot;
        lengths[entry] = length;
        arrivals[entry] = arrivalNs;
        orders[entry] = added++;
        copies[entry] = isCopy;
        rise(count++, entry);
        link.onDeparted();
    }

    /** Hands over all that has arrived by now, in the order of arrival; answers how many. */
    int deliver(final long nowNs, final Sink sink) {
        int handed = 0;
        while (count > 0 && arrivals[heap[0]] <= nowNs) {
            final int entry = removeFirst();
            final ImpairedLink link = links[entry];
            final int slot = slots[entry];
            links[entry] = null;
            link.onArrived(orders[entry], copies[entry]);
            sink.onPacket(link, slot, lengths[entry], arrivals[entry]);
            pool.release(slot);
            handed++;
        }
        return handed;
    }

    private int removeFirst() {
        final int first = heap[0];
        final int last = heap[--count];
        settle(last);
        free[heap.length - 1 - count] = first;
        return first;
    }

    private void rise(final int from, final int entry) {
        int at = from;
        while (at > 0) {
            final int parent = (at - 1) >>> 1;
            if (!isBefore(entry, heap[parent])) {
                break;
            }
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = entry;
    }

    /** Puts the entry where the first one was and lets it sink to its place. */
    private void settle(final int entry) {
        int at = 0;
        for (int child = 1; child < count; child = 2 * at + 1) {
            final int right = child + 1;
            final int sooner = right < count && isBefore(heap[right], heap[child]) ? right : child;
            if (!isBefore(heap[sooner], entry)) {
                break;
            }
            heap[at] = heap[sooner];
            at = sooner;
        }
        heap[at] = entry;
    }

    private boolean isBefore(final int a, final int b) {
        return arrivals[a] != arrivals[b] ? arrivals[a] < arrivals[b] : orders[a] < orders[b];
    }
}
