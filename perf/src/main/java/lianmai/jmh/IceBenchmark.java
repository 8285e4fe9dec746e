package lianmai.jmh;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import lianmai.ice.IceClient;
import lianmai.ice.IceCredentials;
import lianmai.ice.IceLiteAgent;
import lianmai.relay.PathTable;
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

/** Whom a datagram is from, and whether that one still wants ours. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class IceBenchmark {
    private static final int PATHS = 2048;
    private static final int PORT = 4000;
    /** An IPv4 address in the lower half (RFC 4291 §2.5.5.2). */
    private static final long MAPPED = 0xFFFFL << 32;

    private final UnsafeBuffer check = new UnsafeBuffer(ByteBuffer.allocateDirect(IceClient.MAX_REQUEST_LENGTH));
    private final UnsafeBuffer answer = new UnsafeBuffer(ByteBuffer.allocateDirect(IceLiteAgent.MAX_ANSWER_LENGTH));
    private final IceLiteAgent agent;
    private final int checkLength;
    private final PathTable paths = new PathTable(PATHS, 42);
    private final long[] addresses = new long[PATHS];
    private int at;
    private long nowNs;

    public IceBenchmark() {
        final SplittableRandom random = new SplittableRandom(1);
        final IceCredentials ours = IceCredentials.random(random::nextLong);
        agent = new IceLiteAgent(ours, "peer", nowNs);
        checkLength = new IceClient("peer", ours, random::nextLong, nowNs).onTime(nowNs, check, 0);
        for (int i = 0; i < PATHS; i++) {
            addresses[i] = MAPPED | random.nextInt() & 0xFFFF_FFFFL;
            paths.add(0, addresses[i], PORT, 0);
        }
    }

    /** One of 2,048 senders found by address and port, as for each datagram that comes in. */
    @Benchmark
    public int findPath() {
        at = at + 1 & PATHS - 1;
        return paths.find(0, addresses[at], PORT, 0);
    }

    /** One consent check (RFC 7675), every 5 s from each peer: verified by its HMAC, and answered under another. */
    @Benchmark
    public int answerConsentCheck() {
        nowNs++;
        final int verdict = agent.verify(check, 0, checkLength);
        if (verdict < 0) {
            throw new IllegalStateException("refused: " + verdict);
        }
        return agent.answer(check, 0, checkLength, verdict, 0, 0, addresses[0], PORT, nowNs, answer, 0);
    }
}
