package lianmai.cc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import lianmai.rtp.RtcpHeader;
import lianmai.rtp.Twcc;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TwccRecorderTest {
    private static final long MS = 1_000_000L;

    private final TwccRecorder recorder = new TwccRecorder();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1500]);
    private final long[] arrivals = new long[4096];
    private final boolean[] reported = new boolean[65_536];
    private int packets;

    private void collect(final int capacity) {
        int length = recorder.writeFeedback(buffer, 0, capacity, 1, 2);
        while (length > 0) {
            assertThat(length).isLessThanOrEqualTo(capacity);
            assertThat(RtcpHeader.isValidCompound(buffer, 0, length)).isTrue();
            assertThat(Twcc.feedbackCount(buffer, 0)).isEqualTo(packets & 0xFF);
            packets++;
            final int count = Twcc.read(buffer, 0, arrivals);
            assertThat(count).isPositive();
            for (int i = 0; i < count; i++) {
                reported[Twcc.baseSequence(buffer, 0) + i & 0xFFFF] |= arrivals[i] != Twcc.NOT_RECEIVED;
            }
            length = recorder.writeFeedback(buffer, 0, capacity, 1, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32_767, 32_768, 65_534, 65_535})
    void shouldReportEveryArrivalOnceFromAnyStart(final int first) {
        for (int i = 0; i < 5000; i++) {
            recorder.onPacket(first + i & 0xFFFF, i * MS);
            if (i % 50 == 49) {
                collect(1000);
            }
        }
        for (int i = 0; i < 65_536; i++) {
            assertThat(reported[first + i & 0xFFFF]).as("number %d", first + i).isEqualTo(i < 5000);
        }
    }

    @Test
    void shouldBeDueFiftyMillisecondsAfterThereIsSomethingToReport() {
        assertThat(recorder.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        recorder.onPacket(7, 100 * MS);
        recorder.onPacket(8, 120 * MS);
        assertThat(recorder.nextDeadlineNs()).isEqualTo(150 * MS);
        collect(1000);
        assertThat(recorder.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldTellTheTimeBetweenArrivals() {
        recorder.onPacket(1, 1000 * MS);
        recorder.onPacket(3, 1030 * MS);
        assertThat(recorder.writeFeedback(buffer, 0, 500, 1, 2)).isPositive();
        assertThat(Twcc.read(buffer, 0, arrivals)).isEqualTo(3);
        assertThat(arrivals[1]).isEqualTo(Twcc.NOT_RECEIVED);
        assertThat(arrivals[2] - arrivals[0]).isEqualTo(30 * MS);
    }

    @Test
    void shouldReportAgainWhatComesAfterItWasReportedMissing() {
        recorder.onPacket(10, 0);
        recorder.onPacket(12, MS);
        collect(500);
        assertThat(reported[11]).isFalse();
        recorder.onPacket(11, 80 * MS);
        collect(500);
        assertThat(reported[11]).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldReportExactlyWhatArrivedOfALossyReorderedStream(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final boolean[] sent = new boolean[65_536];
        for (int i = 0; i < 20_000; i++) {
            final int number = Math.max(0, i - random.nextInt(30));
            if (random.nextInt(3) > 0) {
                sent[number] = true;
                recorder.onPacket(number, i * MS / 2);
            }
            if (random.nextInt(100) == 0) {
                collect(200 + random.nextInt(900));
            }
        }
        collect(1000);
        assertThat(reported).isEqualTo(sent);
    }

    @Test
    void shouldBeginAnewBehindALargeJump() {
        recorder.onPacket(10, 0);
        recorder.onPacket(30_000, MS);
        collect(1000);
        assertThat(reported[30_000]).isTrue();
        assertThat(packets).isEqualTo(1);
    }
}
