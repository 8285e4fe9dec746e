package lianmai.rtp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import lianmai.sim.RandomBytes;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** No bytes may make a reader of payload descriptors throw, read beyond the payload, or loop. */
class PayloadFuzzTest {
    private static final long SEED = 20_253;
    private static final int ROUNDS = 100_000;

    private static final byte[][] SAMPLES = {
        Hex.bytes("90 f0 9234 fe 7f 00"),
        Hex.bytes("ba ffff 00 38 01400168028002d0 02 04 01 00 00"),
        Hex.bytes("d8 7f 03 03 02 00"),
        Hex.bytes("78 0002 6742 0002 68ce 0002 6588"),
        Hex.bytes("7c 85 88"),
        Hex.bytes("00 023200 020a0b"),
        Hex.bytes("20 02120a 0a0b"),
    };

    @FuzzTest
    void shouldSurviveAnyPayload(final byte[] bytes) {
        RandomBytes.parse(bytes, PayloadFuzzTest::readAll);
    }

    @Test
    void shouldSurviveNoiseAndSpoiltSamples() {
        RandomBytes.feed(SEED, ROUNDS, PayloadFuzzTest::readAll, SAMPLES);
    }

    private static void readAll(final UnsafeBuffer b, final int offset, final int length) {
        H264Payload.isKeyFrameStart(b, offset, length);
        Av1Payload.isKeyFrameStart(b, offset, length);
        Vp8Descriptor.isKeyFrameStart(b, offset, length);
        Vp9Descriptor.isKeyFrameStart(b, offset, length);
        if (Vp8Descriptor.length(b, offset, length) != Vp8Descriptor.MALFORMED) {
            readVp8(b, offset);
        }
        if (Vp9Descriptor.length(b, offset, length) != Vp9Descriptor.MALFORMED) {
            readVp9(b, offset);
        }
    }

    private static void readVp8(final UnsafeBuffer b, final int offset) {
        Vp8Descriptor.temporalId(b, offset);
        Vp8Descriptor.isLayerSync(b, offset);
        Vp8Descriptor.keyIndex(b, offset);
        Vp8Descriptor.tl0PictureIndex(b, offset);
        final int id = Vp8Descriptor.pictureId(b, offset);
        if (id != Vp8Descriptor.ABSENT) {
            PictureId.write(b, Vp8Descriptor.pictureIdOffset(b, offset), id + 1);
        }
        if (Vp8Descriptor.tl0PictureIndexOffset(b, offset) != Vp8Descriptor.ABSENT) {
            Vp8Descriptor.tl0PictureIndex(b, offset, 0);
        }
    }

    private static void readVp9(final UnsafeBuffer b, final int offset) {
        Vp9Descriptor.temporalId(b, offset);
        Vp9Descriptor.spatialId(b, offset);
        Vp9Descriptor.tl0PictureIndex(b, offset);
        final int id = Vp9Descriptor.pictureId(b, offset);
        if (id != Vp9Descriptor.ABSENT) {
            PictureId.write(b, Vp9Descriptor.pictureIdOffset(b, offset), id + 1);
        }
        if (Vp9Descriptor.tl0PictureIndexOffset(b, offset) != Vp9Descriptor.ABSENT) {
            Vp9Descriptor.tl0PictureIndex(b, offset, 0);
        }
    }
}
