package lianmai.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import lianmai.relay.Codec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkCaptureTest {
    private static final long NS_PER_MS = 1_000_000;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 101, 108, 113, 276})
    void shouldReadEveryKindOfPcap(final int linkType) throws CaptureException {
        for (final ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            for (final boolean nanoseconds : new boolean[] {false, true}) {
                for (final boolean ipv6 : new boolean[] {false, true}) {
                    assertIsSample(load(new RtpSample().pcap(order, nanoseconds, linkType, ipv6)), 0);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 6", "101, 9", "113, 3", "276, 138"})
    void shouldReadEveryKindOfPcapng(final int linkType, final int timeResolution) throws CaptureException {
        for (final ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            assertIsSample(load(new RtpSample().pcapng(order, linkType, timeResolution)), 1);
        }
    }

    @Test
    void shouldPutReorderedPacketsRightAndLeaveDuplicatesOut() throws CaptureException {
        final RtpSample sample = new RtpSample().swapped(4).swapped(11).swapped(20);
        sample.packets.add(8, sample.packets.get(5));
        assertThat(payloads(load(sample.pcap()))).isEqualTo(payloads(load(new RtpSample().pcap())));
    }

    @Test
    void shouldTellHowManyPacketsTheCaptureLacks() throws CaptureException {
        final RtpSample sample = new RtpSample();
        sample.packets.remove(7);
        sample.packets.remove(13);
        final Recording recording = load(sample.pcap());
        assertThat(recording.missing()).isEqualTo(2);
        assertThat(recording.packets()).isEqualTo(28);
        assertThat(recording.toString()).contains("2 packets are missing");
    }

    @Test
    void shouldBeginWithAKeyFrameAndEndWithAWholeFrame() throws CaptureException {
        final RtpSample sample = new RtpSample();
        final RtpSample.Packet early = sample.packets.get(4);
        sample.packets.removeLast();
        sample.packets.addFirst(new RtpSample.Packet(
                early.ms(),
                CaptureWriter.rtp(
                        RtpSample.PAYLOAD_TYPE, 65_529, -23_600, RtpSample.SSRC, true, RtpSample.payload(4, 0))));
        final Recording recording = load(sample.pcap());
        assertThat(recording.frames()).isEqualTo(RtpSample.FRAMES - 1);
        assertThat(recording.isKeyFrame(0)).isTrue();
        assertThat(recording.packets()).isEqualTo(27);
        assertThat(recording.marker(26)).isTrue();
        assertThat(recording.loopTicks()).isEqualTo(9 * RtpSample.FRAME_TICKS);
    }

    @Test
    void shouldPassOverWhatIsNoWholeUdpDatagram() throws CaptureException {
        final byte[] whole =
                CaptureWriter.udp4(new RtpSample().packets.getFirst().rtp());
        final byte[] fragment = whole.clone();
        fragment[6] = 0x20;
        final byte[] tcp = whole.clone();
        tcp[9] = 6;
        final CaptureWriter writer = CaptureWriter.pcap(ByteOrder.LITTLE_ENDIAN, false, 101);
        for (final byte[] odd : List.of(
                fragment, tcp, Arrays.copyOf(whole, 30), Arrays.copyOf(whole, 10), new byte[0], new byte[] {0x60})) {
            writer.pcapPacket(0, 0, odd);
        }
        assertThatThrownBy(() -> load(writer.bytes())).hasMessage("test: there is no RTP stream in it");
    }

    @Test
    void shouldAskWhichStreamIsMeant() throws CaptureException {
        final RtpSample sample = new RtpSample();
        for (int i = 0; i < 5; i++) {
            sample.packets.add(new RtpSample.Packet(
                    20 * i, CaptureWriter.rtp(111, i, 960 * i, 0x1234, i == 0, new byte[] {8, 1, 2})));
        }
        final byte[] file = sample.pcap();
        assertThatThrownBy(() -> load(file))
                .isInstanceOf(CaptureException.class)
                .hasMessage("test: there are 2 RTP streams in it; choose one of"
                        + " pt=96 ssrc=0x89abcdef (30 packets), pt=111 ssrc=0x00001234 (5 packets)");
        final Recording video = CaptureFile.parse("test", file, Codec.VP8, new RtpChoice(96, RtpChoice.ANY));
        assertThat(video.packets()).isEqualTo(30);
        final Recording sound = CaptureFile.parse("test", file, Codec.OPUS, new RtpChoice(RtpChoice.ANY, 0x1234));
        assertThat(sound.packets()).isEqualTo(5);
        assertThat(sound.loopNs()).isEqualTo(100 * NS_PER_MS);
        assertThat(sound.isKeyFrame(0)).isFalse();
        assertThatThrownBy(() -> CaptureFile.parse("test", file, Codec.VP8, new RtpChoice(97, RtpChoice.ANY)))
                .hasMessage("test: there is no RTP stream in it with this payload type and SSRC");
    }

    @Test
    void shouldNameTheOffsetOfWhatIsWrong() {
        final byte[] pcap = new RtpSample().pcap();
        final int packet = 24 + 16 + 18 + 28 + 20;
        assertWrong(Arrays.copyOf(pcap, 20), "offset 0: the file header of 24 bytes does not fit; the file ends at 20");
        assertWrong(Arrays.copyOf(pcap, packet + 5), "offset " + packet + ": a packet header of 16 bytes does not fit");
        assertWrong(Arrays.copyOf(pcap, packet + 20), "offset " + packet + ": a packet of 82 bytes does not fit");
        assertWrong(with(pcap, 20, (byte) 105), "offset 20: link type 105 is not known here");
        assertWrong(with(pcap, 24 + 8 + 3, (byte) 0xFF), "offset 24: a packet of");
        assertWrong(new byte[] {1, 2, 3}, "offset 0: neither pcap, pcapng, IVF nor Ogg");

        final byte[] pcapng = new RtpSample().pcapng(ByteOrder.LITTLE_ENDIAN, 1, 6);
        assertWrong(with(pcapng, 8, (byte) 0), "offset 8: no byte order magic");
        assertWrong(with(pcapng, 4, (byte) 29), "offset 4: a block's length of 29");
        assertWrong(with(pcapng, 24, (byte) 32), "offset 24: a block's length is repeated as 32, not 28");
        assertWrong(Arrays.copyOf(pcapng, pcapng.length - 2), "a block of");
        final CaptureWriter simple = CaptureWriter.pcapng(ByteOrder.LITTLE_ENDIAN, 1, 6);
        assertWrong(simple.block(3, simple.body()).bytes(), "a simple packet, which has no time");
    }

    @Test
    void shouldRefuseAPayloadThatNoPacketOfOursHolds() {
        final RtpSample sample = new RtpSample();
        final byte[] large = Arrays.copyOf(RtpSample.payload(0, 0), 1_401);
        sample.packets.set(
                0, new RtpSample.Packet(0, CaptureWriter.rtp(96, 65_530, -20_000, RtpSample.SSRC, false, large)));
        assertWrong(sample.pcap(), "offset 86: a payload of 1401 bytes; packets carry at most 1400 here");
    }

    @Test
    void shouldRefuseACaptureWithoutTimes() {
        final RtpSample sample = new RtpSample();
        sample.packets.replaceAll(packet -> new RtpSample.Packet(0, packet.rtp()));
        assertWrong(sample.pcap(), "a recording lasts longer than nothing");
    }

    private static void assertIsSample(final Recording recording, final int toleranceMs) {
        assertThat(recording.codec()).isEqualTo(Codec.VP8);
        assertThat(recording.frames()).isEqualTo(RtpSample.FRAMES);
        assertThat(recording.packets()).isEqualTo(RtpSample.FRAMES * RtpSample.PACKETS_PER_FRAME);
        assertThat(recording.missing()).isZero();
        assertThat(recording.loopTicks()).isEqualTo(RtpSample.FRAMES * RtpSample.FRAME_TICKS);
        assertThat(recording.loopNs()).isEqualTo(RtpSample.FRAMES * RtpSample.FRAME_MS * NS_PER_MS);
        for (int frame = 0; frame < RtpSample.FRAMES; frame++) {
            assertThat(recording.ticks(frame)).isEqualTo((long) frame * RtpSample.FRAME_TICKS);
            assertThat(recording.dueNs(frame))
                    .isCloseTo((long) frame * RtpSample.FRAME_MS * NS_PER_MS, within(toleranceMs * NS_PER_MS));
            assertThat(recording.isKeyFrame(frame)).isEqualTo(frame == 0);
            final int first = recording.firstPacket(frame);
            for (int i = 0; i < RtpSample.PACKETS_PER_FRAME; i++) {
                assertThat(payloads(recording).get(first + i)).isEqualTo(ByteBuffer.wrap(RtpSample.payload(frame, i)));
                assertThat(recording.marker(first + i)).isEqualTo(i == RtpSample.PACKETS_PER_FRAME - 1);
            }
        }
    }

    private static List<ByteBuffer> payloads(final Recording recording) {
        return IntStream.range(0, recording.packets())
                .mapToObj(i -> {
                    final byte[] bytes = new byte[recording.length(i)];
                    recording.payloads().getBytes(recording.offset(i), bytes);
                    return ByteBuffer.wrap(bytes);
                })
                .toList();
    }

    private static void assertWrong(final byte[] file, final String part) {
        assertThatThrownBy(() -> load(file))
                .isInstanceOf(CaptureException.class)
                .hasMessageStartingWith("test: ")
                .hasMessageContaining(part);
    }

    private static byte[] with(final byte[] bytes, final int at, final byte value) {
        final byte[] changed = bytes.clone();
        changed[at] = value;
        return changed;
    }

    private static Recording load(final byte[] file) throws CaptureException {
        return CaptureFile.parse("test", file, Codec.VP8, RtpChoice.ONLY);
    }
}
