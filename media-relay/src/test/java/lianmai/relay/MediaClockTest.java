package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import lianmai.rtp.RtpClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaClockTest {
    private static final int RATE = 90_000;
    private static final long MS = 1_000_000L;
    private static final long FRAME_NS = 33 * MS;

    private final MediaClock clock = new MediaClock(RATE);
    private final NtpOffset offset = new NtpOffset();
    private final SplittableRandom random = new SplittableRandom(5);

    private static int ticks(final int base, final long atNs) {
        return base + (int) RtpClock.nsToTicks(atNs, RATE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Integer.MAX_VALUE - 1000, -1000, Integer.MIN_VALUE})
    void shouldMapByTheLeastDelayedPacketUntilAReportComes(final int base) {
        long atNs = 7_000 * MS;
        for (int i = 0; i < 300; i++) {
            clock.onPacket(ticks(base, atNs), atNs + 20 * MS + random.nextLong(30 * MS));
            atNs += FRAME_NS;
        }
        assertThat(clock.serverNs(ticks(base, atNs))).isCloseTo(atNs + 20 * MS, within(4 * MS));
    }

    @Test
    void shouldSlideToWhatReportsSayWithoutJumping() {
        long atNs = 1_000 * MS;
        long before = Long.MIN_VALUE;
        for (int i = 0; i < 200; i++) {
            // Encoding takes 100 ms that reports know of; they arrive in 10 ms and on another wall clock.
            clock.onPacket(ticks(9, atNs), atNs + 110 * MS);
            final long mapped = clock.serverNs(ticks(9, atNs + 1_000 * MS)) - atNs;
            if (before != Long.MIN_VALUE) {
                assertThat(Math.abs(mapped - before)).isLessThanOrEqualTo(FRAME_NS / 20 + 1000);
            }
            before = mapped;
            if (i % 30 == 10) {
                offset.onSenderReport(atNs + 55_555_555_555L, atNs + 10 * MS);
                clock.onSenderReport(ticks(9, atNs), atNs + 55_555_555_555L, offset);
            }
            atNs += FRAME_NS;
        }
        assertThat(clock.serverNs(ticks(9, atNs))).isCloseTo(atNs + 10 * MS, within(MS));
    }

    @Test
    void shouldStepWhenTheErrorIsLarge() {
        clock.onPacket(0, 1_000 * MS);
        clock.onPacket(ticks(0, 10_000 * MS), 2_000 * MS);
        offset.onSenderReport(0, 2_100 * MS);
        clock.onSenderReport(ticks(0, 10_100 * MS), 0, offset);
        clock.onPacket(ticks(0, 10_200 * MS), 2_200 * MS);
        assertThat(clock.serverNs(ticks(0, 10_200 * MS))).isCloseTo(2_200 * MS, within(MS));
    }

    @Test
    void shouldGoBackAndForthBetweenTimeAndTicks() {
        clock.onPacket(-5, 1_000 * MS);
        for (long ns = -5_000 * MS; ns < 5_000 * MS; ns += 777_777) {
            assertThat(clock.serverNs(clock.timestampAt(ns))).isCloseTo(ns, within(12_000L));
        }
    }

    @Test
    void shouldSurviveADayOfPackets() {
        long atNs = 0;
        for (int i = 0; i < 100_000; i++) {
            clock.onPacket(ticks(77, atNs), atNs + 5 * MS);
            atNs += 900 * MS;
        }
        assertThat(clock.serverNs(ticks(77, atNs))).isCloseTo(atNs + 5 * MS, within(MS));
    }

    @Test
    void shouldTrustTheEarliestReportAndFollowADriftingClock() {
        offset.onSenderReport(0, 50 * MS);
        assertThat(offset.serverNs(0)).isEqualTo(50 * MS);
        offset.onSenderReport(1_000 * MS, 1_020 * MS);
        assertThat(offset.serverNs(0)).isEqualTo(20 * MS);
        offset.onSenderReport(2_000 * MS, 2_900 * MS);
        assertThat(offset.serverNs(0)).isCloseTo(20 * MS, within(MS));
        offset.onSenderReport(100_000 * MS, 3_000 * MS);
        assertThat(offset.serverNs(100_000 * MS)).isEqualTo(3_000 * MS);
    }
}
