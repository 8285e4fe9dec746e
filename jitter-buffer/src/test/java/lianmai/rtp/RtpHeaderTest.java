package lianmai.rtp;

import static lianmai.rtp.Hex.AT;
import static org.assertj.core.api.Assertions.assertThat;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RtpHeaderTest {
    private static final String FIXED = "80e1 fffe 89abcdef f0000001";

    @Test
    void shouldReadEveryField() {
        final UnsafeBuffer b = Hex.buffer(FIXED);
        assertThat(RtpHeader.length(b, AT, 12)).isEqualTo(12);
        assertThat(RtpHeader.marker(b, AT)).isTrue();
        assertThat(RtpHeader.payloadType(b, AT)).isEqualTo(97);
        assertThat(RtpHeader.sequence(b, AT)).isEqualTo(65534);
        assertThat(RtpHeader.timestamp(b, AT)).isEqualTo(0x89ABCDEF);
        assertThat(RtpHeader.ssrc(b, AT)).isEqualTo(0xF0000001);
        assertThat(RtpHeader.hasExtension(b, AT)).isFalse();
        assertThat(RtpHeader.hasPadding(b, AT)).isFalse();
        assertThat(RtpHeader.csrcCount(b, AT)).isZero();
    }

    @Test
    void shouldWriteWhatItReads() {
        final UnsafeBuffer b = new UnsafeBuffer(new byte[12 + AT]);
        RtpHeader.write(b, AT, true, 97, 65534, 0x89ABCDEF, 0xF0000001);
        assertThat(Hex.of(b, AT, 12)).isEqualTo(FIXED.replace(" ", ""));
    }

    @Test
    void shouldChangeOneFieldAndLeaveTheOthers() {
        final UnsafeBuffer b = Hex.buffer("b2e1 0001 00000002 00000003");
        RtpHeader.marker(b, AT, false);
        RtpHeader.payloadType(b, AT, 127);
        assertThat(Hex.of(b, AT, 12)).isEqualTo("b27f00010000000200000003");
        RtpHeader.marker(b, AT, true);
        RtpHeader.payloadType(b, AT, 0);
        RtpHeader.sequence(b, AT, 0x1_FFFF);
        RtpHeader.timestamp(b, AT, -2);
        RtpHeader.ssrc(b, AT, -3);
        RtpHeader.padding(b, AT, false);
        assertThat(Hex.of(b, AT, 12)).isEqualTo("9280fffffffffffefffffffd");
        RtpHeader.padding(b, AT, true);
        assertThat(RtpHeader.hasPadding(b, AT)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "800000000000000000000000, 12, 0, nothing behind",
        "80000000000000000000000001020304, 12, 0, a payload",
        "82000000000000000000000011111111222222220a, 20, 0, two CSRCs",
        "900000000000000000000000bede00000a, 16, 0, an empty extension block",
        "900000000000000000000000bede0001100000000a, 20, 0, an extension block",
        "910000000000000000000000cccccccc bede00011000000aff, 24, 0, CSRC and extension",
        "a000000000000000000000000a0b0003, 12, 3, padding",
        "a0000000000000000000000000000004, 12, 4, nothing but padding",
    })
    void shouldMeasureHeaderAndPadding(final String hex, final int header, final int padding, final String what) {
        final UnsafeBuffer b = Hex.buffer(hex);
        assertThat(RtpHeader.length(b, AT, b.capacity() - AT)).as(what).isEqualTo(header);
        assertThat(RtpHeader.paddingLength(b, AT, b.capacity() - AT)).as(what).isEqualTo(padding);
    }

    @ParameterizedTest
    @CsvSource({
        "8000, too short",
        "8000000000000000000000, one byte missing",
        "400000000000000000000000, version 1",
        "c00000000000000000000000, version 3",
        "810000000000000000000000, CSRC missing",
        "8f000000000000000000000011111111, fourteen CSRCs missing",
        "900000000000000000000000, extension missing",
        "900000000000000000000000bede00, extension header cut off",
        "900000000000000000000000bede0002aaaaaaaa, extension cut off",
        "900000000000000000000000bedeffffaaaaaaaa, extension far too long",
        "a00000000000000000000000, padding bit without padding",
        "a000000000000000000000000a00, padding of no bytes",
        "a000000000000000000000000a04, padding longer than the payload",
        "b00000000000000000000000bede0000, no room for padding behind the extension",
    })
    void shouldRefuseWhatIsMalformed(final String hex, final String what) {
        final UnsafeBuffer b = Hex.buffer(hex);
        assertThat(RtpHeader.length(b, AT, b.capacity() - AT)).as(what).isEqualTo(RtpHeader.MALFORMED);
        assertThat(RtpHeader.paddingLength(b, AT, b.capacity() - AT)).as(what).isEqualTo(RtpHeader.MALFORMED);
    }
}
