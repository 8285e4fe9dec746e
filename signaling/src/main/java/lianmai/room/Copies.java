package lianmai.room;

import java.util.HashMap;
import java.util.Map;
import lianmai.relay.RelayCommand;

/**
 * Which publishers are copied from shard to shard (hand-over H4), for all rooms: two rooms may want the same copy, and
 * it ends with the last of them.
 *
 * <p>Thread: signaling (confined). Owns: that every {@code Replicate} has its {@code EndReplica} or its peer's removal.
 */
final class Copies {
    private final Effects effects;
    private final Map<Copy, Integer> wanted = new HashMap<>();

    /** A publisher's media on a shard that is not its own. */
    record Copy(long peerId, int fromShard, int toShard) {}

    Copies(final Effects effects) {
        this.effects = effects;
    }

    void add(final Copy copy) {
        if (wanted.merge(copy, 1, Integer::sum) == 1) {
            effects.relay(copy.fromShard(), new RelayCommand.Replicate(copy.peerId(), copy.toShard()));
        }
    }

    void remove(final Copy copy) {
        if (wanted.merge(copy, -1, Integer::sum) == 0) {
            wanted.remove(copy);
            effects.relay(copy.fromShard(), new RelayCommand.EndReplica(copy.peerId(), copy.toShard()));
        }
    }

    /** How many there are. */
    int size() {
        return wanted.size();
    }
}
