package lianmai.rtp;

import static lianmai.rtp.Hex.AT;
import static org.assertj.core.api.Assertions.assertThat;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadsTest {
    @ParameterizedTest
    @CsvSource({
        "65 88, true, an IDR slice that begins the picture",
        "65 08, false, a later slice of an IDR picture",
        "67 42, true, sequence parameters",
        "68 ce, false, picture parameters",
        "41 9a, false, a slice that is no IDR",
        "06 05, false, supplemental information",
        "65, false, too short",
        "78 0002 6742 0002 68ce 0002 6588, true, STAP-A with sequence parameters",
        "78 0002 0605 0003 658800, true, STAP-A with the IDR slice behind another unit",
        "78 0002 68ce 0002 419a, false, STAP-A without",
        "78 0004 6742, false, STAP-A beyond the payload",
        "78 0000 0002 6742, false, STAP-A with an empty unit",
        "7c 85 88, true, FU-A that starts an IDR slice",
        "7c 05 88, false, FU-A amid an IDR slice",
        "7c 85, false, FU-A without a fragment",
        "7c 87 42, true, FU-A that starts sequence parameters",
        "7c 81 9a, false, FU-A that starts another slice",
    })
    void shouldTellAKeyFrameInH264(final String hex, final boolean key, final String what) {
        final UnsafeBuffer b = Hex.buffer(hex);
        assertThat(H264Payload.isKeyFrameStart(b, AT, b.capacity() - AT))
                .as(what)
                .isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({
        "18 0a0b, true, N says so",
        "98 0a0b, false, N with Z is a contradiction",
        "10 0a0b0c, true, one element: a sequence header",
        "10 320b0c, false, one element: a frame",
        "90 0a0b0c, false, what looks like a sequence header continues another element",
        "20 02120a 0a0b, true, a temporal delimiter with a length then the sequence header",
        "a0 02120a 0a0b, true, the second element begins here even when the first one continues",
        "00 023200 020a0b, true, every element has a length",
        "00 023200 023200, false, no sequence header",
        "00 ff0a0b, false, an element beyond the payload",
        "00 ffffffff010a, false, a length of more bytes than a packet can need",
        "00 00 020a0b, true, an empty element before",
        "10, false, too short",
    })
    void shouldTellAKeyFrameInAv1(final String hex, final boolean key, final String what) {
        final UnsafeBuffer b = Hex.buffer(hex);
        assertThat(Av1Payload.isKeyFrameStart(b, AT, b.capacity() - AT))
                .as(what)
                .isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({
        "10 00, 1, true, no extension: a key frame",
        "10 01, 1, false, no extension: an inter frame",
        "00 00, 1, false, amid the first partition",
        "11 00, 1, false, the start of the second partition",
        "30 00, 1, true, a key frame that is not referenced",
        "90 00 00, 2, true, extension without fields",
        "90 80 7f 00, 3, true, picture id of 7 bits",
        "90 80 ffff 00, 4, true, picture id of 15 bits",
        "90 e0 ffff 05 60 00, 6, true, all but KEYIDX",
        "90 f0 ffff 05 7f 01, 6, false, all fields, inter frame",
        "90 10 1f 00, 3, true, KEYIDX alone",
        "90 60 05 40 00, 4, true, no picture id",
        "10, -1, false, nothing behind",
        "90, -1, false, extension byte missing",
        "90 80, -1, false, picture id missing",
        "90 80 80 00, -1, false, nothing behind a picture id of 15 bits",
        "90 f0 ffff 05 7f, -1, false, nothing behind all fields",
    })
    void shouldMeasureAVp8Descriptor(final String hex, final int length, final boolean key, final String what) {
        final UnsafeBuffer b = Hex.buffer(hex);
        assertThat(Vp8Descriptor.length(b, AT, b.capacity() - AT)).as(what).isEqualTo(length);
        assertThat(Vp8Descriptor.isKeyFrameStart(b, AT, b.capacity() - AT))
                .as(what)
                .isEqualTo(key);
    }

    @Test
    void shouldReadAndRewriteVp8Fields() {
        final UnsafeBuffer b = Hex.buffer("90 f0 9234 fe 7f 00");
        assertThat(Vp8Descriptor.isFrameStart(b, AT)).isTrue();
        assertThat(Vp8Descriptor.pictureId(b, AT)).isEqualTo(0x1234);
        assertThat(Vp8Descriptor.pictureIdOffset(b, AT)).isEqualTo(AT + 2);
        assertThat(Vp8Descriptor.tl0PictureIndex(b, AT)).isEqualTo(254);
        assertThat(Vp8Descriptor.tl0PictureIndexOffset(b, AT)).isEqualTo(AT + 4);
        assertThat(Vp8Descriptor.temporalId(b, AT)).isEqualTo(1);
        assertThat(Vp8Descriptor.isLayerSync(b, AT)).isTrue();
        assertThat(Vp8Descriptor.keyIndex(b, AT)).isEqualTo(31);
        PictureId.write(b, Vp8Descriptor.pictureIdOffset(b, AT), 0x8001);
        Vp8Descriptor.tl0PictureIndex(b, AT, 256 + 3);
        assertThat(Hex.of(b, AT, 7)).isEqualTo("90f08001037f00");
    }

    @Test
    void shouldSayWhichVp8FieldsAreAbsent() {
        final UnsafeBuffer b = Hex.buffer("10 00");
        assertThat(Vp8Descriptor.pictureId(b, AT)).isEqualTo(Vp8Descriptor.ABSENT);
        assertThat(Vp8Descriptor.tl0PictureIndex(b, AT)).isEqualTo(Vp8Descriptor.ABSENT);
        assertThat(Vp8Descriptor.temporalId(b, AT)).isEqualTo(Vp8Descriptor.ABSENT);
        assertThat(Vp8Descriptor.keyIndex(b, AT)).isEqualTo(Vp8Descriptor.ABSENT);
        assertThat(Vp8Descriptor.isLayerSync(b, AT)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "08 00, 1, true, no field at all",
        "00 00, 1, false, not the begin of a frame",
        "48 00, 1, false, predicted from earlier pictures",
        "88 7f 00, 2, true, picture id of 7 bits",
        "88 ffff 00, 3, true, picture id of 15 bits",
        "a8 ffff 00 05 00, 5, true, layers and TL0PICIDX",
        "a8 ffff 02 05 00, 5, false, spatial layer 1",
        "b8 ffff 00 00, 4, true, flexible mode has no TL0PICIDX",
        "d8 7f 02 00, 3, false, one reference",
        "d8 7f 03 03 02 00, 5, false, three references",
        "d8 7f 03 03 03 02 00, -1, false, four references",
        "d8 7f 03, -1, false, a reference missing",
        "0a 00 00, 2, true, scalability structure of one layer",
        "0a 30 01400168028002d0 00, 10, true, structure of two layers with sizes",
        "0a 08 02 04 01 00 00, 6, true, structure with a group of two pictures",
        "0a 08 02 04 01, -1, false, structure cut off in the group",
        "0a 30 0140, -1, false, structure cut off in the sizes",
        "0a 08, -1, false, structure cut off before the group",
        "0a, -1, false, structure missing",
        "08, -1, false, nothing behind",
        "88 80, -1, false, picture id cut off",
        "a8 7f, -1, false, layers missing",
    })
    void shouldMeasureAVp9Descriptor(final String hex, final int length, final boolean key, final String what) {
        final UnsafeBuffer b = Hex.buffer(hex);
        assertThat(Vp9Descriptor.length(b, AT, b.capacity() - AT)).as(what).isEqualTo(length);
        assertThat(Vp9Descriptor.isKeyFrameStart(b, AT, b.capacity() - AT))
                .as(what)
                .isEqualTo(key);
    }

    @Test
    void shouldReadAndRewriteVp9Fields() {
        final UnsafeBuffer b = Hex.buffer("ac 9234 64 fe 00");
        assertThat(Vp9Descriptor.isFrameStart(b, AT)).isTrue();
        assertThat(Vp9Descriptor.isFrameEnd(b, AT)).isTrue();
        assertThat(Vp9Descriptor.isInterPredicted(b, AT)).isFalse();
        assertThat(Vp9Descriptor.pictureId(b, AT)).isEqualTo(0x1234);
        assertThat(Vp9Descriptor.temporalId(b, AT)).isEqualTo(3);
        assertThat(Vp9Descriptor.spatialId(b, AT)).isEqualTo(2);
        assertThat(Vp9Descriptor.tl0PictureIndex(b, AT)).isEqualTo(254);
        assertThat(Vp9Descriptor.tl0PictureIndexOffset(b, AT)).isEqualTo(AT + 4);
        PictureId.write(b, Vp9Descriptor.pictureIdOffset(b, AT), 7);
        Vp9Descriptor.tl0PictureIndex(b, AT, 0);
        assertThat(Hex.of(b, AT, 6)).isEqualTo("ac8007640000");
    }

    @Test
    void shouldSayWhichVp9FieldsAreAbsent() {
        final UnsafeBuffer b = Hex.buffer("08 00");
        assertThat(Vp9Descriptor.pictureId(b, AT)).isEqualTo(Vp9Descriptor.ABSENT);
        assertThat(Vp9Descriptor.tl0PictureIndex(b, AT)).isEqualTo(Vp9Descriptor.ABSENT);
        assertThat(Vp9Descriptor.temporalId(b, AT)).isEqualTo(Vp9Descriptor.ABSENT);
        assertThat(Vp9Descriptor.spatialId(b, AT)).isEqualTo(Vp9Descriptor.ABSENT);
        final UnsafeBuffer flexible = Hex.buffer("b8 ffff 00 00");
        assertThat(Vp9Descriptor.tl0PictureIndex(flexible, AT)).isEqualTo(Vp9Descriptor.ABSENT);
    }

    @Test
    void shouldKeepAPictureIdInItsWidth() {
        final UnsafeBuffer narrow = Hex.buffer("7f");
        PictureId.write(narrow, AT, 128 + 5);
        assertThat(PictureId.read(narrow, AT)).isEqualTo(5);
        assertThat(PictureId.bits(narrow, AT)).isEqualTo(7);
        final UnsafeBuffer wide = Hex.buffer("8000");
        PictureId.write(wide, AT, 5);
        assertThat(PictureId.read(wide, AT)).isEqualTo(5);
        assertThat(PictureId.bits(wide, AT)).isEqualTo(15);
    }
}
