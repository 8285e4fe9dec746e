package lianmai.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import lianmai.gc.AllocationMeter;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Prints what a packet costs on the heap with the portable provider; the zero gate is for the native one. */
class SrtpAllocationTest {
    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 10_000;
    private static final int PAYLOAD = 1_200;

    @ParameterizedTest
    @EnumSource
    void shouldTellBytesAllocatedPerPacket(final SrtpProfile profile) {
        final SrtpKeys keys = TestPackets.keys(profile, new Random(3));
        final SrtpTransform sender = new JitsiSrtpProvider().transform(keys);
        final SrtpTransform receiver = new JitsiSrtpProvider().transform(TestPackets.peerOf(keys));
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(2048));
        buffer.putBytes(0, TestPackets.rtp(9, 0, PAYLOAD));
        final long[] spent = new long[2];
        for (int i = 0; i < WARM_UP + MEASURED; i++) {
            buffer.putShort(2, (short) i, java.nio.ByteOrder.BIG_ENDIAN);
            final long start = AllocationMeter.reading();
            final int sealed = sender.protectRtp(buffer, 0, 12, buffer, 12, PAYLOAD, i);
            final long middle = AllocationMeter.reading();
            assertThat(receiver.unprotectRtp(buffer, 0, sealed)).isEqualTo(12 + PAYLOAD);
            if (i >= WARM_UP) {
                spent[0] += middle - start;
                spent[1] += AllocationMeter.reading() - middle;
            }
        }
        System.out.printf(
                "%s: %d B allocated to protect, %d B to unprotect a packet of %d B%n",
                profile, spent[0] / MEASURED, spent[1] / MEASURED, PAYLOAD);
    }
}
