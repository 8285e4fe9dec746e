package lianmai.relay;

import java.util.ArrayList;
import java.util.List;

/**
 * Exceptions on the relay thread: always a bug of ours, and maybe one that a hostile peer has found. It must not cost
 * anybody else a packet, so the exception ends where one peer's share of the work ends: it is counted, the peer is
 * suspected, and {@link RelayCore} gives the suspects up at its next turn.
 *
 * <p>Thread: relay (confined).
 */
final class Faults {
    private final RelayCounters counters;
    private final SendBatch batch;
    private final List<Peer> suspects = new ArrayList<>();
    private RuntimeException latest;

    Faults(final RelayCounters counters, final SendBatch batch) {
        this.counters = counters;
        this.batch = batch;
    }

    /** Something was thrown while this peer was served; null when it was nobody's. */
    void add(final Peer suspect, final RuntimeException fault) {
        batch.abandon();
        counters.count(Counter.FAULTS);
        latest = fault;
        if (suspect != null) {
            suspects.add(suspect);
        }
    }

    /** One of those to be given up, or null. */
    Peer takeSuspect() {
        return suspects.isEmpty() ? null : suspects.removeLast();
    }

    /** The latest exception since the last call, or null. */
    RuntimeException takeLatest() {
        final RuntimeException fault = latest;
        latest = null;
        return fault;
    }
}
