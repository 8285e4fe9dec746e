package lianmai.load;

import java.util.Arrays;

/**
 * The clients by when each wants to be called: a binary heap that knows where each stands.
 *
 * <p>Thread: the load agent's (confined). Units: ns.
 */
final class DueClients {
    static final int ABSENT = -1;

    private LoadClient[] heap = new LoadClient[256];
    private int size;

    /** Puts a client where its {@link LoadClient#nextDeadlineNs} belongs; out, when that is never. */
    void schedule(final LoadClient client) {
        final long deadlineNs = client.nextDeadlineNs();
        if (deadlineNs == client.deadlineNs() && client.heapIndex() != ABSENT) {
            return;
        }
        client.deadlineNs(deadlineNs);
        if (deadlineNs == Long.MAX_VALUE) {
            remove(client);
            return;
        }
        if (client.heapIndex() == ABSENT) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            place(client, size++);
        }
        settle(client);
    }

    private void remove(final LoadClient client) {
        final int at = client.heapIndex();
        if (at == ABSENT) {
            return;
        }
        client.heapIndex(ABSENT);
        final LoadClient last = heap[--size];
        heap[size] = null;
        if (last != client) {
            place(last, at);
            settle(last);
        }
    }

    /** The one that is due first, or null. */
    LoadClient first() {
        return heap[0];
    }

    long nextDeadlineNs() {
        return size == 0 ? Long.MAX_VALUE : heap[0].deadlineNs();
    }

    private void settle(final LoadClient client) {
        int at = client.heapIndex();
        while (at > 0 && heap[at - 1 >>> 1].deadlineNs() > client.deadlineNs()) {
            place(heap[at - 1 >>> 1], at);
            at = at - 1 >>> 1;
        }
        for (int child = earlierChild(at); child < size; child = earlierChild(at)) {
            if (heap[child].deadlineNs() >= client.deadlineNs()) {
                break;
            }
            place(heap[child], at);
            at = child;
        }
        place(client, at);
    }

    private int earlierChild(final int at) {
        final int left = 2 * at + 1;
        return left + 1 < size && heap[left + 1].deadlineNs() < heap[left].deadlineNs() ? left + 1 : left;
    }

    private void place(final LoadClient client, final int at) {
        heap[at] = client;
        client.heapIndex(at);
    }
}
