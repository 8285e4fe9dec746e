package lianmai.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import lianmai.jitter.JitterBuffer;
import lianmai.jitter.JitterBufferConfig;
import lianmai.jitter.PlayoutClock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One Opus packet into the jitter buffer and all pieces that are due by then out of it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JitterBufferBenchmark {
    private static final int TABLE = 4096;
    private static final long PACKET_NS = 20_000_000L;

    /** What the path is like. */
    public enum Weather {
        STEADY,
        /** Up to 60 ms more, in order. */
        JITTER,
        /** The same, with one in 50 lost and one in 50 passed by the next. */
        LOSS_AND_REORDERING
    }

    @Param
    private Weather weather;

    private final JitterBuffer buffer = new JitterBuffer(JitterBufferConfig.OPUS, this::release);
    private final PlayoutClock clock = new PlayoutClock(48_000, 0);
    private final long[] delaysNs = new long[TABLE];
    private final boolean[] lost = new boolean[TABLE];
    private final boolean[] swapped = new boolean[TABLE];
    private int sequence;
    private long latestNs;
    private long released;

    @Setup
    public void makeWeather() {
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < TABLE; i++) {
            delaysNs[i] = weather == Weather.STEADY ? 0 : random.nextLong(60_000_000L);
            lost[i] = weather == Weather.LOSS_AND_REORDERING && random.nextInt(50) == 0;
            swapped[i] = weather == Weather.LOSS_AND_REORDERING && random.nextInt(50) == 0;
        }
    }

    @Benchmark
    public long insertAndPoll() {
        final int i = sequence & TABLE - 1;
        latestNs = Math.max(latestNs, sequence * PACKET_NS + delaysNs[i]);
        long pieces = 0;
        while (clock.isDue(latestNs)) {
            final long piece = buffer.poll(clock.dueNs());
            clock.advance(JitterBuffer.ticks(piece));
            pieces += piece;
        }
        if (swapped[i]) {
            insert(sequence + 1);
            insert(sequence);
            sequence += 2;
        } else {
            if (!lost[i]) {
                insert(sequence);
            }
            sequence++;
        }
        return pieces + released;
    }

    private void insert(final int number) {
        buffer.insert(number & 0xFFFF, number * 960, number & 0xFFFF, latestNs);
    }

    private void release(final int handle) {
        released += handle;
    }
}
