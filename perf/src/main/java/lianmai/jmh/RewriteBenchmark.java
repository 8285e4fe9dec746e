package lianmai.jmh;

import java.util.concurrent.TimeUnit;
import lianmai.srtp.SrtpProfile;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What is left of {@link FanoutBenchmark} without a cipher: the header written anew for each viewer, the descriptor
 * read for its picture ids, and the batch that groups what a turn sends by viewer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RewriteBenchmark {
    private static final int VIEWERS = 200;
    private static final int FRAME = 10;

    /** Whether the seat has changed hands: each packet's payload is then copied, and its picture ids rewritten. */
    @Param({"false", "true"})
    private boolean isSwitched;

    private MemoryFanout fanout;
    private long packets;

    @Setup
    public void connect() {
        fanout = new MemoryFanout(new NoCipher(), SrtpProfile.AEAD_AES_128_GCM, VIEWERS);
        if (isSwitched) {
            fanout.switchSeat();
        }
    }

    @TearDown
    public void disconnect() {
        fanout.close(packets);
    }

    /** One packet for one viewer, of one packet in each turn. */
    @Benchmark
    @OperationsPerInvocation(VIEWERS)
    public long rewrite() {
        packets++;
        return fanout.forward(false);
    }

    /** One packet for one viewer, of a frame of ten in each turn. */
    @Benchmark
    @OperationsPerInvocation(VIEWERS * FRAME)
    public long rewriteFrame() {
        packets += FRAME;
        return fanout.forwardFrame(FRAME, false);
    }
}
