package lianmai.jmh;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import lianmai.cc.TwccRecorder;
import lianmai.jitter.LossTracker;
import lianmai.jitter.PacketHistory;
import lianmai.jitter.PacketPool;
import lianmai.rtp.Nack;
import lianmai.rtp.RtpHeader;
import lianmai.rtp.SequenceNumbers;
import lianmai.rtp.Twcc;
import lianmai.rtp.TwccWriter;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The small pieces of a packet's way: header, loss tracking, history, feedback. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PacketBenchmark {
    private static final int HISTORY = 512;
    private static final int ARRIVALS = 64;
    private static final int TABLE = 1024;
    private static final int LOST = 8;
    /** A publisher of 2.5 Mbit/s sends 250 packets a second, and is told of them every 50 ms. */
    private static final long ARRIVAL_NS = 4_000_000L;

    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(PacketPool.SLOT_BYTES));
    private final PacketPool pool = new PacketPool(2 * HISTORY);
    private final PacketHistory history = new PacketHistory(pool, HISTORY);
    private final LossTracker tracker = new LossTracker(0);
    private final TwccWriter twcc = new TwccWriter();
    private final long[] arrivals = new long[ARRIVALS];
    private final int[] behind = new int[TABLE];
    private final UnsafeBuffer nack = new UnsafeBuffer(ByteBuffer.allocateDirect(64));
    private final TwccRecorder recorder = new TwccRecorder();
    private long sequence = 1 << 16;
    private long nowNs;
    private int at;

    public PacketBenchmark() {
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < TABLE; i++) {
            behind[i] = random.nextInt(HISTORY);
        }
        for (int i = 0; i < ARRIVALS; i++) {
            // One in 16 is missing, the rest comes in bursts.
            arrivals[i] =
                    random.nextInt(16) == 0 ? Twcc.NOT_RECEIVED : 1_000_000_000L + i / 8 * 5_000_000L + i * 9_000L;
        }
        for (int i = 0; i < HISTORY; i++) {
            putPacket();
        }
        final int[] lost = new int[LOST];
        for (int i = 0; i < LOST; i++) {
            lost[i] = (int) sequence - HISTORY + 1 + i * 3;
        }
        Nack.write(nack, 0, 1, 2, lost, LOST);
    }

    /** Twelve bytes written. */
    @Benchmark
    public int writeRtpHeader() {
        sequence++;
        RtpHeader.write(buffer, 0, true, 96, (int) sequence & 0xFFFF, (int) sequence * 3000, 77);
        return buffer.getInt(8);
    }

    /** Written, checked, and every field of use to the relay read. */
    @Benchmark
    public int writeAndParseRtpHeader() {
        writeRtpHeader();
        return RtpHeader.length(buffer, 0, 1200)
                + RtpHeader.sequence(buffer, 0)
                + RtpHeader.timestamp(buffer, 0)
                + RtpHeader.ssrc(buffer, 0)
                + RtpHeader.payloadType(buffer, 0);
    }

    /** A packet found, somewhere in the history. */
    @Benchmark
    public int findInHistory() {
        at = at + 1 & TABLE - 1;
        return history.offset(history.find(sequence - behind[at]));
    }

    /** A NACK of 8 packets read, and each of them found in the history. */
    @Benchmark
    public int findNacked() {
        int found = 0;
        for (long lost = Nack.first(nack, 0); lost != Nack.NONE; lost = Nack.next(nack, 0, lost)) {
            found += history.offset(history.find(SequenceNumbers.extend(sequence, Nack.sequence(lost))));
        }
        return found;
    }

    /** A packet kept, and the oldest forgotten for it. */
    @Benchmark
    public int putIntoHistory() {
        return putPacket();
    }

    /** A packet in order, told from a duplicate and extended. */
    @Benchmark
    public long trackLoss() {
        sequence++;
        return tracker.onPacket((int) sequence & 0xFFFF, sequence);
    }

    /** One feedback packet about 64 packets. */
    @Benchmark
    public long writeTwcc() {
        return twcc.write(buffer, 0, 1200, 1, 2, 0, 0, arrivals, 0, ARRIVALS);
    }

    /** A packet's arrival noted, and a feedback packet about the last dozen whenever one is due. */
    @Benchmark
    public int noteArrival() {
        at++;
        nowNs += ARRIVAL_NS;
        recorder.onPacket(at & 0xFFFF, nowNs);
        int written = 0;
        if (recorder.nextDeadlineNs() <= nowNs) {
            for (int length = 1; length > 0; written += length) {
                length = recorder.writeFeedback(buffer, 0, 1200, 1, 2);
            }
        }
        return written;
    }

    private int putPacket() {
        sequence++;
        final int slot = pool.acquire();
        final int index = history.put(sequence, slot, pool.offset(slot), 1200, 12, 0, sequence, 0);
        pool.release(slot);
        return index;
    }
}
