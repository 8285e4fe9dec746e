package lianmai.io;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * How large a batch was and how long its encryption and sending took, for one batch of {@link #ONE_OF}, in a flight
 * recording that asks for it.
 *
 * <p>Thread: relay (confined).
 */
@Name("lianmai.Batch")
@Label("Batch")
@Category({"Lianmai", "Relay"})
@Description("One of 64 batches: its encryption and its submission to the kernel")
@Enabled(false)
@StackTrace(false)
final class BatchEvent extends Event {
    /** A busy shard sends tens of thousands of batches a second; a sample of them has the same distribution. */
    static final int ONE_OF = 64;

    @Label("Packets")
    int packets;

    private transient int seen;

    /** Whether this batch is one to record. */
    boolean isChosen() {
        return isEnabled() && seen++ % ONE_OF == 0;
    }

    /** It is sent; {@code begin()} was called before. */
    void sent(final int count) {
        end();
        packets = count;
        commit();
    }
}
