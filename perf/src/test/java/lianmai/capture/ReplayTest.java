package lianmai.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import lianmai.relay.Codec;
import lianmai.rtp.Vp8Descriptor;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
    private static final int ROUNDS = 4_000;
    private static final int OFFSET = 5;

    @TempDir
    private Path folder;

    private final UnsafeBuffer out = new UnsafeBuffer(new byte[OFFSET + 1_400]);

    @Test
    void shouldLookLikeOneEndlessStream() throws CaptureException {
        final Replay replay = new Replay(CaptureFile.parse("test", new RtpSample().pcap(), Codec.VP8, RtpChoice.ONLY));
        for (int frame = 0; frame < RtpSample.FRAMES * ROUNDS; frame++) {
            assertThat(replay.nextFrameNs()).isEqualTo(frame * (RtpSample.FRAME_MS * 1_000_000L));
            assertThat(replay.nextFrame(frame % 7 == 0)).isEqualTo(RtpSample.PACKETS_PER_FRAME);
            assertThat(replay.timestamp()).isEqualTo((long) frame * RtpSample.FRAME_TICKS);
            assertThat(replay.isKeyFrame()).isEqualTo(frame % RtpSample.FRAMES == 0);
            for (int i = 0; i < RtpSample.PACKETS_PER_FRAME; i++) {
                assertThat(replay.packet(i, out, OFFSET)).isEqualTo(8);
                assertThat(replay.marker(i)).isEqualTo(i == RtpSample.PACKETS_PER_FRAME - 1);
                assertThat(Vp8Descriptor.pictureId(out, OFFSET)).isEqualTo(0x7FFC + frame & 0x7FFF);
                assertThat(Vp8Descriptor.tl0PictureIndex(out, OFFSET)).isEqualTo(250 + frame & 0xFF);
                assertThat(out.getByte(OFFSET + 6)).isEqualTo((byte) (frame % RtpSample.FRAMES));
            }
        }
    }

    @Test
    void shouldNeverGoBackInTimeWhenTheLastFramesWereLate() throws CaptureException {
        final RtpSample sample = new RtpSample();
        for (int i = 27; i < 30; i++) { // the last frame came 100 ms late
            sample.packets.set(
                    i,
                    new RtpSample.Packet(
                            sample.packets.get(i).ms() + 100,
                            sample.packets.get(i).rtp()));
        }
        final Replay replay = new Replay(CaptureFile.parse("test", sample.pcap(), Codec.VP8, RtpChoice.ONLY));
        long before = 0;
        for (int frame = 0; frame < 5 * RtpSample.FRAMES; frame++) {
            assertThat(replay.nextFrameNs()).isGreaterThanOrEqualTo(before);
            before = replay.nextFrameNs();
            replay.nextFrame(false);
        }
        // Its lateness does not add up: a round still takes ten frames.
        assertThat(before).isEqualTo((4 * 400 + 360 + 100) * 1_000_000L);
    }

    @Test
    void shouldLoadFromAFile() throws Exception {
        final Path file = Files.write(folder.resolve("call.pcap"), new RtpSample().pcap());
        assertThat(CaptureFile.load(file, Codec.VP8, RtpChoice.ONLY))
                .hasToString("VP8, 10 frames in 30 packets, 0.4 s");
        final Path missing = folder.resolve("missing.pcap");
        assertThatThrownBy(() -> CaptureFile.load(missing, Codec.VP8, RtpChoice.ONLY))
                .isInstanceOf(CaptureException.class)
                .hasMessage(missing + " does not exist");
        assertThatThrownBy(() -> CaptureFile.load(folder, Codec.VP8, RtpChoice.ONLY))
                .isInstanceOf(CaptureException.class)
                .hasMessage(folder + " is no ordinary file");
    }
}
