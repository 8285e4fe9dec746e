package lianmai.io;

import lianmai.jitter.PacketPool;
import lianmai.relay.PathTable;
import lianmai.relay.SendBatch;

/**
 * The send operations of an {@link IoUringUdpPort}: what each one carries, and what becomes of it. One that carries a
 * run (UDP_SEGMENT) can be refused by the kernel or the network card; then its datagrams are sent singly:
 *
 * <pre>
 *   free → single → in flight → free, the slot released
 *   free → run    → in flight → free, its slots released
 *                       └ refused → single … single
 * </pre>
 *
 * <p>EMSGSIZE says that the way to one receiver is too narrow for the segments (singly they are fragmented), so the
 * next run is tried again. EINVAL and EIO may say that the card or a tunnel cannot do it at all: runs are given up for
 * good when the very first is refused so, or {@link #PATIENCE} in a row; older kernels say EINVAL for a narrow way too,
 * and one such receiver must not cost all the others theirs.
 *
 * <p>Thread: relay (confined). Owns: the slots of operations that are not free. Units: bytes.
 */
final class SendOperations {
    private static final int EIO = 5;
    private static final int EINVAL = 22;
    private static final int EMSGSIZE = 90;
    private static final int PATIENCE = 64;

    private final PacketPool pool;
    private final LocalAddresses addresses;
    private final SendMessages messages;
    private final int[] slots;
    private final int[] counts;
    private final int[] lengths;
    private final int[] lastLengths;
    private final IndexStack free;
    private final CompletionRing refused;
    private final int[] retrySlots = new int[SendBatch.LONGEST_RUN];
    private int retried;
    private int retryCount;
    private int retryLength;
    private int retryLastLength;
    private boolean takesRuns = true;
    private boolean hasSentRuns;
    private int refusedInRow;
    private long errors;
    private long runs;
    private long runDatagrams;
    private long refusedRuns;

    SendOperations(final PacketPool pool, final LocalAddresses addresses, final int count, final boolean ipv6) {
        this.pool = pool;
        this.addresses = addresses;
        messages = new SendMessages(count, ipv6);
        slots = new int[count * SendBatch.LONGEST_RUN];
        counts = new int[count];
        lengths = new int[count];
        lastLengths = new int[count];
        free = IndexStack.of(0, count);
        refused = new CompletionRing(count);
    }

    /** Where the kernel finds an operation's msghdr. */
    long address(final int op) {
        return messages.address(op);
    }

    boolean areAllInFlight() {
        return free.isEmpty();
    }

    /** Whether runs may be sent as such. */
    boolean takesRuns() {
        return takesRuns;
    }

    long errors() {
        return errors;
    }

    long runs() {
        return runs;
    }

    long runDatagrams() {
        return runDatagrams;
    }

    long refusedRuns() {
        return refusedRuns;
    }

    /** Takes an operation, of which there must be a free one, for a path. */
    int take(final PathTable paths, final int path) {
        final int op = free.pop();
        messages.to(op, paths.remoteHigh(path), paths.remoteLow(path), paths.remotePort(path));
        final int local = paths.localIndex(path);
        if (local != LocalAddresses.UNSPECIFIED) {
            messages.from(op, addresses.high(local), addresses.low(local));
        }
        return op;
    }

    /** Loads it with one datagram. */
    void single(final int op, final int slot, final int offset, final int length) {
        slots[op * SendBatch.LONGEST_RUN] = slot;
        counts[op] = 1;
        lengths[op] = length;
        messages.single(op, bytes(slot) + offset, length);
    }

    /** Loads it with a run. */
    void run(final int op, final int[] run, final int count, final int length, final int lastLength) {
        final int first = op * SendBatch.LONGEST_RUN;
        for (int i = 0; i < count; i++) {
            slots[first + i] = run[i];
            messages.segment(op, i, bytes(run[i]), i == count - 1 ? lastLength : length);
        }
        counts[op] = count;
        lengths[op] = length;
        lastLengths[op] = lastLength;
        messages.run(op, count, length);
    }

    /** The kernel is done with it. */
    void onCompleted(final int op, final int result) {
        final int count = counts[op];
        if (count > 1) {
            if (result == -EINVAL || result == -EIO || result == -EMSGSIZE) {
                onRefused(result);
                refused.offer(op, result);
                return;
            }
            if (result >= 0) {
                hasSentRuns = true;
                refusedInRow = 0;
                runs++;
                runDatagrams += count;
            }
        }
        if (result < 0) {
            errors += count;
        }
        free(op);
    }

    private void free(final int op) {
        for (int i = 0; i < counts[op]; i++) {
            pool.release(slots[op * SendBatch.LONGEST_RUN + i]);
        }
        free.push(op);
    }

    private void onRefused(final int result) {
        refusedRuns++;
        if (result != -EMSGSIZE) {
            refusedInRow++;
            takesRuns &= hasSentRuns && refusedInRow < PATIENCE;
        }
    }

    boolean hasRefused() {
        return !refused.isEmpty();
    }

    /** Makes the first datagram of the oldest refused run the whole of its operation, which is to be submitted. */
    int retryFirst() {
        retried = CompletionRing.op(refused.poll());
        retryCount = counts[retried];
        retryLength = lengths[retried];
        retryLastLength = lastLengths[retried];
        System.arraycopy(slots, retried * SendBatch.LONGEST_RUN, retrySlots, 0, retryCount);
        messages.single(retried, bytes(retrySlots[0]), retryLength);
        messages.withoutSegments(retried);
        counts[retried] = 1;
        return retried;
    }

    /** How many datagrams the run of {@link #retryFirst} has. */
    int retryCount() {
        return retryCount;
    }

    /** Takes an operation, of which there must be a free one, for another datagram of that run. */
    int retry(final int index) {
        final int op = free.pop();
        messages.likewise(op, retried);
        single(op, retrySlots[index], 0, index == retryCount - 1 ? retryLastLength : retryLength);
        return op;
    }

    /** Drops a datagram of that run. */
    void giveUp(final int index) {
        errors++;
        pool.release(retrySlots[index]);
    }

    /** Drops all refused runs, at the end. */
    void giveUpRefused() {
        while (hasRefused()) {
            final int op = CompletionRing.op(refused.poll());
            errors += counts[op];
            free(op);
        }
    }

    private long bytes(final int slot) {
        return pool.buffer().addressOffset() + pool.offset(slot);
    }
}
