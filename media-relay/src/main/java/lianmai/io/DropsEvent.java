package lianmai.io;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/** Packets that a shard dropped for one reason since the last such event. See {@link DropRecorder}. */
@Name("lianmai.Drops")
@Label("Drops")
@Category({"Lianmai", "Relay"})
@Description("Packets that went no further, by shard and reason; only reasons that occurred")
@Enabled(false)
@StackTrace(false)
@Period("1 s")
final class DropsEvent extends Event {
    @Label("Shard")
    int shard;

    @Label("Reason")
    String reason;

    @Label("Packets")
    long packets;
}
