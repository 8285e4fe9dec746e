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
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Protecting one packet of 1,200 B of payload, in batches of 64 for as many viewers. */
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

    @Benchmark
    @OperationsPerInvocation(VIEWERS)
    public int protect() {
        sequence++;
        int bytes = 0;
        for (int viewer = 0; viewer < VIEWERS; viewer++) {
            final int at = viewer * PacketPool.SLOT_BYTES;
            RtpHeader.write(slab, at, true, 96, (int) sequence & 0xFFFF, (int) sequence * 3000, viewer);
            final int payload = VIEWERS * PacketPool.SLOT_BYTES;
            bytes += viewers[viewer].protectRtp(slab, at, HEADER, slab, payload, PAYLOAD, sequence);
        }
        return bytes + batch.encrypt();
    }
}
