package lianmai.io;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import lianmai.relay.Counter;
import lianmai.relay.RelayCounters;
import lianmai.relay.RelayEvent;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;

/**
 * Hand-over H2 (docs/architecture.md): events from the relay threads to signaling.
 *
 * <p>Signaling is asked once to drain, however many events wait. When it is far behind, changes of the active speaker
 * are dropped and counted; the next one repairs them. What changes a peer's life is never dropped.
 *
 * <p>Thread: {@link #publish} any relay; {@link #drain} signaling.
 */
public final class RelayEvents {
    private static final int CHUNK = 1024;
    private static final int FULL_AT = 1 << 14;

    private final MpscUnboundedVarHandleArrayQueue<RelayEvent> queue = new MpscUnboundedVarHandleArrayQueue<>(CHUNK);
    private final AtomicBoolean drainAsked = new AtomicBoolean();
    private volatile Consumer<Runnable> executor = task -> {};
    private volatile Consumer<RelayEvent> receiver = event -> {};

    /** Where events go: {@code newReceiver} is called on {@code newExecutor}'s thread. Call before the relays start. */
    public void deliverTo(final Consumer<RelayEvent> newReceiver, final Consumer<Runnable> newExecutor) {
        receiver = newReceiver;
        executor = newExecutor;
    }

    /** Hands over all events of a turn and empties the list. */
    void publish(final List<RelayEvent> events, final RelayCounters counters) {
        if (events.isEmpty()) {
            return;
        }
        for (final RelayEvent event : events) {
            if (event instanceof RelayEvent.ActiveSpeaker && queue.size() >= FULL_AT) {
                counters.count(Counter.EVENTS_DROPPED);
            } else {
                queue.add(event);
            }
        }
        events.clear();
        if (!drainAsked.getAndSet(true)) {
            executor.accept(this::drain);
        }
    }

    private void drain() {
        drainAsked.set(false);
        for (RelayEvent event = queue.poll(); event != null; event = queue.poll()) {
            receiver.accept(event);
        }
    }
}
