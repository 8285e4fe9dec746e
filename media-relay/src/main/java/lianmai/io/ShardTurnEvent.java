package lianmai.io;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/**
 * A slow turn of a shard, in a flight recording that asks for it; else asking {@link #isEnabled()} is all it costs. One
 * object serves all turns of an agent, so a recording costs the relay no allocation either.
 *
 * <p>Thread: relay (confined).
 */
@Name("lianmai.ShardTurn")
@Label("Shard Turn")
@Category({"Lianmai", "Relay"})
@Description("A turn of a relay thread in which packets came or commands were carried out")
@Enabled(false)
@StackTrace(false)
// A tenth of the latency budget: a recording is for turns that can be felt, and there are thousands of others a second.
@Threshold("100 us")
final class ShardTurnEvent extends Event {
    @Label("Datagrams Received")
    int received;

    @Label("Packets Copied From Other Shards")
    int copied;

    @Label("Commands")
    int commands;

    @Label("Packets Sent")
    int sent;

    /** The turn is over; {@code begin()} was called at its start. */
    void over(final int newReceived, final int newCopied, final int newCommands) {
        end();
        if (newReceived + newCopied + newCommands > 0 && shouldCommit()) {
            received = newReceived;
            copied = newCopied;
            commands = newCommands;
            commit();
        }
    }
}
