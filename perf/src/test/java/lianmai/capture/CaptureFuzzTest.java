package lianmai.capture;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import lianmai.relay.Codec;
import lianmai.sim.RandomBytes;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** No file may make a reader throw anything but its one-line complaint, read beyond the file, or loop. */
class CaptureFuzzTest {
    private static final long SEED = 33_033;
    private static final int ROUNDS = 5_000;
    private static final int FRAMES_PLAYED = 50;

    @FuzzTest
    void shouldSurviveAnyPcap(final byte[] bytes) {
        play(bytes, Codec.VP8);
    }

    @FuzzTest
    void shouldSurviveAnyPcapng(final byte[] bytes) {
        play(bytes, Codec.H264);
    }

    @FuzzTest
    void shouldSurviveAnyIvf(final byte[] bytes) {
        play(bytes, Codec.VP8);
    }

    @FuzzTest
    void shouldSurviveAnyOgg(final byte[] bytes) {
        play(withChecksums(bytes), Codec.OPUS);
    }

    @Test
    void shouldSurviveNoiseAndSpoiltSamples() {
        final byte[][] samples = {
            new RtpSample().pcap(ByteOrder.LITTLE_ENDIAN, false, 1, false),
            new RtpSample().pcap(ByteOrder.BIG_ENDIAN, true, 276, true),
            new RtpSample().pcapng(ByteOrder.LITTLE_ENDIAN, 1, 6),
            new RtpSample().pcapng(ByteOrder.BIG_ENDIAN, 113, 138),
            CaptureWriter.ivf("VP80", 30, 1)
                    .ivfFrame(0, CaptureWriter.vp8Frame(true, 1_500, 1))
                    .ivfFrame(1, CaptureWriter.vp8Frame(false, 20, 2))
                    .bytes(),
            CaptureWriter.ogg()
                    .oggPage(2, 0, 1, 0, CaptureWriter.opusHead(2, 0))
                    .oggPage(0, 0, 1, 1, CaptureWriter.opusTags(3))
                    .oggPage(0, 1_920, 1, 2, new byte[] {(byte) 0xF8, 1}, new byte[] {(byte) 0xF8, 2})
                    .oggPage(4, 2_800, 1, 3, new byte[] {(byte) 0xF8, 3})
                    .bytes(),
        };
        RandomBytes.feed(SEED, ROUNDS, CaptureFuzzTest::playAll, samples);
    }

    private static void playAll(final UnsafeBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        for (final Codec codec : Codec.values()) {
            play(bytes, codec);
        }
        play(withChecksums(bytes), Codec.OPUS);
    }

    /** Loads a file and, if it is one, plays some frames of it. */
    private static void play(final byte[] bytes, final Codec codec) {
        final Recording recording;
        try {
            recording = CaptureFile.parse("fuzz", bytes, codec, RtpChoice.ONLY);
        } catch (final CaptureException e) {
            if (e.getMessage().isBlank() || e.getMessage().contains("\n")) {
                throw new IllegalStateException("no one-line message", e);
            }
            return;
        }
        final UnsafeBuffer out = new UnsafeBuffer(new byte[RecordingBuilder.MAX_PAYLOAD_BYTES]);
        final Replay replay = new Replay(recording);
        long before = 0;
        for (int frame = 0; frame < FRAMES_PLAYED; frame++) {
            final long due = replay.nextFrameNs();
            final int packets = replay.nextFrame(true);
            if (due < before || packets < 1) {
                throw new IllegalStateException("frame " + frame + " of " + packets + " packets is due at " + due);
            }
            before = due;
            for (int i = 0; i < packets; i++) {
                if (replay.packet(i, out, 0) < 1) {
                    throw new IllegalStateException("an empty payload");
                }
            }
        }
    }

    /** A fuzzer does not guess checksums; every page gets a right one. */
    private static byte[] withChecksums(final byte[] bytes) {
        final byte[] repaired = bytes.clone();
        final DirectBuffer b = new UnsafeBuffer(repaired);
        int at = 0;
        while (at + 27 <= repaired.length) {
            int length = 27 + (b.getByte(at + 26) & 0xFF);
            for (int i = at + 27; i < Math.min(at + 27 + (b.getByte(at + 26) & 0xFF), repaired.length); i++) {
                length += b.getByte(i) & 0xFF;
            }
            if (at + length > repaired.length) {
                break;
            }
            ByteBuffer.wrap(repaired)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(at + 22, CaptureWriter.oggCrc(repaired, at, length));
            at += length;
        }
        return repaired;
    }
}
