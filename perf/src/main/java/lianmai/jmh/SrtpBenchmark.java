package lianmai.jmh;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import lianmai.jitter.PacketPool;
import lianmai.rtp.RtpHeader;
import lianmai.srtp.SrtpBatch;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpProvider;
import lianmai.srtp.SrtpProviders;
import lianmai.srtp.SrtpTransform;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Protecting and unprotecting one packet of 1,200 B of payload, each of 64 under keys of its own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SrtpBenchmark {
    private static final int VIEWERS = 64;
    private static final int PAYLOAD = 1200;
    private static final int HEADER = 12;

    @Param({"AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "AES128_CM_HMAC_SHA1_80"})
    private SrtpProfile profile;

    @Param({"native", "jitsi"})
    private String provider;

    private final UnsafeBuffer slab =
            new UnsafeBuffer(ByteBuffer.allocateDirect((VIEWERS + 1) * PacketPool.SLOT_BYTES));
    private final SrtpTransform[] viewers = new SrtpTransform[VIEWERS];
    private SrtpBatch batch;
    private long sequence;
    private int length;

    /** What 64 senders have sent: made before each invocation, which is not counted, since it is decrypted in place. */
    @State(Scope.Thread)
    public static class Received {
        /** Not the benchmark that is called: JMH gives a state that asks for one an instance of its own. */
        private SrtpBenchmark from;

        @Setup(Level.Invocation)
        public void receive(final SrtpBenchmark senders) {
            from = senders;
            from.protect();
        }
    }

    @Setup
    public void open() {
        final SrtpProvider chosen =
                SrtpProviders.choose(SrtpProviders.Mode.parse(provider)).provider();
        batch = chosen.batch(VIEWERS);
        for (int viewer = 0; viewer < VIEWERS; viewer++) {
            final byte[] key = new byte[profile.keyBytes()];
            final byte[] salt = new byte[profile.saltBytes()];
            Arrays.fill(key, (byte) viewer);
            viewers[viewer] = batch.transform(new SrtpKeys(profile, key, salt, key, salt));
        }
    }

    /** One packet, in a batch of 64 for as many viewers. */
    @Benchmark
    @OperationsPerInvocation(VIEWERS)
    public int protect() {
        sequence++;
        int bytes = 0;
        for (int viewer = 0; viewer < VIEWERS; viewer++) {
            final int at = viewer * PacketPool.SLOT_BYTES;
            RtpHeader.write(slab, at, true, 96, (int) sequence & 0xFFFF, (int) sequence * 3000, viewer);
            final int payload = VIEWERS * PacketPool.SLOT_BYTES;
            length = viewers[viewer].protectRtp(slab, at, HEADER, slab, payload, PAYLOAD, sequence);
            bytes += length;
        }
        return bytes + batch.encrypt();
    }

    /** One packet, its replay check included; providers do these one by one. */
    @Benchmark
    @OperationsPerInvocation(VIEWERS)
    public int unprotect(final Received received) {
        final SrtpBenchmark from = received.from;
        int bytes = 0;
        for (int viewer = 0; viewer < VIEWERS; viewer++) {
            bytes += from.viewers[viewer].unprotectRtp(from.slab, viewer * PacketPool.SLOT_BYTES, from.length);
        }
        if (bytes != VIEWERS * (HEADER + PAYLOAD)) {
            throw new IllegalStateException("refused");
        }
        return bytes;
    }
}
