package lianmai.rtp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static lianmai.rtp.Hex.AT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RtpExtensionsTest {
    private static final String HEADER = "900000000000000000000000";

    @ParameterizedTest
    @CsvSource({
        "bede0001 10aa 0000, 1:aa, padding behind",
        "bede0001 21aabb 00, 2:aabb, two bytes",
        "bede0002 10aa 00 32bbccdd 00, 1:aa 3:bbccdd, padding between",
        "bede0002 0000 10aa 0000 40bb, 1:aa 4:bb, padding before",
        "bede0002 10aa f0bb 30cc 0000, 1:aa, id 15 ends the block",
        "bede0002 10aa 03bb 30cc 0000, 1:aa, id 0 with a length ends the block",
        "bede0001 10aa 3fbb, 1:aa, an element beyond the block",
        "bede0005 1f000102030405060708090a0b0c0d0e0f 000000, 1:000102030405060708090a0b0c0d0e0f, sixteen bytes",
        "bede0000, '', an empty block",
        "10000002 0100 0f02aabb 0000, 1: 15:aabb, two-byte form with an empty element",
        "100f0002 ff01aa 00 0101bb 00, 255:aa 1:bb, two-byte form with application bits and padding",
        "10000001 0104aabb, '', two-byte element beyond the block",
        "10000001 000000 01, '', two-byte header cut off",
        "12340001 10aa0000, '', a foreign profile",
    })
    void shouldWalkOverTheElements(final String block, final String expected, final String what) {
        assertThat(elements(Hex.buffer(HEADER + block))).as(what).isEqualTo(expected);
    }

    @Test
    void shouldFindNothingWithoutTheExtensionBit() {
        assertThat(elements(Hex.buffer("800000000000000000000000" + "bede000110aa0000")))
                .isEmpty();
    }

    @Test
    void shouldFindElementsById() {
        final UnsafeBuffer b = Hex.buffer("920000000000000000000000 1111111122222222 bede0002 10aa 00 32bbccdd 00");
        final int header = RtpHeader.length(b, AT, b.capacity() - AT);
        final long element = RtpExtensions.find(b, AT, header, 3);
        assertThat(RtpExtensions.id(element)).isEqualTo(3);
        assertThat(RtpExtensions.length(element)).isEqualTo(3);
        assertThat(Hex.of(b, RtpExtensions.offset(element), 3)).isEqualTo("bbccdd");
        assertThat(RtpExtensions.find(b, AT, header, 2)).isEqualTo(RtpExtensions.NONE);
        assertThat(RtpExtensions.find(b, AT, header, 0)).isEqualTo(RtpExtensions.NONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 1 << 24, Integer.MAX_VALUE})
    void shouldPackAnElement(final int offset) {
        for (final int id : new int[] {1, 14, 255}) {
            for (final int length : new int[] {0, 1, 16, 255}) {
                final long element = RtpExtensions.element(id, offset, length);
                assertThat(element).isNotNegative();
                assertThat(RtpExtensions.id(element)).isEqualTo(id);
                assertThat(RtpExtensions.offset(element)).isEqualTo(offset);
                assertThat(RtpExtensions.length(element)).isEqualTo(length);
            }
        }
    }

    @Test
    void shouldComposeABlockInTheOneByteForm() {
        final UnsafeBuffer b = header();
        int end = RtpExtensionWriter.begin(b, AT);
        end = RtpExtensionWriter.putAudioLevel(b, AT, end, 1, 42, true);
        end = RtpExtensionWriter.putAbsSendTime(b, AT, end, 2, 0x123456);
        end = RtpExtensionWriter.putTransportSequence(b, AT, end, 3, 65535);
        end = RtpExtensionWriter.put(b, AT, end, 4, "v0".getBytes(US_ASCII));
        final int header = RtpExtensionWriter.end(b, AT, end);
        assertThat(Hex.of(b, AT + 12, header - 12)).isEqualTo("bede0003" + "10aa" + "22123456" + "31ffff" + "417630");
        assertThat(RtpHeader.length(b, AT, header)).isEqualTo(header);
    }

    @Test
    void shouldTurnToTheTwoByteFormWhenAnElementNeedsIt() {
        final UnsafeBuffer b = header();
        int end = RtpExtensionWriter.begin(b, AT);
        end = RtpExtensionWriter.putAudioLevel(b, AT, end, 1, 42, false);
        end = RtpExtensionWriter.putTransportSequence(b, AT, end, 3, 65535);
        end = RtpExtensionWriter.put(b, AT, end, 15, new byte[] {7});
        final int header = RtpExtensionWriter.end(b, AT, end);
        assertThat(Hex.of(b, AT + 12, header - 12)).isEqualTo("10000003" + "01012a" + "0302ffff" + "0f0107" + "0000");
    }

    @Test
    void shouldLeaveNoEmptyBlockBehind() {
        final UnsafeBuffer b = header();
        assertThat(RtpExtensionWriter.end(b, AT, RtpExtensionWriter.begin(b, AT)))
                .isEqualTo(12);
        assertThat(RtpHeader.hasExtension(b, AT)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldReadWhateverItWrites(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 500; round++) {
            final UnsafeBuffer b = header();
            final UnsafeBuffer source = new UnsafeBuffer(new byte[64]);
            random.nextBytes(source.byteArray());
            final StringBuilder expected = new StringBuilder();
            int end = RtpExtensionWriter.begin(b, AT);
            for (int i = random.nextInt(6); i > 0; i--) {
                final int id = 1 + random.nextInt(random.nextInt(4) == 0 ? 255 : 14);
                final int length = random.nextInt(8) == 0 ? random.nextInt(40) : 1 + random.nextInt(16);
                end = RtpExtensionWriter.put(b, AT, end, id, source, i, length);
                expected.append(' ').append(id).append(':').append(Hex.of(source, i, length));
            }
            final int header = RtpExtensionWriter.end(b, AT, end);
            assertThat(RtpHeader.length(b, AT, header)).isEqualTo(header);
            assertThat(elements(b, header))
                    .as("seed %d", seed)
                    .isEqualTo(expected.toString().strip());
        }
    }

    @Test
    void shouldReadTheValuesThatWeUnderstand() {
        final UnsafeBuffer b = Hex.buffer(HEADER + "bede0004 10aa 22123456 31ffff 417630 502a 0000");
        final int header = b.capacity() - AT;
        assertThat(RtpExtensionValues.audioLevel(b, RtpExtensions.find(b, AT, header, 1)))
                .isEqualTo(42);
        assertThat(RtpExtensionValues.voice(b, RtpExtensions.find(b, AT, header, 1)))
                .isTrue();
        assertThat(RtpExtensionValues.voice(b, RtpExtensions.find(b, AT, header, 5)))
                .isFalse();
        assertThat(RtpExtensionValues.absSendTime(b, RtpExtensions.find(b, AT, header, 2)))
                .isEqualTo(0x123456);
        final long transport = RtpExtensions.find(b, AT, header, 3);
        assertThat(RtpExtensionValues.transportSequence(b, transport)).isEqualTo(65535);
        RtpExtensionValues.transportSequence(b, transport, 65536 + 7);
        assertThat(RtpExtensionValues.transportSequence(b, transport)).isEqualTo(7);
        final long mid = RtpExtensions.find(b, AT, header, 4);
        assertThat(RtpExtensionValues.isText(b, mid, "v0".getBytes(US_ASCII))).isTrue();
        assertThat(RtpExtensionValues.isText(b, mid, "v1".getBytes(US_ASCII))).isFalse();
        assertThat(RtpExtensionValues.isText(b, mid, "v".getBytes(US_ASCII))).isFalse();
    }

    @Test
    void shouldSayThatAValueIsAbsent() {
        final UnsafeBuffer b = Hex.buffer(HEADER + "bede0001 10aa 0000");
        final long none = RtpExtensions.NONE;
        final long oneByte = RtpExtensions.find(b, AT, 20, 1);
        assertThat(RtpExtensionValues.audioLevel(b, none)).isEqualTo(RtpExtensionValues.ABSENT);
        assertThat(RtpExtensionValues.voice(b, none)).isFalse();
        assertThat(RtpExtensionValues.absSendTime(b, oneByte)).isEqualTo(RtpExtensionValues.ABSENT);
        assertThat(RtpExtensionValues.transportSequence(b, oneByte)).isEqualTo(RtpExtensionValues.ABSENT);
        assertThat(RtpExtensionValues.isText(b, none, new byte[0])).isFalse();
    }

    @Test
    void shouldPutTimeIntoSixAndEighteenBits() {
        assertThat(RtpExtensionValues.absSendTime(0L)).isZero();
        assertThat(RtpExtensionValues.absSendTime(1_000_000_000L)).isEqualTo(1 << 18);
        assertThat(RtpExtensionValues.absSendTime(1_500_000_000L)).isEqualTo(3 << 17);
        assertThat(RtpExtensionValues.absSendTime(64_000_000_000L)).isZero();
        assertThat(RtpExtensionValues.absSendTime(63_999_999_999L)).isEqualTo(0xFFFFFF);
        assertThat(RtpExtensionValues.absSendTime(-1L)).isEqualTo(0xFFFFFF);
    }

    private static UnsafeBuffer header() {
        final UnsafeBuffer b = new UnsafeBuffer(new byte[512]);
        RtpHeader.write(b, AT, false, 96, 1, 2, 3);
        return b;
    }

    private static String elements(final UnsafeBuffer b) {
        return elements(b, b.capacity() - AT);
    }

    private static String elements(final UnsafeBuffer b, final int header) {
        final StringBuilder found = new StringBuilder();
        long element = RtpExtensions.first(b, AT, header);
        while (element != RtpExtensions.NONE) {
            found.append(' ').append(RtpExtensions.id(element)).append(':');
            found.append(Hex.of(b, RtpExtensions.offset(element), RtpExtensions.length(element)));
            element = RtpExtensions.next(b, AT, header, element);
        }
        return found.toString().strip();
    }
}
