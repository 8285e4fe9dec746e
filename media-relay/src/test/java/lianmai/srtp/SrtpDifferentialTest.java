package lianmai.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our packets against those of {@link SlowSrtp}, and back again through our own other side. */
class SrtpDifferentialTest {
    private static final int MAX_PAYLOAD = 1500;

    @ParameterizedTest
    @EnumSource
    void shouldEqualTheSlowReferenceForAnyRtpPacket(final SrtpProfile profile) throws GeneralSecurityException {
        for (long seed = 0; seed < 20; seed++) {
            final Random random = new Random(seed);
            final SrtpKeys keys = TestPackets.keys(profile, random);
            final SrtpTransform sender = new JitsiSrtpProvider().transform(keys);
            final SrtpTransform receiver = new JitsiSrtpProvider().transform(TestPackets.peerOf(keys));
            final SlowSrtp slow = new SlowSrtp(profile, keys.outboundKey(), keys.outboundSalt());
            long index = random.nextInt(0x8000);
            for (int i = 0; i < 40; i++) {
                final byte[] plain = TestPackets.anyRtp(random, 77, index, random.nextInt(MAX_PAYLOAD + 1));
                final byte[] expected = slow.protectRtp(plain, index);
                final byte[] sealed = (i & 1) == 0
                        ? TestPackets.protectRtp(sender, plain, index)
                        : protectOutOfPlace(sender, plain, index, random);
                assertThat(sealed).as("seed %d, packet %d", seed, i).isEqualTo(expected);
                assertThat(unprotectRtp(receiver, sealed))
                        .as("seed %d, packet %d", seed, i)
                        .isEqualTo(plain);
                index += 1 + random.nextInt(3000);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldEqualTheSlowReferenceForAnyRtcpPacket(final SrtpProfile profile) throws GeneralSecurityException {
        for (long seed = 0; seed < 20; seed++) {
            final Random random = new Random(seed);
            final SrtpKeys keys = TestPackets.keys(profile, random);
            final SrtpTransform sender = new JitsiSrtpProvider().transform(keys);
            final SrtpTransform receiver = new JitsiSrtpProvider().transform(TestPackets.peerOf(keys));
            final SlowSrtp slow = new SlowSrtp(profile, keys.outboundKey(), keys.outboundSalt());
            final int ssrc = random.nextInt();
            for (int index = 0; index < 40; index++) {
                final byte[] plain = TestPackets.rtcp(ssrc, 8 + 4 * random.nextInt(300));
                final byte[] sealed = TestPackets.protectRtcp(sender, plain);
                assertThat(sealed).as("seed %d, index %d", seed, index).isEqualTo(slow.protectRtcp(plain, index));
                final UnsafeBuffer buffer = new UnsafeBuffer(sealed.clone());
                final int length = receiver.unprotectRtcp(buffer, 0, sealed.length);
                assertThat(TestPackets.taken(buffer, length)).isEqualTo(plain);
            }
        }
    }

    /** The payload lies elsewhere, off the heap, and must not be touched; bytes around the destination neither. */
    private static byte[] protectOutOfPlace(
            final SrtpTransform sender, final byte[] plain, final long index, final Random random) {
        final int header = TestPackets.headerLength(plain);
        final int at = random.nextInt(64);
        final UnsafeBuffer src = new UnsafeBuffer(ByteBuffer.allocateDirect(plain.length + at));
        src.putBytes(at, plain);
        final UnsafeBuffer dst = new UnsafeBuffer(ByteBuffer.allocateDirect(at + plain.length + 16 + 1));
        dst.putBytes(at, plain, 0, header);
        dst.putByte(dst.capacity() - 1, (byte) 0x55);

        final int length = sender.protectRtp(dst, at, header, src, at + header, plain.length - header, index);

        final byte[] payload = new byte[plain.length];
        src.getBytes(at, payload);
        assertThat(payload).isEqualTo(plain);
        assertThat(dst.getByte(dst.capacity() - 1)).isEqualTo((byte) 0x55);
        final byte[] sealed = new byte[Math.max(0, length)];
        dst.getBytes(at, sealed);
        return sealed;
    }

    private static byte[] unprotectRtp(final SrtpTransform receiver, final byte[] sealed) {
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(sealed.length + 5));
        buffer.putBytes(5, sealed);
        final int length = receiver.unprotectRtp(buffer, 5, sealed.length);
        assertThat(length).isPositive();
        final byte[] plain = new byte[length];
        buffer.getBytes(5, plain);
        return plain;
    }
}
