package lianmai.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import java.util.logging.Level;
import org.agrona.concurrent.UnsafeBuffer;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.srtp.crypto.Aes;
import org.jitsi.utils.ByteArrayBuffer;
import org.jitsi.utils.logging2.LoggerImpl;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** We and jitsi-srtp's own contexts understand each other, across two roll-overs. */
class JitsiContextTest {
    private static final int SSRC = 0x1234_5678;
    private static final java.util.logging.Logger JITSI = java.util.logging.Logger.getLogger("org.jitsi");

    @BeforeAll
    static void quiet() {
        JITSI.setLevel(Level.OFF);
        Aes.setFactoryClassName("SunJCE");
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeUnderstoodByAndUnderstandJitsisRtpContexts(final SrtpProfile profile) throws GeneralSecurityException {
        final SrtpKeys keys = TestPackets.keys(profile, new Random(1));
        final SrtpTransform ours = new JitsiSrtpProvider().transform(keys);
        final SrtpCryptoContext theirReceiver =
                factory(profile, false, keys.outboundKey(), keys.outboundSalt()).deriveContext(SSRC, 0);
        final SrtpCryptoContext theirSender =
                factory(profile, true, keys.inboundKey(), keys.inboundSalt()).deriveContext(SSRC, 0);
        for (long index = 32_000; index < 180_000; index += 37) {
            final byte[] plain = TestPackets.rtp(SSRC, index, (int) index % 200);
            final ArrayPacket fromUs = new ArrayPacket(TestPackets.protectRtp(ours, plain, index));
            assertThat(theirReceiver.reverseTransformPacket(fromUs, false)).isEqualTo(SrtpErrorStatus.OK);
            assertThat(fromUs.bytes()).isEqualTo(plain);

            final ArrayPacket fromThem = new ArrayPacket(plain);
            assertThat(theirSender.transformPacket(fromThem)).isEqualTo(SrtpErrorStatus.OK);
            final UnsafeBuffer buffer = new UnsafeBuffer(fromThem.bytes());
            final int length = ours.unprotectRtp(buffer, 0, buffer.capacity());
            assertThat(TestPackets.taken(buffer, length)).as("index %d", index).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeUnderstoodByAndUnderstandJitsisRtcpContexts(final SrtpProfile profile)
            throws GeneralSecurityException {
        final SrtpKeys keys = TestPackets.keys(profile, new Random(2));
        final SrtpTransform ours = new JitsiSrtpProvider().transform(keys);
        final SrtcpCryptoContext theirReceiver =
                factory(profile, false, keys.outboundKey(), keys.outboundSalt()).deriveControlContext(SSRC);
        final SrtcpCryptoContext theirSender =
                factory(profile, true, keys.inboundKey(), keys.inboundSalt()).deriveControlContext(SSRC);
        for (int i = 0; i < 300; i++) {
            final byte[] plain = TestPackets.rtcp(SSRC, 8 + 4 * (i % 50));
            final ArrayPacket fromUs = new ArrayPacket(TestPackets.protectRtcp(ours, plain));
            assertThat(theirReceiver.reverseTransformPacket(fromUs)).isEqualTo(SrtpErrorStatus.OK);
            assertThat(fromUs.bytes()).isEqualTo(plain);

            final ArrayPacket fromThem = new ArrayPacket(plain);
            assertThat(theirSender.transformPacket(fromThem)).isEqualTo(SrtpErrorStatus.OK);
            final UnsafeBuffer buffer = new UnsafeBuffer(fromThem.bytes());
            assertThat(TestPackets.taken(buffer, ours.unprotectRtcp(buffer, 0, buffer.capacity())))
                    .isEqualTo(plain);
        }
    }

    private static SrtpContextFactory factory(
            final SrtpProfile profile, final boolean isSender, final byte[] key, final byte[] salt) {
        final boolean isCounter = profile == SrtpProfile.AES128_CM_HMAC_SHA1_80;
        final SrtpPolicy policy = new SrtpPolicy(
                isCounter ? SrtpPolicy.AESCM_ENCRYPTION : SrtpPolicy.AESGCM_ENCRYPTION,
                profile.keyBytes(),
                isCounter ? SrtpPolicy.HMACSHA1_AUTHENTICATION : SrtpPolicy.NULL_AUTHENTICATION,
                isCounter ? 20 : 0,
                profile.tagBytes(),
                profile.saltBytes());
        return new SrtpContextFactory(isSender, key, salt, policy, policy, new LoggerImpl("org.jitsi.test"));
    }

    /** The library's view of a packet, with room behind it. */
    private static final class ArrayPacket implements ByteArrayBuffer {
        private final byte[] array;
        private int length;

        ArrayPacket(final byte[] packet) {
            array = Arrays.copyOf(packet, packet.length + 64);
            length = packet.length;
        }

        byte[] bytes() {
            return Arrays.copyOf(array, length);
        }

        @Override
        public byte[] getBuffer() {
            return array;
        }

        @Override
        public int getOffset() {
            return 0;
        }

        @Override
        public int getLength() {
            return length;
        }

        @Override
        public void setLength(final int newLength) {
            length = newLength;
        }

        @Override
        public void setOffset(final int newOffset) {
            throw new UnsupportedOperationException("only cryptex moves a packet");
        }

        @Override
        public boolean isInvalid() {
            return false;
        }

        @Override
        public void readRegionToBuff(final int at, final int count, final byte[] to) {
            System.arraycopy(array, at, to, 0, count);
        }

        @Override
        public void grow(final int count) {
            assertThat(length + count).isLessThanOrEqualTo(array.length);
        }

        @Override
        public void append(final byte[] more, final int count) {
            System.arraycopy(more, 0, array, length, count);
            length += count;
        }

        @Override
        public void shrink(final int count) {
            length -= count;
        }
    }
}
