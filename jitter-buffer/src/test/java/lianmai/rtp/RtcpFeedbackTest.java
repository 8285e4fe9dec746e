package lianmai.rtp;

import static lianmai.rtp.Hex.AT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RtcpFeedbackTest {
    private final UnsafeBuffer b = new UnsafeBuffer(new byte[2048]);

    @Test
    void shouldWriteANackAsTheStandardDrawsIt() {
        final int length = Nack.write(b, AT, 1, 2, new int[] {10, 11, 26, 27, 65535, 65536 + 3}, 6);
        assertThat(Hex.of(b, AT, length))
                .isEqualTo("81cd0005" + "00000001" + "00000002" + "000a8001" + "001b0000" + "ffff0008");
        assertThat(lost(b)).containsExactly(10, 11, 26, 27, 65535, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32767, 32768, 65534, 65535})
    void shouldReadTheNackItWrites(final int start) {
        final SplittableRandom random = new SplittableRandom(start);
        for (int round = 0; round < 200; round++) {
            final int[] sequences = new int[1 + random.nextInt(100)];
            final List<Integer> expected = new ArrayList<>();
            int sequence = start;
            for (int i = 0; i < sequences.length; i++) {
                sequences[i] = sequence;
                expected.add(sequence & 0xFFFF);
                sequence += 1 + random.nextInt(random.nextBoolean() ? 3 : 40);
            }
            final int length = Nack.write(b, AT, 1, 2, sequences, sequences.length);
            assertThat(length).isLessThanOrEqualTo(12 + 4 * sequences.length);
            assertThat(RtcpHeader.isValidCompound(b, AT, length)).isTrue();
            assertThat(Nack.isValid(b, AT)).isTrue();
            assertThat(lost(b)).as("start %d, round %d", start, round).isEqualTo(expected);
        }
    }

    @Test
    void shouldReadEveryBitOfANack() {
        final List<Integer> all = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            all.add(65530 + i & 0xFFFF);
        }
        assertThat(lost(Hex.buffer("81cd0003 00000001 00000002 fffaffff"))).isEqualTo(all);
    }

    @Test
    void shouldRefuseANackWithoutEntries() {
        assertThat(Nack.isValid(Hex.buffer("81cd0002 00000001 00000002"), AT)).isFalse();
        assertThat(Nack.isValid(Hex.buffer("81cd0001 00000001"), AT)).isFalse();
        assertThat(Nack.isValid(Hex.buffer("82cd0003 00000001 00000002 00000000"), AT))
                .isFalse();
    }

    @Test
    void shouldWriteAndReadPictureLoss() {
        final int length = PliFir.writePli(b, AT, 1, 2);
        assertThat(Hex.of(b, AT, length)).isEqualTo("81ce00020000000100000002");
        assertThat(PliFir.isPli(b, AT)).isTrue();
        assertThat(PliFir.isFir(b, AT)).isFalse();
        assertThat(RtcpHeader.mediaSsrc(b, AT)).isEqualTo(2);
    }

    @Test
    void shouldWriteAndReadAFullIntraRequest() {
        final int length = PliFir.writeFir(b, AT, 1, 2, 255);
        assertThat(Hex.of(b, AT, length)).isEqualTo("84ce0004" + "00000001" + "00000000" + "00000002" + "ff000000");
        assertThat(PliFir.isFir(b, AT)).isTrue();
        assertThat(PliFir.isPli(b, AT)).isFalse();
        assertThat(PliFir.firCount(b, AT)).isOne();
        assertThat(PliFir.firSsrc(b, AT, 0)).isEqualTo(2);
        assertThat(PliFir.firSequence(b, AT, 0)).isEqualTo(255);
        assertThat(PliFir.isFir(Hex.buffer("84ce0003 00000001 00000000 00000002"), AT))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "262143, 262143",
        "262144, 262144",
        "262145, 262144",
        "1000000, 1000000",
        "2500001, 2500000",
        "9223372036854775807, 9223336852482686976",
    })
    void shouldWriteAndReadABitrateInEighteenSignificantBits(final long bitrate, final long read) {
        final int length = Remb.write(b, AT, 1, bitrate, new int[] {5, -6}, 2);
        assertThat(RtcpHeader.isValidCompound(b, AT, length)).isTrue();
        assertThat(Remb.isValid(b, AT)).isTrue();
        assertThat(Remb.bitrate(b, AT)).isEqualTo(read);
        assertThat(Remb.ssrcCount(b, AT)).isEqualTo(2);
        assertThat(Remb.ssrc(b, AT, 1)).isEqualTo(-6);
    }

    @Test
    void shouldWriteABitrateAsTheDraftDrawsIt() {
        final int length = Remb.write(b, AT, 1, 1_000_000, new int[] {2}, 1);
        assertThat(Hex.of(b, AT, length))
                .isEqualTo("8fce0005" + "00000001" + "00000000" + "52454d42" + "010bd090" + "00000002");
    }

    @Test
    void shouldHoldAnAbsurdBitrateInsideALong() {
        assertThat(Remb.bitrate(Hex.buffer("8fce0004 00000001 00000000 52454d42 00ffffff"), AT))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(Remb.bitrate(Hex.buffer("8fce0004 00000001 00000000 52454d42 00fc0000"), AT))
                .isZero();
    }

    @Test
    void shouldRefuseWhatIsNoBitrate() {
        assertThat(Remb.isValid(Hex.buffer("8fce0004 00000001 00000000 52454d43 000bd090"), AT))
                .isFalse();
        assertThat(Remb.isValid(Hex.buffer("8fce0004 00000001 00000000 52454d42 010bd090"), AT))
                .isFalse();
        assertThat(Remb.isValid(Hex.buffer("8fce0003 00000001 00000000 52454d42"), AT))
                .isFalse();
    }

    private static List<Integer> lost(final UnsafeBuffer nack) {
        final List<Integer> lost = new ArrayList<>();
        for (long c = Nack.first(nack, AT); c != Nack.NONE; c = Nack.next(nack, AT, c)) {
            lost.add(Nack.sequence(c));
        }
        return lost;
    }
}
