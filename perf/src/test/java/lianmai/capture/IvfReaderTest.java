package lianmai.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import lianmai.relay.Codec;
import lianmai.rtp.Vp8Descriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IvfReaderTest {
    private static final long NS_PER_SECOND = 1_000_000_000;

    @Test
    void shouldGiveEachFrameItsTimeAndItsPackets() throws CaptureException {
        final CaptureWriter writer = CaptureWriter.ivf("VP80", 30, 1);
        writer.ivfFrame(0, CaptureWriter.vp8Frame(true, 5_000, 7));
        writer.ivfFrame(1, CaptureWriter.vp8Frame(false, 300, 8));
        writer.ivfFrame(2, new byte[0]); // left out by the encoder
        writer.ivfFrame(3, CaptureWriter.vp8Frame(false, IvfReader.MAX_FRAGMENT_BYTES + 1, 9));
        final Recording recording = load(writer.bytes());
        assertThat(recording.frames()).isEqualTo(3);
        assertThat(recording.packets()).isEqualTo(5 + 1 + 2);
        assertThat(recording.ticks(1)).isEqualTo(3_000);
        assertThat(recording.dueNs(1)).isEqualTo(Math.round(NS_PER_SECOND / 30.0));
        assertThat(recording.ticks(2)).isEqualTo(9_000);
        assertThat(recording.isKeyFrame(0)).isTrue();
        assertThat(recording.isKeyFrame(1)).isFalse();
    }

    @Test
    void shouldSplitFramesSoThatTheyCanBePutTogetherAgain() throws CaptureException {
        final byte[] frame = CaptureWriter.vp8Frame(true, 4_321, 7);
        for (int i = 10; i < frame.length; i++) {
            frame[i] = (byte) (i * 31);
        }
        final Recording recording =
                load(CaptureWriter.ivf("VP80", 90_000, 1).ivfFrame(0, frame).bytes());
        final ByteBuffer whole = ByteBuffer.allocate(frame.length);
        for (int i = 0; i < recording.packets(); i++) {
            final byte[] payload = new byte[recording.length(i)];
            recording.payloads().getBytes(recording.offset(i), payload);
            assertThat(Vp8Descriptor.length(recording.payloads(), recording.offset(i), payload.length))
                    .isEqualTo(IvfReader.DESCRIPTOR_BYTES);
            assertThat(Vp8Descriptor.isFrameStart(recording.payloads(), recording.offset(i)))
                    .isEqualTo(i == 0);
            assertThat(Vp8Descriptor.pictureId(recording.payloads(), recording.offset(i)))
                    .isZero();
            assertThat(recording.marker(i)).isEqualTo(i == recording.packets() - 1);
            assertThat(payload.length).isBetween(1_080, 1_090); // equal parts, not full ones and a rest
            whole.put(payload, IvfReader.DESCRIPTOR_BYTES, payload.length - IvfReader.DESCRIPTOR_BYTES);
        }
        assertThat(whole.array()).isEqualTo(frame);
    }

    @Test
    void shouldGiveAFrameThatIsNotShownATimestampOfItsOwn() throws CaptureException {
        final CaptureWriter writer = CaptureWriter.ivf("VP80", 30, 1);
        writer.ivfFrame(0, CaptureWriter.vp8Frame(true, 100, 1));
        writer.ivfFrame(1, CaptureWriter.vp8Frame(false, 100, 2));
        writer.ivfFrame(1, CaptureWriter.vp8Frame(false, 100, 3));
        final Recording recording = load(writer.bytes());
        assertThat(recording.frames()).isEqualTo(3);
        assertThat(recording.ticks(2)).isEqualTo(3_001);
    }

    @ParameterizedTest
    @ValueSource(strings = {"VP90", "AV01", "H264"})
    void shouldSayWhichCodecsItCannotPack(final String codec) {
        assertWrong(CaptureWriter.ivf(codec, 30, 1).bytes(), "offset 8: the codec is " + codec + "; of IVF files only");
    }

    @Test
    void shouldNameTheOffsetOfWhatIsWrong() {
        final byte[] key = CaptureWriter.vp8Frame(true, 100, 1);
        final byte[] file = CaptureWriter.ivf("VP80", 30, 1).ivfFrame(0, key).bytes();
        assertWrong(Arrays.copyOf(file, 30), "offset 0: the file header of 32 bytes does not fit");
        assertWrong(Arrays.copyOf(file, 40), "offset 32: a frame header of 12 bytes does not fit");
        assertWrong(Arrays.copyOf(file, 143), "offset 32: a frame of 112 bytes does not fit; the file ends at 143");
        assertWrong(CaptureWriter.ivf("VP80", 0, 1).bytes(), "offset 16: a time base of 1/0");
        assertWrong(
                CaptureWriter.ivf("VP80", 30, 1)
                        .ivfFrame(5, key)
                        .ivfFrame(4, key)
                        .bytes(),
                "offset 148: a time of 0.1333");
        assertWrong(CaptureWriter.ivf("VP80", 30, 1).ivfFrame(-1, key).bytes(), "offset 36: a time of -0.0333");
        key[4] = 0;
        assertWrong(CaptureWriter.ivf("VP80", 30, 1).ivfFrame(0, key).bytes(), "offset 44: no VP8 frame");
        file[32 + 3] = 1;
        assertWrong(file, "offset 32: a frame of 16777316 bytes; at most 1048576 are allowed");
    }

    @Test
    void shouldRefuseAFileThatNothingCanBeShownOf() {
        assertWrong(CaptureWriter.ivf("VP80", 30, 1).bytes(), "there is no whole key frame of VP8 in it");
        assertWrong(
                CaptureWriter.ivf("VP80", 30, 1)
                        .ivfFrame(0, CaptureWriter.vp8Frame(false, 100, 1))
                        .bytes(),
                "there is no whole key frame of VP8 in it");
        assertThatThrownBy(() -> CaptureFile.parse(
                        "clip.ivf",
                        CaptureWriter.ivf("VP80", 30, 1)
                                .ivfFrame(0, CaptureWriter.vp8Frame(true, 100, 1))
                                .bytes(),
                        Codec.OPUS,
                        RtpChoice.ONLY))
                .hasMessage("clip.ivf holds VP8, not opus");
    }

    private static void assertWrong(final byte[] file, final String part) {
        assertThatThrownBy(() -> load(file))
                .isInstanceOf(CaptureException.class)
                .hasMessageStartingWith("clip.ivf: ")
                .hasMessageContaining(part);
    }

    private static Recording load(final byte[] file) throws CaptureException {
        return CaptureFile.parse("clip.ivf", file, Codec.VP8, RtpChoice.ONLY);
    }
}
