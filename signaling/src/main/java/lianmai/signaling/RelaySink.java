package lianmai.signaling;

import lianmai.relay.RelayCommand;

/** The way to the relay shards (hand-over H1). */
@FunctionalInterface
public interface RelaySink {
    /** Hands a command over; false when the shard's queue is full. */
    boolean offer(int shard, RelayCommand command);
}
