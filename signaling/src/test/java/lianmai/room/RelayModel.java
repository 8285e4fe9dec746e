package lianmai.room;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lianmai.relay.RelayCommand;

/** What the relay's shards would know after the commands they were given; refuses commands that make no sense. */
final class RelayModel {
    record SeatKey(long stageId, int seat) {}

    record Gate(boolean audio, boolean video) {}

    /** All shards together. */
    final Set<Long> peers = new HashSet<>();

    /** What the first shard shows. */
    final Map<SeatKey, Long> seats;

    final Map<Long, Gate> gates = new HashMap<>();
    final Map<Long, Integer> watched = new HashMap<>();
    final List<RelayCommand> log = new ArrayList<>();
    private final Map<Long, Integer> shardByPeer = new HashMap<>();
    private final Map<Long, Long> stageByPeer = new HashMap<>();
    private final Set<Copies.Copy> copies = new HashSet<>();
    private final List<Map<SeatKey, Long>> seatsByShard = new ArrayList<>();

    RelayModel(final int shards) {
        for (int i = 0; i < shards; i++) {
            seatsByShard.add(new HashMap<>());
        }
        seats = seatsByShard.getFirst();
    }

    void on(final int shard, final RelayCommand command) {
        log.add(command);
        switch (command) {
            case RelayCommand.AddPeer add -> {
                check(peers.add(add.spec().peerId()), command);
                shardByPeer.put(add.spec().peerId(), shard);
                stageByPeer.put(add.spec().peerId(), add.spec().stageId());
            }
            case RelayCommand.RemovePeer remove -> {
                check(isOn(shard, remove.peerId()) && peers.remove(remove.peerId()), command);
                check(copies.stream().noneMatch(copy -> copy.peerId() == remove.peerId()), command);
                shardByPeer.remove(remove.peerId());
                stageByPeer.remove(remove.peerId());
                gates.remove(remove.peerId());
                watched.remove(remove.peerId());
                seatsByShard.forEach(shown -> shown.values().removeIf(occupant -> occupant == remove.peerId()));
            }
            case RelayCommand.SetSeat set -> setSeat(seatsByShard.get(shard), shard, set);
            case RelayCommand.GateUplink gate -> {
                check(isOn(shard, gate.peerId()), command);
                gates.put(gate.peerId(), new Gate(gate.audio(), gate.video()));
            }
            case RelayCommand.BindDownlink bind -> {
                check(isOn(shard, bind.peerId()), command);
                watched.put(bind.peerId(), bind.seat());
            }
            case RelayCommand.RestartIce restart -> check(isOn(shard, restart.peerId()), command);
            case RelayCommand.RemoveStage remove -> {
                check(!shardsOf(remove.stageId()).contains(shard), command);
                seatsByShard.get(shard).keySet().removeIf(key -> key.stageId() == remove.stageId());
            }
            case RelayCommand.Replicate start ->
                check(
                        isOn(shard, start.peerId())
                                && start.toShard() != shard
                                && copies.add(new Copies.Copy(start.peerId(), shard, start.toShard())),
                        command);
            case RelayCommand.EndReplica end ->
                check(copies.remove(new Copies.Copy(end.peerId(), shard, end.toShard())), command);
            default -> throw new AssertionError("rooms must not send " + command);
        }
    }

    private void setSeat(final Map<SeatKey, Long> shown, final int shard, final RelayCommand.SetSeat set) {
        final SeatKey key = new SeatKey(set.stageId(), set.seat());
        if (set.occupant() == 0) {
            shown.remove(key);
            return;
        }
        final Integer home = shardByPeer.get(set.occupant());
        check(home != null && (home == shard || copies.contains(new Copies.Copy(set.occupant(), home, shard))), set);
        check(!shown.containsKey(key), set);
        shown.put(key, set.occupant());
    }

    private boolean isOn(final int shard, final long peerId) {
        return shardByPeer.getOrDefault(peerId, -1) == shard;
    }

    int shards() {
        return seatsByShard.size();
    }

    /** Which shard serves a peer. */
    int shardOf(final long peerId) {
        return shardByPeer.get(peerId);
    }

    /** Which shards serve peers of a stage. */
    Set<Integer> shardsOf(final long stageId) {
        final Set<Integer> shards = new HashSet<>();
        stageByPeer.forEach((peer, stage) -> {
            if (stage == stageId) {
                shards.add(shardByPeer.get(peer));
            }
        });
        return shards;
    }

    Map<SeatKey, Long> seatsOn(final int shard) {
        return seatsByShard.get(shard);
    }

    Set<Copies.Copy> copies() {
        return copies;
    }

    private static void check(final boolean sense, final RelayCommand command) {
        if (!sense) {
            throw new AssertionError("makes no sense: " + command);
        }
    }
}
