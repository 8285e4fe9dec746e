package lianmai.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import lianmai.relay.Codec;
import lianmai.rtp.H264Payload;
import lianmai.rtp.Vp8Descriptor;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticMediaTest {
    private final UnsafeBuffer b = new UnsafeBuffer(ByteBuffer.allocateDirect(2048));

    private static SyntheticVideo video(final Codec codec, final int bits) {
        return SyntheticVideo.of(PublisherSpec.camera(codec, bits), 0, 0x7FFE);
    }

    private List<Integer> lengths(final MediaSource source, final int packets) {
        final List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < packets; i++) {
            lengths.add(source.packet(i, b, 0));
        }
        return lengths;
    }

    @Test
    void shouldSendOpusFiftyTimesASecond() {
        final SyntheticAudio audio = new SyntheticAudio(32_000);
        for (int i = 0; i < 50; i++) {
            assertThat(audio.nextFrameNs()).isEqualTo(i * 20_000_000L);
            assertThat(audio.nextFrame(false)).isOne();
            assertThat(audio.timestamp()).isEqualTo(i * 960L);
            assertThat(audio.packet(0, b, 0)).isEqualTo(80);
            // CELT, full band, 20 ms, stereo, one frame (RFC 6716 §3.1).
            assertThat(b.getByte(0) & 0xFF).isEqualTo(0xFC);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"VP8", "H264"})
    void shouldKeepItsBitRateAndFrameRate(final Codec codec) {
        final SyntheticVideo video = video(codec, 2_000_000);
        video.nextFrame(true);
        long bytes = 0;
        for (int i = 1; i <= 30; i++) {
            assertThat(video.nextFrameNs()).isEqualTo(i * 1_000_000_000L / 30);
            final int packets = video.nextFrame(false);
            assertThat(video.timestamp()).isEqualTo(i * 3000L);
            assertThat(video.isKeyFrame()).isFalse();
            for (final int length : lengths(video, packets)) {
                assertThat(length).isLessThanOrEqualTo(PublisherSpec.DEFAULT_PAYLOAD_BYTES);
                bytes += length;
            }
            assertThat(video.marker(packets - 1)).isTrue();
            assertThat(video.marker(0)).isFalse();
        }
        // What is above is the codec's descriptors.
        assertThat(bytes * 8).isBetween(2_000_000L - 10_000, 2_100_000L);
    }

    @ParameterizedTest
    @EnumSource(
            value = Codec.class,
            names = {"VP8", "H264"})
    void shouldMakeAKeyFrameWhenAskedButNotTooOften(final Codec codec) {
        final SyntheticVideo video = video(codec, 500_000);
        final List<Integer> keyFrames = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            video.nextFrame(i > 3);
            if (video.isKeyFrame()) {
                keyFrames.add(i);
            }
        }
        // At 30 frames a second, nine frames are 300 ms.
        assertThat(keyFrames).containsExactly(0, 9, 18, 27, 36);
    }

    @Test
    void shouldSendVp8ThatARelayUnderstands() {
        final SyntheticVideo video = video(Codec.VP8, 2_000_000);
        for (int frame = 0; frame < 4; frame++) {
            final int packets = video.nextFrame(false);
            assertThat(packets).isEqualTo(frame == 0 ? 37 : 8);
            for (int i = 0; i < packets; i++) {
                final int length = video.packet(i, b, 0);
                assertThat(Vp8Descriptor.length(b, 0, length)).isEqualTo(6);
                assertThat(Vp8Descriptor.isFrameStart(b, 0)).isEqualTo(i == 0);
                assertThat(Vp8Descriptor.pictureId(b, 0)).isEqualTo(0x7FFF + frame & 0x7FFF);
                assertThat(Vp8Descriptor.tl0PictureIndex(b, 0)).isEqualTo(frame + 1);
                assertThat(Vp8Descriptor.temporalId(b, 0)).isZero();
                assertThat(Vp8Descriptor.isKeyFrameStart(b, 0, length)).isEqualTo(frame == 0 && i == 0);
                assertThat(video.head(i)).isLessThanOrEqualTo(length - PayloadMark.LENGTH);
            }
        }
    }

    @Test
    void shouldSendH264ThatARelayUnderstands() {
        final SyntheticVideo video = video(Codec.H264, 2_000_000);
        for (int frame = 0; frame < 3; frame++) {
            final int packets = video.nextFrame(false);
            for (int i = 0; i < packets; i++) {
                final int length = video.packet(i, b, 0);
                assertThat(H264Payload.isKeyFrameStart(b, 0, length)).isEqualTo(frame == 0 && i <= 1);
                assertThat(b.getByte(0) & 0x1F).isEqualTo(frame == 0 && i == 0 ? 24 : 28);
                assertThat(video.head(i)).isLessThanOrEqualTo(length - PayloadMark.LENGTH);
                if (!(frame == 0 && i == 0)) {
                    final int first = frame == 0 ? 1 : 0;
                    assertThat(b.getByte(1) & 0xC0).isEqualTo((i == first ? 0x80 : 0) | (i == packets - 1 ? 0x40 : 0));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {150, 151, 199, 400, 1160, 1161, 1163, 2000, 5000})
    void shouldHaveRoomForAMarkInEveryPacket(final int frameLength) {
        for (final VideoFormat format :
                List.of(new Vp8Format(200, 0), new Vp8Format(1160, 0), new H264Format(200), new H264Format(1160))) {
            for (final boolean key : new boolean[] {true, false}) {
                final int packets = format.begin(frameLength, key);
                for (int i = 0; i < packets; i++) {
                    final int length = format.packet(i, b, 0);
                    assertThat(length - format.head(i)).isGreaterThanOrEqualTo(PayloadMark.LENGTH);
                    PayloadMark.write(b, 0, length, format.head(i), 1, 2, 3, 4, 5);
                    assertThat(PayloadMark.find(b, 0, length)).isEqualTo(length - PayloadMark.LENGTH);
                }
            }
        }
    }

    @Test
    void shouldDivideBitsAmongLayers() {
        assertThat(SyntheticVideo.share(2_100_000, 3, 0)).isEqualTo(100_000);
        assertThat(SyntheticVideo.share(2_100_000, 3, 1)).isEqualTo(400_000);
        assertThat(SyntheticVideo.share(2_100_000, 3, 2)).isEqualTo(1_600_000);
        assertThat(SyntheticVideo.share(700_000, 1, 0)).isEqualTo(700_000);
    }

    @Test
    void shouldRefuseWhatCannotBeSent() {
        assertThatThrownBy(() -> PublisherSpec.camera(Codec.AV1, 1_000_000)).hasMessageContaining("VP8 or H264");
        assertThatThrownBy(() -> PublisherSpec.camera(Codec.VP8, 20_000)).hasMessageContaining("less than 150 bytes");
        assertThatThrownBy(() -> PublisherSpec.camera(Codec.VP8, 500_000).withRids(List.of("q", "h", "f")))
                .hasMessageContaining("less than 150 bytes");
    }
}
