package lianmai.io;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * How long datagrams stay in the relay: from the start of the turn that receives them until everything that follows
 * from it is submitted to the kernel. Recording allocates nothing.
 *
 * <p>Thread: {@link #record} the relay's; {@link #takeInterval} any one other. Units: ns.
 */
public final class RelayLatency {
    private static final long HIGHEST_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int DIGITS = 2;

    private final SingleWriterRecorder recorder = new SingleWriterRecorder(1, HIGHEST_NS, DIGITS);
    private Histogram recycled;

    void record(final long residenceNs, final int datagrams) {
        recorder.recordValueWithCount(Math.clamp(residenceNs, 1, HIGHEST_NS), datagrams);
    }

    /** What was recorded since the last call. */
    public Snapshot takeInterval() {
        recycled = recorder.getIntervalHistogram(recycled);
        return new Snapshot(
                recycled.getTotalCount(),
                recycled.getValueAtPercentile(50),
                recycled.getValueAtPercentile(99),
                recycled.getMaxValue());
    }

    /** Residence of the datagrams of one interval; zeros when there were none. */
    public record Snapshot(long datagrams, long p50Ns, long p99Ns, long maxNs) {}
}
