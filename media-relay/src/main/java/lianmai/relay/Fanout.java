package lianmai.relay;

import java.util.ArrayList;
import java.util.List;

/**
 * The publications that have {@link FreshPackets}. A turn forwards them in steps of so many packets as stay in the
 * processor's caches from the rewriting of their headers until the kernel has copied them.
 *
 * <p>Thread: relay (confined).
 */
public final class Fanout {
    /** 64 packets of 1,200 bytes are 77 KB, plain and encrypted together 90: a tenth of an L2 cache. */
    private static final int STEP = 64;

    private final List<Publication> waiting = new ArrayList<>();
    private int next;

    /** Learns what leaves, for the time it took. */
    @FunctionalInterface
    public interface Departures {
        /**
         * So many packets of the batch come from this received one.
         *
         * @param slot where it lies, or {@link lianmai.jitter.PacketPool#NONE} when it came by way of another shard
         */
        void leave(int slot, int packets);
    }

    /** A publication has its first fresh packet. */
    void add(final Publication publication) {
        waiting.add(publication);
    }

    /** Whether there is anything to forward. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** How many viewers wait for packets of frames that have not arrived whole. */
    int viewersOfUnfinished() {
        int viewers = 0;
        for (int i = 0; i < waiting.size(); i++) {
            viewers += waiting.get(i).viewersOfUnfinished();
        }
        return viewers;
    }

    /** Appends the next step's packets to the batch; answers false when all is forwarded and nothing was appended. */
    boolean step(final SendBatch batch, final Departures departures) {
        final int before = batch.size();
        while (next < waiting.size()) {
            final Publication publication = waiting.get(next);
            if (publication.forwardFresh(STEP - (batch.size() - before), departures)) {
                next++;
            }
            if (batch.size() - before >= STEP) {
                return true;
            }
        }
        waiting.clear();
        next = 0;
        return batch.size() > before;
    }

    /** Forwards everything at once: something is about to change that those packets came before. */
    void settle() {
        for (; next < waiting.size(); next++) {
            waiting.get(next).settle();
        }
        waiting.clear();
        next = 0;
    }
}
