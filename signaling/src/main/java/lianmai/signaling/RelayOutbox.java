package lianmai.signaling;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import lianmai.relay.RelayCommand;

/**
 * Keeps commands in order while a shard's queue is full: rooms and relay must not come to differ.
 *
 * <p>Refuses new peers, and nothing else, when {@value #MAX_WAITING} commands wait already.
 *
 * <p>Thread: signaling (confined).
 */
final class RelayOutbox {
    /** Several times what one queue holds; a shard this far behind should get no new peers. */
    static final int MAX_WAITING = 4096;

    private final RelaySink sink;
    private final Map<Integer, ArrayDeque<RelayCommand>> waiting = new HashMap<>();

    RelayOutbox(final RelaySink sink) {
        this.sink = sink;
    }

    /** False when it is a new peer and too much waits. */
    boolean offer(final int shard, final RelayCommand command) {
        final ArrayDeque<RelayCommand> queue = waiting.computeIfAbsent(shard, _ -> new ArrayDeque<>());
        if (queue.isEmpty() && sink.offer(shard, command)) {
            return true;
        }
        if (queue.size() >= MAX_WAITING && command instanceof RelayCommand.AddPeer) {
            return false;
        }
        queue.add(command);
        return true;
    }

    /** Hands over what waits; true when nothing waits any more. */
    boolean flush() {
        boolean empty = true;
        for (final Map.Entry<Integer, ArrayDeque<RelayCommand>> entry : waiting.entrySet()) {
            final ArrayDeque<RelayCommand> queue = entry.getValue();
            while (!queue.isEmpty() && sink.offer(entry.getKey(), queue.peekFirst())) {
                queue.removeFirst();
            }
            empty &= queue.isEmpty();
        }
        return empty;
    }
}
