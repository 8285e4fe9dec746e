package lianmai.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class PayloadMarkTest {
    private final UnsafeBuffer b = new UnsafeBuffer(new byte[1500]);

    @Test
    void shouldSayWhatWasWritten() {
        PayloadMark.write(b, 12, 1000, 9, 0x31, 70_000, 123_456_789_012L, 123_456_790_000L, 42);
        final int mark = PayloadMark.find(b, 12, 1000);
        assertThat(mark).isEqualTo(12 + 1000 - PayloadMark.LENGTH);
        assertThat(PayloadMark.stream(b, mark)).isEqualTo(0x31);
        assertThat(PayloadMark.counter(b, mark)).isEqualTo(70_000);
        assertThat(PayloadMark.dueNs(b, mark)).isEqualTo(123_456_789_012L);
        assertThat(PayloadMark.sentNs(b, mark)).isEqualTo(123_456_790_000L);
        assertThat(PayloadMark.frame(b, mark)).isEqualTo(42);
        assertThat(b.getByte(12 + 999) & 0xFF).isEqualTo(0x80);
    }

    @Test
    void shouldNotFindAMarkInOtherBytes() {
        assertThat(PayloadMark.find(b, 0, 1000)).isEqualTo(PayloadMark.ABSENT);
        assertThat(PayloadMark.find(b, 0, PayloadMark.LENGTH - 1)).isEqualTo(PayloadMark.ABSENT);
    }

    @Test
    void shouldNoticeEveryFlippedBit() {
        final int head = 8;
        final SplittableRandom random = new SplittableRandom(1);
        for (int length = PayloadMark.LENGTH + head; length < 300; length += 8) {
            for (int at = head; at < length; at++) {
                PayloadMark.write(b, 0, length, head, 7, length, 1, 2, 3);
                b.putByte(at, (byte) (b.getByte(at) ^ 1 << random.nextInt(8)));
                assertThat(PayloadMark.find(b, 0, length))
                        .as("length %d, byte %d", length, at)
                        .isNegative();
            }
        }
    }

    @Test
    void shouldNoticeBytesOfAnotherPacket() {
        PayloadMark.write(b, 0, 600, 8, 7, 10, 1, 2, 3);
        final byte[] other = new byte[64];
        b.getBytes(200, other);
        PayloadMark.write(b, 0, 600, 8, 7, 11, 1, 2, 3);
        b.putBytes(200, other);
        assertThat(PayloadMark.find(b, 0, 600)).isEqualTo(PayloadMark.DAMAGED);
    }
}
