package lianmai.relay;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The replicas that one shard has of other shards' publishers.
 *
 * <p>Thread: relay (confined). Owns: the replicas. Units: ns.
 */
final class Replicas {
    private final Shard shard;
    private final Long2ObjectHashMap<Replica> replicas = new Long2ObjectHashMap<>();
    private final List<Replica> order = new ArrayList<>();
    private long wakeNs = Long.MAX_VALUE;

    Replicas(final Shard shard) {
        this.shard = shard;
    }

    /** The replica of a peer, or null. */
    Replica of(final long peerId) {
        return replicas.get(peerId);
    }

    /** Makes the replica; null when there is one already. */
    Replica add(final RelayCommand.AddReplica spec) {
        if (replicas.containsKey(spec.peerId())) {
            return null;
        }
        shard.neighbours().lendTo(spec.fromShard());
        final Replica replica = new Replica(shard, this, spec);
        replicas.put(spec.peerId(), replica);
        order.add(replica);
        shard.counters().set(Counter.REPLICAS, order.size());
        return replica;
    }

    void remove(final long peerId, final long nowNs) {
        final Replica replica = replicas.remove(peerId);
        if (replica != null) {
            order.remove(replica);
            replica.close(nowNs);
            shard.counters().set(Counter.REPLICAS, order.size());
        }
    }

    /** Lets go of all, when the shard ends. */
    void close(final long nowNs) {
        while (!order.isEmpty()) {
            remove(order.getLast().id(), nowNs);
        }
    }

    /** One packet that another shard has copied into a slot of ours, from the slot's first byte; takes it over. */
    void onPacket(
            final long peerId,
            final boolean isAudio,
            final int slot,
            final int length,
            final int headerLength,
            final long nowNs) {
        final Replica replica = replicas.get(peerId);
        if (replica == null) {
            shard.drop(slot, DropReason.REPLICA_OVER);
            return;
        }
        shard.counters().count(Counter.REPLICATED_IN);
        replica.publication(isAudio).onPacket(slot, shard.pool().offset(slot), length, headerLength, nowNs);
    }

    void onClock(final long peerId, final boolean isAudio, final int timestamp, final long serverNs) {
        final Replica replica = replicas.get(peerId);
        if (replica != null && replica.publication(isAudio).isBound()) {
            replica.publication(isAudio).clock().onServerReport(timestamp, serverNs);
        }
    }

    void wakeAt(final long atNs) {
        wakeNs = Math.min(wakeNs, atNs);
    }

    /** Does what is due. */
    void onTime(final long nowNs) {
        if (nowNs < wakeNs) {
            return;
        }
        wakeNs = Long.MAX_VALUE;
        for (int i = 0; i < order.size(); i++) {
            wakeAt(order.get(i).onTime(nowNs, shard.neighbours()));
        }
    }

    long nextDeadlineNs() {
        return wakeNs;
    }
}
