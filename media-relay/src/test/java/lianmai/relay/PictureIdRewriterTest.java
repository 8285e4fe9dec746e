package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.sim.SimFrame;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureIdRewriterTest {
    private final PictureIdRewriter rewriter = new PictureIdRewriter();
    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[200]);
    private int length;

    private void write(final Codec codec, final int bits, final int id, final int tl0) {
        length = new SimFrame(1, 1, 0, 1, true, 0).write(codec, payload, 0, bits, id, tl0, 10);
    }

    private void forward() {
        if (rewriter.changesPayload()) {
            rewriter.rewrite(payload, 0, length);
        } else {
            rewriter.observe(payload, 0, length);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "VP8, 15, 0, 0", "VP8, 15, 32767, 255", "VP8, 7, 127, 255", "VP8, 7, 0, 3",
        "VP9, 15, 0, 0", "VP9, 15, 32767, 255", "VP9, 7, 127, 255", "VP9, 15, 16384, 128"
    })
    void shouldContinueWhereTheOtherSourceStopped(final Codec codec, final int bits, final int id, final int tl0) {
        final int mask = (1 << bits) - 1;
        write(codec, bits, id, tl0);
        rewriter.startRun(codec, payload, 0, length);
        for (int i = 0; i < 300; i++) {
            write(codec, bits, id + i & mask, tl0 + i & 0xFF);
            forward();
            assertThat(SimFrame.pictureId(codec, payload, 0)).isEqualTo(id + i & mask);
        }
        write(codec, bits, 77, 5);
        rewriter.startRun(codec, payload, 0, length);
        for (int i = 0; i < 300; i++) {
            write(codec, bits, 77 + i & mask, 5 + i & 0xFF);
            forward();
            assertThat(SimFrame.pictureId(codec, payload, 0)).isEqualTo(id + 300 + i & mask);
            assertThat(SimFrame.tl0(codec, payload, 0)).isEqualTo(tl0 + 300 + i & 0xFF);
        }
    }

    @Test
    void shouldNotTakeALateOrRepeatedPictureForTheNewest() {
        write(Codec.VP8, 15, 500, 10);
        rewriter.startRun(Codec.VP8, payload, 0, length);
        forward();
        write(Codec.VP8, 15, 498, 8);
        forward();
        write(Codec.VP8, 15, 9, 99);
        rewriter.startRun(Codec.VP8, payload, 0, length);
        forward();
        assertThat(SimFrame.pictureId(Codec.VP8, payload, 0)).isEqualTo(501);
        assertThat(SimFrame.tl0(Codec.VP8, payload, 0)).isEqualTo(11);
    }

    @Test
    void shouldChangeNothingBeforeTheFirstSwitch() {
        write(Codec.VP8, 15, 500, 10);
        rewriter.startRun(Codec.VP8, payload, 0, length);
        assertThat(rewriter.changesPayload()).isFalse();
    }

    @Test
    void shouldLeaveOtherCodecsAndBrokenPayloadsAlone() {
        write(Codec.VP8, 15, 500, 10);
        rewriter.startRun(Codec.VP8, payload, 0, length);
        forward();
        write(Codec.H264, 0, 0, 0);
        rewriter.startRun(Codec.H264, payload, 0, length);
        assertThat(rewriter.changesPayload()).isFalse();
        payload.setMemory(0, 200, (byte) 0xFF);
        rewriter.rewrite(payload, 0, 2);
        write(Codec.VP8, 15, 3, 3);
        rewriter.startRun(Codec.VP8, payload, 0, length);
        assertThat(rewriter.changesPayload()).isTrue();
        payload.putByte(1, (byte) 0xFF);
        rewriter.rewrite(payload, 0, 2);
        assertThat(payload.getByte(1)).isEqualTo((byte) 0xFF);
    }
}
