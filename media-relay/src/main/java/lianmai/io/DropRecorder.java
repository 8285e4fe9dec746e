package lianmai.io;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import jdk.jfr.FlightRecorder;
import lianmai.relay.DropReason;
import lianmai.relay.RelayCounters;

/**
 * Writes a shard's drops by reason into flight recordings that ask for {@code lianmai.Drops}, once a second. The shard
 * knows nothing of it: its counters are read.
 *
 * <p>Thread: {@link #run} Flight Recorder's own, the rest any. Owns: its registration until {@link #close()}.
 */
public final class DropRecorder implements Runnable, AutoCloseable {
    /** After a longer gap nobody recorded meanwhile, and what was dropped then is not of this second. */
    private static final long LONGEST_GAP_NS = TimeUnit.SECONDS.toNanos(3);

    private final int shard;
    private final RelayCounters counters;
    private final LongSupplier clock;
    private final long[] before = new long[DropReason.values().length];
    private long lastNs;

    DropRecorder(final int shard, final RelayCounters counters, final LongSupplier clock) {
        this.shard = shard;
        this.counters = counters;
        this.clock = clock;
        lastNs = clock.getAsLong() - LONGEST_GAP_NS - 1;
    }

    /** Records what this shard drops, as long as a recording wants it. Starts Flight Recorder if it does not run. */
    public static DropRecorder of(final int shard, final RelayCounters counters) {
        final DropRecorder recorder = new DropRecorder(shard, counters, System::nanoTime);
        FlightRecorder.addPeriodicEvent(DropsEvent.class, recorder);
        return recorder;
    }

    /** A second is over. */
    @Override
    public void run() {
        final long nowNs = clock.getAsLong();
        final boolean follows = nowNs - lastNs <= LONGEST_GAP_NS;
        lastNs = nowNs;
        for (final DropReason reason : DropReason.values()) {
            final long total = counters.value(reason);
            final long since = total - before[reason.ordinal()];
            before[reason.ordinal()] = total;
            if (follows && since > 0) {
                final DropsEvent event = new DropsEvent();
                event.shard = shard;
                event.reason = reason.name().toLowerCase(Locale.ROOT);
                event.packets = since;
                event.commit();
            }
        }
    }

    @Override
    public void close() {
        FlightRecorder.removePeriodicEvent(this);
    }
}
