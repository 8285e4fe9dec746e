package lianmai.relay;

import java.util.Arrays;

/**
 * The peers by when each wants to be called: a binary heap that knows where each peer stands, so that moving one costs
 * O(log n) and allocates nothing.
 *
 * <p>Thread: relay (confined). Units: ns.
 */
final class DeadlineHeap {
    /** The place of a peer that is in no heap. */
    static final int ABSENT = -1;

    private Peer[] heap = new Peer[64];
    private int size;

    /** Puts a peer at its deadline, which may have changed since the last call. */
    void schedule(final Peer peer, final long deadlineNs) {
        if (peer.heapIndex() == ABSENT) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            place(peer, size++);
        }
        peer.deadlineNs(deadlineNs);
        siftUp(peer.heapIndex());
        siftDown(peer.heapIndex());
    }

    void remove(final Peer peer) {
        final int at = peer.heapIndex();
        if (at == ABSENT) {
            return;
        }
        peer.heapIndex(ABSENT);
        final Peer last = heap[--size];
        heap[size] = null;
        if (last != peer) {
            place(last, at);
            siftUp(at);
            siftDown(last.heapIndex());
        }
    }

    /** The earliest deadline; {@code Long.MAX_VALUE} when there is none. */
    long nextDeadlineNs() {
        return size == 0 ? Long.MAX_VALUE : heap[0].deadlineNs();
    }

    /** The peer with the earliest deadline, or null. */
    Peer first() {
        return heap[0];
    }

    int size() {
        return size;
    }

    private void siftUp(final int from) {
        int at = from;
        final Peer peer = heap[at];
        while (at > 0 && heap[at - 1 >>> 1].deadlineNs() > peer.deadlineNs()) {
            place(heap[at - 1 >>> 1], at);
            at = at - 1 >>> 1;
        }
        place(peer, at);
    }

    private void siftDown(final int from) {
        int at = from;
        final Peer peer = heap[at];
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && heap[child + 1].deadlineNs() < heap[child].deadlineNs()) {
                child++;
            }
            if (heap[child].deadlineNs() >= peer.deadlineNs()) {
                break;
            }
            place(heap[child], at);
            at = child;
        }
        place(peer, at);
    }

    private void place(final Peer peer, final int at) {
        heap[at] = peer;
        peer.heapIndex(at);
    }
}
