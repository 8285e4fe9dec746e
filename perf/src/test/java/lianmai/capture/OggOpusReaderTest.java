package lianmai.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import lianmai.relay.Codec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OggOpusReaderTest {
    private static final int SERIAL = 77;
    private static final int FIRST = 2;
    private static final int LAST = 4;
    private static final int CONTINUED = 1;
    private static final byte[] NO_PACKET = new byte[0];

    @Test
    void shouldTimePacketsByTheirLengthAndTheGranulePositions() throws CaptureException {
        final Recording recording = load(headed(10)
                .oggPage(0, 1_920, SERIAL, 2, sound(1), sound(2))
                .oggPage(0, 2_880, SERIAL, 3, sound(3))
                .oggPage(LAST, 3_500, SERIAL, 4, sound(4)) // 340 samples are cut off
                .bytes());
        assertThat(recording.frames()).isEqualTo(4).isEqualTo(recording.packets());
        for (int i = 0; i < 4; i++) {
            assertThat(recording.ticks(i)).isEqualTo(960L * i);
            assertThat(recording.dueNs(i)).isEqualTo(20_000_000L * i);
            assertThat(recording.payloads().getByte(recording.offset(i) + 1)).isEqualTo((byte) (i + 1));
            assertThat(recording.length(i)).isEqualTo(40);
            assertThat(recording.marker(i)).isEqualTo(i == 0);
            assertThat(recording.isKeyFrame(i)).isFalse();
        }
        assertThat(recording.loopTicks()).isEqualTo(4 * 960);
        assertThat(recording.loopNs()).isEqualTo(80_000_000);
    }

    @Test
    void shouldLeaveAHoleWhereTheGranulePositionsShowOne() throws CaptureException {
        final Recording recording = load(headed(10)
                .oggPage(0, 100_960, SERIAL, 2, sound(1)) // cut out of something longer
                .oggPage(0, 101_920 + 4_800, SERIAL, 3, sound(2))
                .bytes());
        assertThat(recording.ticks(0)).isZero();
        assertThat(recording.ticks(1)).isEqualTo(960 + 4_800);
    }

    @Test
    void shouldPutPacketsTogetherThatGoOverPages() throws CaptureException {
        // Comments that fill pages, as a cover picture does, and a packet of sound over two pages.
        final byte[] tags = CaptureWriter.opusTags(255 * 300 - 20);
        final byte[] full = new byte[255];
        Arrays.fill(full, (byte) 255);
        final byte[] rest = new byte[46];
        Arrays.fill(rest, (byte) 255);
        rest[45] = 0;
        final byte[] long1 = Arrays.copyOf(sound(1), 600);
        final CaptureWriter writer = CaptureWriter.ogg()
                .oggPage(FIRST, 0, SERIAL, 0, CaptureWriter.opusHead(2, 0))
                .oggRawPage(0, -1, SERIAL, 1, full, Arrays.copyOf(tags, 255 * 255))
                .oggRawPage(CONTINUED, 0, SERIAL, 2, rest, Arrays.copyOfRange(tags, 255 * 255, 255 * 300))
                .oggRawPage(0, -1, SERIAL, 3, new byte[] {(byte) 255}, Arrays.copyOf(long1, 255))
                .oggRawPage(
                        CONTINUED, 960, SERIAL, 4, new byte[] {(byte) 255, 90}, Arrays.copyOfRange(long1, 255, 600));
        final Recording recording = load(writer.bytes());
        assertThat(recording.packets()).isOne();
        assertThat(recording.length(0)).isEqualTo(600);
    }

    @ParameterizedTest
    @CsvSource({
        "0x00, 480", // SILK, 10 ms
        "0x18, 2880", // SILK, 60 ms
        "0x68, 960", // hybrid, 20 ms
        "0x80, 120", // CELT, 2.5 ms
        "0xF8, 960", // CELT, 20 ms
        "0xF9, 1920", // two frames
        "0xFB, 2880" // as many as the next byte says: 3
    })
    void shouldKnowHowLongAPacketSounds(final String toc, final int samples) throws CaptureException {
        final byte[] packet = {(byte) (int) Integer.decode(toc), 3, 0, 0};
        final Recording recording = load(
                headed(0).oggPage(0, 2L * samples, SERIAL, 2, packet, packet).bytes());
        assertThat(recording.ticks(1)).isEqualTo(samples);
        assertThat(recording.loopTicks()).isEqualTo(2L * samples);
    }

    @Test
    void shouldReadTheFirstOfSeveralStreams() throws CaptureException {
        final Recording recording = load(CaptureWriter.ogg()
                .oggPage(FIRST, 0, SERIAL, 0, CaptureWriter.opusHead(1, 0))
                .oggPage(FIRST, 0, 5, 0, new byte[] {1, 2, 3})
                .oggPage(0, 0, SERIAL, 1, CaptureWriter.opusTags(0))
                .oggPage(0, 0, 5, 1, new byte[] {4})
                .oggPage(LAST, 960, SERIAL, 2, sound(1))
                .oggPage(FIRST, 0, 6, 0, CaptureWriter.opusHead(1, 0))
                .bytes());
        assertThat(recording.packets()).isOne();
    }

    @Test
    void shouldNameTheOffsetOfWhatIsWrong() {
        final byte[] file = headed(0).oggPage(0, 960, SERIAL, 2, sound(1)).bytes();
        final int first = file.length - 27 - 1 - 40;
        assertWrong(Arrays.copyOf(file, 20), "offset 0: a page header of 27 bytes does not fit");
        assertWrong(Arrays.copyOf(file, file.length - 1), "offset " + first + ": a page of 68 bytes does not fit");
        file[file.length - 1]++;
        assertWrong(file, "offset " + (first + 22) + ": the page's checksum does not fit its bytes");
        assertWrong(
                CaptureWriter.ogg().oggPage(0, 0, SERIAL, 0, NO_PACKET).bytes(),
                "offset 5: the first page does not begin a stream");
        assertWrong(
                CaptureWriter.ogg()
                        .oggPage(FIRST, 0, SERIAL, 0, new byte[] {1, 'v', 'o', 'r', 'b', 'i', 's'})
                        .bytes(),
                "no OpusHead packet; only Opus in Ogg can be replayed");
        assertWrong(
                CaptureWriter.ogg()
                        .oggPage(FIRST, 0, SERIAL, 0, CaptureWriter.opusHead(6, 1))
                        .bytes(),
                "6 channels in mapping family 1; RTP carries mono or stereo");
        assertWrong(headed(0).oggPage(0, 960, SERIAL, 3, sound(1)).bytes(), "page 3 follows, not 2: pages are missing");
        assertWrong(
                headed(0).oggPage(CONTINUED, 960, SERIAL, 2, sound(1)).bytes(), "a packet goes on that did not begin");
        assertWrong(headed(0).oggPage(0, -1, SERIAL, 2, sound(1)).bytes(), "it has no granule position");
        assertWrong(headed(0).oggPage(0, 900, SERIAL, 2, sound(1)).bytes(), "900 is less than the page's 960 samples");
        assertWrong(
                headed(0)
                        .oggPage(0, 960, SERIAL, 2, sound(1))
                        .oggPage(0, 1_000, SERIAL, 3, sound(1))
                        .bytes(),
                "granule position 1000 goes back; the packets end at 1920");
        assertWrong(headed(0).oggPage(0, 1L << 50, SERIAL, 2, sound(1)).bytes(), "is no time in a recording");
        assertWrong(headed(0).oggPage(0, 960, SERIAL, 2, NO_PACKET).bytes(), "an empty packet ends on this page");
        assertWrong(
                headed(0)
                        .oggPage(0, 960, SERIAL, 2, new byte[] {(byte) 0xFB, 63})
                        .bytes(),
                "a packet of 60480 samples");
        assertWrong(headed(0).bytes(), "there is no whole packet of opus in it");
    }

    private static byte[] sound(final int mark) {
        final byte[] packet = new byte[40];
        packet[0] = (byte) 0xF8; // CELT, 20 ms, one frame
        packet[1] = (byte) mark;
        return packet;
    }

    private static CaptureWriter headed(final int commentBytes) {
        return CaptureWriter.ogg()
                .oggPage(FIRST, 0, SERIAL, 0, CaptureWriter.opusHead(2, 0))
                .oggPage(0, 0, SERIAL, 1, CaptureWriter.opusTags(commentBytes));
    }

    private static void assertWrong(final byte[] file, final String part) {
        assertThatThrownBy(() -> load(file))
                .isInstanceOf(CaptureException.class)
                .hasMessageStartingWith("song.opus: ")
                .hasMessageContaining(part);
    }

    private static Recording load(final byte[] file) throws CaptureException {
        return CaptureFile.parse("song.opus", file, Codec.OPUS, RtpChoice.ONLY);
    }
}
