package lianmai.io;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How long the packets that a shard forwards stay in it: from the kernel's receive timestamp until what follows from it
 * is submitted to the kernel, and on what that time went. Always on; recording allocates nothing. A packet that leaves
 * for 200 viewers counts 200 times.
 *
 * <p>Where the kernel tells no timestamp (NIO, or an impossible value), the time runs from the start of the turn, and
 * the packet is counted as one with an {@linkplain Snapshot#unknownArrivals() unknown arrival}.
 *
 * <p>Each number is exact; those of one interval may be a turn apart from each other, as nothing is locked.
 *
 * <p>Thread: {@link #record} and {@link #add} the relay's, {@link #pausedBy} any; everything else belongs to one other
 * thread, the reader. Units: ns.
 */
public final class RelayLatency {
    /** From here on a packet counts as slow: a tenth of what a person could notice is already lost in the relay. */
    public static final long SLOW_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /** The longest residence told apart; what took longer counts as this. */
    static final long HIGHEST_NS = TimeUnit.SECONDS.toNanos(10);

    private static final int DIGITS = 2;

    private static final int CAUSES = Cause.values().length;
    // Cells of 8 bytes: totals since the start, for all packets and for the slow ones.
    private static final int PACKETS = 0;
    private static final int SLOW_PACKETS = 1;
    private static final int UNKNOWN_ARRIVALS = 2;
    private static final int IMPOSSIBLE_ARRIVALS = 3;
    private static final int ALL_TIMES = 4;
    private static final int SLOW_TIMES = ALL_TIMES + CAUSES;
    private static final int CELLS = SLOW_TIMES + CAUSES;

    private final SingleWriterRecorder recorder = new SingleWriterRecorder(1, HIGHEST_NS, DIGITS);
    private final UnsafeBuffer cells = new UnsafeBuffer(new byte[CELLS * Long.BYTES]);
    private final Histogram sinceStart = new Histogram(1, HIGHEST_NS, DIGITS);
    private final long[] taken = new long[CELLS];
    private volatile LongSupplier paused = () -> 0;
    private Histogram recycled;

    /** On what a packet's time in the relay goes. */
    public enum Cause {
        KERNEL_WAIT("in the kernel's receive buffer, until the turn that takes it begins"),
        BEHIND_IN_TURN("behind other packets, commands and timers of its turn, its own routing included"),
        PAUSE("while the JVM held its threads (garbage collection and other safepoints)"),
        CRYPTO("while the turn's packets are encrypted"),
        SEND_RING("from there until all of the turn is submitted to the kernel");

        private final String sentence;

        Cause(final String sentence) {
            this.sentence = sentence;
        }

        /** What the time is spent with, for people who look at it. */
        public String sentence() {
            return sentence;
        }
    }

    /** Times by cause, summed over packets. */
    public record Times(long kernelWaitNs, long behindInTurnNs, long pauseNs, long cryptoNs, long sendRingNs) {
        /** The time that went on one cause. */
        public long of(final Cause cause) {
            return switch (cause) {
                case KERNEL_WAIT -> kernelWaitNs;
                case BEHIND_IN_TURN -> behindInTurnNs;
                case PAUSE -> pauseNs;
                case CRYPTO -> cryptoNs;
                case SEND_RING -> sendRingNs;
            };
        }

        /** The time that went on all causes: the sum of the packets' residence. */
        public long totalNs() {
            return kernelWaitNs + behindInTurnNs + pauseNs + cryptoNs + sendRingNs;
        }

        /** What part of all the time went on one cause, 0 … 1; 0 when there was none. */
        public double share(final Cause cause) {
            final long total = totalNs();
            return total == 0 ? 0 : (double) of(cause) / total;
        }
    }

    /**
     * One interval, or all since the start.
     *
     * @param packets that were sent on, each once for every receiver
     * @param unknownArrivals how many of them count from the start of their turn
     * @param impossibleArrivals received packets whose kernel timestamp lay in the future or too far in the past; they
     *     are among the unknown ones
     * @param slowPackets how many of them took {@link #SLOW_NS} or longer
     * @param times of all packets
     * @param slowTimes of the slow ones
     */
    public record Snapshot(
            long packets,
            long p50Ns,
            long p99Ns,
            long p999Ns,
            long maxNs,
            long unknownArrivals,
            long impossibleArrivals,
            long slowPackets,
            Times times,
            Times slowTimes) {}

    /** Takes one range of residence times that occurred. */
    @FunctionalInterface
    public interface BucketReader {
        /** {@code packets} stayed longer than {@code aboveNs} and at most {@code upToNs}. */
        void onBucket(long aboveNs, long upToNs, long packets);
    }

    /**
     * Who knows how long the JVM has been holding its threads, in total since its start; read twice a turn, so it must
     * cost no more than a memory access. Without one, such time counts for the cause that it falls into.
     */
    public void pausedBy(final LongSupplier totalPausedNs) {
        paused = totalPausedNs;
    }

    long pausedNs() {
        return paused.getAsLong();
    }

    /** Packets that stayed this long. */
    void record(final long residenceNs, final int packets) {
        recorder.recordValueWithCount(Math.clamp(residenceNs, 1, HIGHEST_NS), packets);
        bump(PACKETS, packets);
        if (residenceNs >= SLOW_NS) {
            bump(SLOW_PACKETS, packets);
        }
    }

    /** What packets spent on a cause, and how much of it the slow ones among them. */
    void add(final Cause cause, final long ns, final long slowNs) {
        bump(ALL_TIMES + cause.ordinal(), ns);
        if (slowNs != 0) {
            bump(SLOW_TIMES + cause.ordinal(), slowNs);
        }
    }

    void unknownArrival(final int packets) {
        bump(UNKNOWN_ARRIVALS, packets);
    }

    void impossibleArrival() {
        bump(IMPOSSIBLE_ARRIVALS, 1);
    }

    /** What was recorded since the last call. */
    public Snapshot takeInterval() {
        recycled = recorder.getIntervalHistogram(recycled);
        sinceStart.add(recycled);
        final long[] before = taken.clone();
        for (int i = 0; i < CELLS; i++) {
            taken[i] = cells.getLongVolatile(i * Long.BYTES);
        }
        return interval(recycled, before);
    }

    /** Everything up to the last {@link #takeInterval()}. */
    public Snapshot sinceStart() {
        return interval(sinceStart, new long[CELLS]);
    }

    /** How many packets up to the last {@link #takeInterval()} stayed at most so long, within the histogram's 1 %. */
    public long countUpTo(final long ns) {
        return sinceStart.getCountBetweenValues(0, Math.clamp(ns, 0, HIGHEST_NS));
    }

    /** Every range of time in which a packet fell up to the last {@link #takeInterval()}, ascending, each 1 % wide. */
    public void buckets(final BucketReader reader) {
        for (final HistogramIterationValue value : sinceStart.recordedValues()) {
            final long upTo = value.getValueIteratedTo();
            reader.onBucket(
                    sinceStart.lowestEquivalentValue(upTo) - 1,
                    sinceStart.highestEquivalentValue(upTo),
                    value.getCountAtValueIteratedTo());
        }
    }

    private Snapshot interval(final Histogram histogram, final long[] before) {
        final long[] since = new long[CELLS];
        Arrays.setAll(since, i -> taken[i] - before[i]);
        return new Snapshot(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getMaxValue(),
                since[UNKNOWN_ARRIVALS],
                since[IMPOSSIBLE_ARRIVALS],
                since[SLOW_PACKETS],
                times(since, ALL_TIMES),
                times(since, SLOW_TIMES));
    }

    private static Times times(final long[] cells, final int from) {
        return new Times(
                cells[from + Cause.KERNEL_WAIT.ordinal()],
                cells[from + Cause.BEHIND_IN_TURN.ordinal()],
                cells[from + Cause.PAUSE.ordinal()],
                cells[from + Cause.CRYPTO.ordinal()],
                cells[from + Cause.SEND_RING.ordinal()]);
    }

    private void bump(final int cell, final long amount) {
        // A single writer needs no atomic add.
        final int index = cell * Long.BYTES;
        cells.putLongRelease(index, cells.getLong(index) + amount);
    }
}
