package lianmai.jmh;

import java.util.concurrent.TimeUnit;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpProviders;
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
 * What one forwarded packet costs a shard without the kernel: rewriting and protecting it, in a fan-out from one
 * publisher to 200 viewers, each with keys of its own. All of the way is in it, from the received datagram to the
 * datagrams to send: a two-hundredth of opening the publisher's packet, and as much of sealing it, which is the
 * benchmark's own.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FanoutBenchmark {
    private static final int VIEWERS = 200;
    /** Of a frame at 2.5 Mbit/s. */
    private static final int FRAME = 10;

    @Param({"AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "AES128_CM_HMAC_SHA1_80"})
    private SrtpProfile profile;

    @Param({"native", "jitsi"})
    private String provider;

    private MemoryFanout fanout;
    private long packets;

    @Setup
    public void connect() {
        final SrtpProviders.Chosen chosen = SrtpProviders.choose(SrtpProviders.Mode.parse(provider));
        fanout = new MemoryFanout(chosen.provider(), profile, VIEWERS);
    }

    @TearDown
    public void disconnect() {
        fanout.close(packets);
    }

    /** One packet to one viewer, of one packet in each turn. */
    @Benchmark
    @OperationsPerInvocation(VIEWERS)
    public long forward() {
        packets++;
        return fanout.forward(false);
    }

    /** One packet to one viewer, of a frame in each turn, which leaves as one run for each viewer. */
    @Benchmark
    @OperationsPerInvocation(VIEWERS * FRAME)
    public long forwardFrame() {
        packets += FRAME;
        return fanout.forwardFrame(FRAME, false);
    }
}
