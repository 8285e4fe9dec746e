package lianmai.io;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import lianmai.relay.RelayCommand;
import lianmai.relay.RelayCore;

/**
 * Somebody takes or leaves a seat, in a flight recording that asks for it. What follows, the switch of each viewer's
 * line at the next key frame, is packets.
 *
 * <p>Thread: relay (confined).
 */
@Name("lianmai.SeatSwitch")
@Label("Seat Switch")
@Category({"Lianmai", "Relay"})
@Description("A shard puts a peer on a seat of a stage, or empties the seat (occupant 0)")
@Enabled(false)
@StackTrace(false)
final class SeatSwitchEvent extends Event {
    @Label("Stage")
    long stage;

    @Label("Seat")
    int seat;

    @Label("Occupant")
    long occupant;

    /** Carries the command out and records how long that took. */
    void around(final RelayCommand.SetSeat set, final RelayCore core, final long nowNs) {
        begin();
        core.onCommand(set, nowNs);
        end();
        stage = set.stageId();
        seat = set.seat();
        occupant = set.occupant();
        commit();
    }
}
