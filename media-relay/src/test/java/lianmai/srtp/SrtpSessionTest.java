package lianmai.srtp;

import static lianmai.srtp.TestPackets.protectRtcp;
import static lianmai.srtp.TestPackets.protectRtp;
import static lianmai.srtp.TestPackets.rtcp;
import static lianmai.srtp.TestPackets.rtp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SrtpSessionTest {
    private static final int SSRC = 0x0BAD_CAFE;
    private static final int[] STARTS = {0, 1, 32767, 32768, 65534, 65535};

    private SrtpKeys keys;
    private SrtpTransform sender;
    private SrtpTransform receiver;

    private void connect(final SrtpProfile profile) {
        keys = TestPackets.keys(profile, new Random(profile.id()));
        sender = new JitsiSrtpProvider().transform(keys);
        receiver = new JitsiSrtpProvider().transform(TestPackets.peerOf(keys));
    }

    private int unprotectRtp(final byte[] packet) {
        final UnsafeBuffer buffer = new UnsafeBuffer(packet.clone());
        return receiver.unprotectRtp(buffer, 0, packet.length);
    }

    private int unprotectRtcp(final byte[] packet) {
        final UnsafeBuffer buffer = new UnsafeBuffer(packet.clone());
        return receiver.unprotectRtcp(buffer, 0, packet.length);
    }

    private int tryProtect(final byte[] packet, final long index) {
        final UnsafeBuffer buffer = TestPackets.buffer(packet);
        return sender.protectRtp(buffer, 0, 12, buffer, 12, packet.length - 12, index);
    }

    @ParameterizedTest
    @EnumSource
    void shouldFollowAStreamAcrossRollOversFromAnyStart(final SrtpProfile profile) {
        for (final int start : STARTS) {
            connect(profile);
            for (long index = start; index < start + 140_000L; index += 1 + index % 97) {
                final byte[] sealed = protectRtp(sender, rtp(SSRC, index, 20), index);
                assertThat(unprotectRtp(sealed))
                        .as("start %d, index %d", start, index)
                        .isEqualTo(32);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeLatePacketsFromBeforeARollOverInBothDirections(final SrtpProfile profile) {
        connect(profile);
        final byte[] late = protectRtp(sender, rtp(SSRC, 65_535, 20), 65_535);
        assertThat(unprotectRtp(protectRtp(sender, rtp(SSRC, 65_530, 20), 65_530)))
                .isEqualTo(32);
        assertThat(unprotectRtp(protectRtp(sender, rtp(SSRC, 65_538, 20), 65_538)))
                .isEqualTo(32);
        assertThat(unprotectRtp(late)).isEqualTo(32);
        // Outbound too: an index from before the wrap after one from behind it.
        assertThat(unprotectRtp(protectRtp(sender, rtp(SSRC, 65_533, 20), 65_533)))
                .isEqualTo(32);
        assertThat(unprotectRtp(late)).isEqualTo(SrtpStatus.REPLAYED);
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseReplayedAndTooOldRtp(final SrtpProfile profile) {
        connect(profile);
        final byte[] first = protectRtp(sender, rtp(SSRC, 100, 50), 100);
        final byte[] unseen = protectRtp(sender, rtp(SSRC, 101, 50), 101);
        final byte[] later = protectRtp(sender, rtp(SSRC, 1125, 50), 1125);
        assertThat(unprotectRtp(first)).isEqualTo(62);
        assertThat(unprotectRtp(first)).isEqualTo(SrtpStatus.REPLAYED);
        assertThat(unprotectRtp(later)).isEqualTo(62);
        assertThat(unprotectRtp(unseen)).isEqualTo(SrtpStatus.TOO_OLD);
        assertThat(unprotectRtp(first)).isEqualTo(SrtpStatus.TOO_OLD);
        assertThat(unprotectRtp(later)).isEqualTo(SrtpStatus.REPLAYED);
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseToUseAnOutboundIndexTwice(final SrtpProfile profile) {
        connect(profile);
        assertThat(tryProtect(rtp(SSRC, 5, 10), 5)).isPositive();
        assertThat(tryProtect(rtp(SSRC, 5, 11), 5)).isEqualTo(SrtpStatus.REPLAYED);
        assertThat(tryProtect(rtp(SSRC, 5, 10), 5 + 65_536)).isPositive();
        assertThat(tryProtect(rtp(SSRC, 5, 10), 5)).isEqualTo(SrtpStatus.TOO_OLD);
        assertThat(tryProtect(rtp(SSRC + 1, 5, 10), 5)).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void shouldChangeNoStateOnAForgedPacket(final SrtpProfile profile) {
        connect(profile);
        assertThat(unprotectRtp(protectRtp(sender, rtp(SSRC, 60_000, 20), 60_000)))
                .isEqualTo(32);
        final byte[] next = protectRtp(sender, rtp(SSRC, 60_001, 20), 60_001);
        final byte[] far = protectRtp(sender, rtp(SSRC, 70_000, 20), 70_000);
        for (int bit = 0; bit < 8 * next.length; bit++) {
            assertRefusedUntouched(flipped(next, bit));
            assertRefusedUntouched(flipped(far, bit));
        }
        assertThat(unprotectRtp(next)).isEqualTo(32);
        assertThat(unprotectRtp(far)).isEqualTo(32);
    }

    private void assertRefusedUntouched(final byte[] forged) {
        final UnsafeBuffer buffer = new UnsafeBuffer(forged.clone());
        assertThat(receiver.unprotectRtp(buffer, 0, forged.length)).isNegative();
        assertThat(buffer.byteArray()).isEqualTo(forged);
    }

    private static byte[] flipped(final byte[] packet, final int bit) {
        final byte[] copy = packet.clone();
        copy[bit >>> 3] ^= (byte) (1 << (bit & 7));
        return copy;
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepAnSsrcOnlyOnceAPacketOfItWasAuthentic(final SrtpProfile profile) {
        connect(profile);
        for (int ssrc = 0; ssrc < 1000; ssrc++) {
            final byte[] forged = flipped(protectRtp(new JitsiSrtpProvider().transform(keys), rtp(ssrc, 1, 4), 1), 100);
            assertThat(unprotectRtp(forged)).isEqualTo(SrtpStatus.AUTHENTICATION_FAILED);
        }
        for (int ssrc = 0; ssrc < SsrcWindows.MAX_SSRCS; ssrc++) {
            assertThat(unprotectRtp(protectRtp(sender, rtp(ssrc, 1, 4), 1))).isEqualTo(16);
        }
        final byte[] oneMore = protectRtp(new JitsiSrtpProvider().transform(keys), rtp(5000, 1, 4), 1);
        assertThat(unprotectRtp(oneMore)).isEqualTo(SrtpStatus.TOO_MANY_SSRCS);
        assertThat(tryProtect(rtp(5000, 1, 4), 1)).isEqualTo(SrtpStatus.TOO_MANY_SSRCS);
        assertThat(unprotectRtp(protectRtp(sender, rtp(0, 2, 4), 2))).isEqualTo(16);
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseReplayedForgedAndUnencryptedRtcp(final SrtpProfile profile) {
        connect(profile);
        final byte[] first = protectRtcp(sender, rtcp(SSRC, 28));
        final byte[] second = protectRtcp(sender, rtcp(SSRC, 28));
        for (int bit = 0; bit < 8 * first.length; bit++) {
            assertThat(unprotectRtcp(flipped(first, bit))).as("bit %d", bit).isNegative();
        }
        assertThat(unprotectRtcp(second)).isEqualTo(28);
        assertThat(unprotectRtcp(first)).isEqualTo(28);
        assertThat(unprotectRtcp(first)).isEqualTo(SrtpStatus.REPLAYED);
        final int indexOffset = profile.saltBytes() == 12 ? first.length - 4 : first.length - 14;
        assertThat(unprotectRtcp(flipped(second, 8 * indexOffset + 7))).isEqualTo(SrtpStatus.MALFORMED);
        byte[] last = second;
        for (int i = 0; i < SrtpSession.RTCP_WINDOW; i++) {
            last = protectRtcp(sender, rtcp(SSRC, 28));
        }
        assertThat(unprotectRtcp(last)).isEqualTo(28);
        assertThat(unprotectRtcp(second)).isEqualTo(SrtpStatus.TOO_OLD);
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseWhatIsNoRtpOrRtcp(final SrtpProfile profile) {
        connect(profile);
        final byte[] sealed = protectRtp(sender, rtp(SSRC, 1, 0), 1);
        for (int length = 0; length < sealed.length; length++) {
            final UnsafeBuffer buffer = new UnsafeBuffer(sealed.clone());
            assertThat(receiver.unprotectRtp(buffer, 0, length)).isEqualTo(SrtpStatus.MALFORMED);
        }
        assertThat(unprotectRtp(flipped(sealed, 7))).as("version").isEqualTo(SrtpStatus.MALFORMED);
        assertThat(unprotectRtp(flipped(sealed, 3))).as("CSRCs beyond the end").isEqualTo(SrtpStatus.MALFORMED);
        assertThat(unprotectRtp(flipped(sealed, 4)))
                .as("extension beyond the end")
                .isEqualTo(SrtpStatus.MALFORMED);
        final byte[] control = protectRtcp(sender, rtcp(SSRC, 8));
        for (int length = 0; length < control.length; length++) {
            final UnsafeBuffer buffer = new UnsafeBuffer(control.clone());
            assertThat(receiver.unprotectRtcp(buffer, 0, length)).isEqualTo(SrtpStatus.MALFORMED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseToProtectWhatDoesNotFit(final SrtpProfile profile) {
        connect(profile);
        final UnsafeBuffer tight = new UnsafeBuffer(rtp(SSRC, 1, 20));
        assertThat(sender.protectRtp(tight, 0, 12, tight, 12, 20, 1)).isEqualTo(SrtpStatus.MALFORMED);
        assertThat(tryProtect(rtp(SSRC, 1, 20), 2)).as("header says 1").isEqualTo(SrtpStatus.MALFORMED);
        assertThat(tryProtect(rtp(SSRC, 1, 20), 1L << 48 | 1)).isEqualTo(SrtpStatus.KEY_EXHAUSTED);
        assertThat(tryProtect(rtp(SSRC, 0xFFFF, 20), -1)).isEqualTo(SrtpStatus.KEY_EXHAUSTED);
        final UnsafeBuffer control = new UnsafeBuffer(rtcp(SSRC, 8));
        assertThat(sender.protectRtcp(control, 0, 8)).isEqualTo(SrtpStatus.MALFORMED);
        assertThat(tryProtect(rtp(SSRC, 1, 20), 1)).as("nothing was used up").isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeOfNoUseOnceClosed(final SrtpProfile profile) {
        connect(profile);
        sender.close();
        sender.close();
        assertThatThrownBy(() -> tryProtect(rtp(SSRC, 1, 20), 1)).isInstanceOf(NullPointerException.class);
    }
}
