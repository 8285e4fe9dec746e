package lianmai.room;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import lianmai.relay.RelayCommand;

/**
 * One room over the relay shards: which of them serve its members, and what each must know of its seats. A shard that
 * serves nobody of the room knows nothing of it; whoever sits on a seat is copied to every shard of the room but its
 * own.
 *
 * <p>Thread: signaling (confined).
 */
final class Spread {
    private static final long NOBODY = 0;

    private final House house;
    private final long stageId;
    /** Shard → how many of the room's peers it serves. */
    private final TreeMap<Integer, Integer> peers = new TreeMap<>();

    private final long[] occupants;
    private final int[] occupantShards;
    private Set<Copies.Copy> claimed = Set.of();

    Spread(final House house, final long stageId, final int seats) {
        this.house = house;
        this.stageId = stageId;
        occupants = new long[seats];
        occupantShards = new int[seats];
    }

    /** Where a new member's peer goes: beside the others, unless another shard has clearly less to do. */
    int place() {
        return peers.isEmpty() ? house.placement.place(stageId) : house.placement.placeBeside(peers.firstKey());
    }

    /** A peer of the room is about to be added to a shard, which learns who sits where before. */
    void enter(final int shard) {
        if (peers.merge(shard, 1, Integer::sum) > 1) {
            return;
        }
        claim();
        for (int seat = 0; seat < occupants.length; seat++) {
            if (occupants[seat] != NOBODY) {
                house.effects.relay(shard, new RelayCommand.SetSeat(stageId, seat, occupants[seat]));
            }
        }
    }

    /** A peer of the room has been removed from a shard; after the last one, the shard forgets the stage. */
    void leave(final int shard) {
        if (peers.merge(shard, -1, Integer::sum) > 0) {
            return;
        }
        peers.remove(shard);
        claim();
        house.effects.relay(shard, new RelayCommand.RemoveStage(stageId));
    }

    /** Shows a peer of any shard on a seat, for all shards of the room. */
    void seat(final int seat, final long peerId, final int ofShard) {
        occupants[seat] = peerId;
        occupantShards[seat] = ofShard;
        claim();
        tell(seat);
    }

    /** Shows nobody on a seat. */
    void vacate(final int seat) {
        occupants[seat] = NOBODY;
        tell(seat);
        claim();
    }

    /** A peer is about to be removed; the relay takes it off its seats by itself. */
    void forget(final long peerId) {
        for (int seat = 0; seat < occupants.length; seat++) {
            if (occupants[seat] == peerId) {
                occupants[seat] = NOBODY;
            }
        }
        claim();
    }

    private void tell(final int seat) {
        for (final int shard : peers.keySet()) {
            house.effects.relay(shard, new RelayCommand.SetSeat(stageId, seat, occupants[seat]));
        }
    }

    /** Has copied what is to be seen on each shard now, and no longer what is not. */
    private void claim() {
        final Set<Copies.Copy> needed = new HashSet<>();
        for (int seat = 0; seat < occupants.length; seat++) {
            for (final int shard : peers.keySet()) {
                if (occupants[seat] != NOBODY && occupantShards[seat] != shard) {
                    needed.add(new Copies.Copy(occupants[seat], occupantShards[seat], shard));
                }
            }
        }
        for (final Copies.Copy copy : needed) {
            if (!claimed.contains(copy)) {
                house.copies.add(copy);
            }
        }
        for (final Copies.Copy copy : claimed) {
            if (!needed.contains(copy)) {
                house.copies.remove(copy);
            }
        }
        claimed = needed;
    }
}
