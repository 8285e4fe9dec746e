package lianmai.ipsecmb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import lianmai.gc.AllocationMeter;
import lianmai.jitter.PacketPool;
import lianmai.srtp.SrtpBatch;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpStatus;
import lianmai.srtp.SrtpTransform;
import lianmai.srtp.TestPackets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NativeBatchTest {
    private static final int PAYLOAD = 1200;
    private static final int IN_BATCH = 64;
    private static final int BATCHES = 2_000;

    private final UnsafeBuffer slab =
            new UnsafeBuffer(ByteBuffer.allocateDirect((IN_BATCH + 1) * PacketPool.SLOT_BYTES));
    private long sequence;

    @ParameterizedTest
    @EnumSource
    void shouldEncryptWhatWaitsWhenItsKeysGo(final SrtpProfile profile) {
        final SrtpKeys keys = TestPackets.keys(profile, new Random(1));
        final SrtpBatch batch = NativeSrtp.provider().batch(8);
        final SrtpTransform sender = batch.transform(keys);

        final int length = protect(sender, 1);
        sender.close();

        assertThat(batch.encrypt()).isEqualTo(1);
        assertThat(unprotect(keys, 1, length)).isEqualTo(12 + PAYLOAD);
    }

    @ParameterizedTest
    @EnumSource
    void shouldEncryptEarlyWhenMoreComesThanItHolds(final SrtpProfile profile) {
        final SrtpKeys keys = TestPackets.keys(profile, new Random(2));
        final SrtpBatch batch = NativeSrtp.provider().batch(3);
        final SrtpTransform sender = batch.transform(keys);
        final int[] length = new int[8];
        for (int i = 0; i < 8; i++) {
            length[i] = protect(sender, i);
        }

        assertThat(batch.encrypt()).isEqualTo(8);
        assertThat(batch.encrypt()).isZero();
        for (int i = 0; i < 8; i++) {
            assertThat(unprotect(keys, i, length[i])).isEqualTo(12 + PAYLOAD);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldLeaveTheListAloneWhileItDecrypts(final SrtpProfile profile) {
        final SrtpKeys keys = TestPackets.keys(profile, new Random(3));
        final SrtpBatch batch = NativeSrtp.provider().batch(4);
        final SrtpTransform both = batch.transform(keys);
        final SrtpTransform peer = NativeSrtp.provider().transform(TestPackets.peerOf(keys));

        final int length = protect(both, 1);
        final int fromPeer = protect(peer, 2);

        assertThat(both.unprotectRtp(slab, 2 * PacketPool.SLOT_BYTES, fromPeer)).isEqualTo(12 + PAYLOAD);
        assertThat(batch.encrypt()).isEqualTo(1);
        assertThat(unprotect(keys, 1, length)).isEqualTo(12 + PAYLOAD);
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseMemoryThatIsNotTheBuffers(final SrtpProfile profile) {
        final SrtpTransform sender = NativeSrtp.provider().batch(4).transform(TestPackets.keys(profile, new Random(4)));
        slab.putBytes(0, TestPackets.rtp(9, 1, 0));

        assertThatThrownBy(() -> sender.protectRtp(slab, 0, 12, slab, slab.capacity() - 10, 100, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(sender.protectRtp(slab, 0, 12, slab, 12, slab.capacity(), 2)).isEqualTo(SrtpStatus.MALFORMED);
    }

    @ParameterizedTest
    @EnumSource
    void shouldAllocateNothing(final SrtpProfile profile) {
        final SrtpKeys keys = TestPackets.keys(profile, new Random(5));
        final SrtpBatch batch = NativeSrtp.provider().batch(IN_BATCH);
        final SrtpTransform sender = batch.transform(keys);
        final SrtpTransform receiver = batch.transform(TestPackets.peerOf(keys));
        roundTrips(sender, receiver, batch);

        final long allocated = AllocationMeter.leastBytesOf(5, () -> roundTrips(sender, receiver, batch));

        assertThat(allocated)
                .as("bytes for %d packets there and back", BATCHES * IN_BATCH)
                .isZero();
    }

    private void roundTrips(final SrtpTransform sender, final SrtpTransform receiver, final SrtpBatch batch) {
        for (int turn = 0; turn < BATCHES; turn++) {
            int length = 0;
            for (int i = 0; i < IN_BATCH; i++) {
                final int at = i * PacketPool.SLOT_BYTES;
                sequence++;
                slab.putLong(at, 0x8060_0000_0000_0000L | (sequence & 0xFFFF) << 32, java.nio.ByteOrder.BIG_ENDIAN);
                length = sender.protectRtp(slab, at, 12, slab, IN_BATCH * PacketPool.SLOT_BYTES, PAYLOAD, sequence);
            }
            if (batch.encrypt() != IN_BATCH) {
                throw new AssertionError("not all encrypted");
            }
            for (int i = 0; i < IN_BATCH; i++) {
                if (receiver.unprotectRtp(slab, i * PacketPool.SLOT_BYTES, length) != 12 + PAYLOAD) {
                    throw new AssertionError("not opened");
                }
            }
        }
    }

    private int protect(final SrtpTransform sender, final int slot) {
        final int at = slot * PacketPool.SLOT_BYTES;
        slab.putBytes(at, TestPackets.rtp(9, slot, PAYLOAD));
        return sender.protectRtp(slab, at, 12, slab, at + 12, PAYLOAD, slot);
    }

    private int unprotect(final SrtpKeys keys, final int slot, final int length) {
        try (SrtpTransform receiver = NativeSrtp.provider().transform(TestPackets.peerOf(keys))) {
            final int opened = receiver.unprotectRtp(slab, slot * PacketPool.SLOT_BYTES, length);
            final byte[] plain = new byte[opened];
            slab.getBytes(slot * PacketPool.SLOT_BYTES, plain);
            assertThat(plain).isEqualTo(TestPackets.rtp(9, slot, PAYLOAD));
            return opened;
        }
    }
}
