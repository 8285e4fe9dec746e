package lianmai.room;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lianmai.relay.RelayCommand;

/** What a relay would know after the commands it was given; refuses commands that make no sense. */
final class RelayModel {
    record SeatKey(long stageId, int seat) {}

    record Gate(boolean audio, boolean video) {}

    final Set<Long> peers = new HashSet<>();
    final Map<SeatKey, Long> seats = new HashMap<>();
    final Map<Long, Gate> gates = new HashMap<>();
    final Map<Long, Integer> watched = new HashMap<>();
    final List<RelayCommand> log = new ArrayList<>();

    void on(final RelayCommand command) {
        log.add(command);
        switch (command) {
            case RelayCommand.AddPeer add -> check(peers.add(add.spec().peerId()), command);
            case RelayCommand.RemovePeer remove -> {
                check(peers.remove(remove.peerId()), command);
                gates.remove(remove.peerId());
                watched.remove(remove.peerId());
                seats.values().removeIf(occupant -> occupant == remove.peerId());
            }
            case RelayCommand.SetSeat set -> {
                final SeatKey key = new SeatKey(set.stageId(), set.seat());
                if (set.occupant() == 0) {
                    seats.remove(key);
                } else {
                    check(peers.contains(set.occupant()), command);
                    check(!seats.containsKey(key), command);
                    seats.put(key, set.occupant());
                }
            }
            case RelayCommand.GateUplink gate -> {
                check(peers.contains(gate.peerId()), command);
                gates.put(gate.peerId(), new Gate(gate.audio(), gate.video()));
            }
            case RelayCommand.BindDownlink bind -> {
                check(peers.contains(bind.peerId()), command);
                watched.put(bind.peerId(), bind.seat());
            }
            case RelayCommand.RestartIce restart -> check(peers.contains(restart.peerId()), command);
            case RelayCommand.RemoveStage remove -> seats.keySet().removeIf(key -> key.stageId() == remove.stageId());
            default -> throw new AssertionError("rooms must not send " + command);
        }
    }

    private static void check(final boolean sense, final RelayCommand command) {
        if (!sense) {
            throw new AssertionError("makes no sense: " + command);
        }
    }
}
