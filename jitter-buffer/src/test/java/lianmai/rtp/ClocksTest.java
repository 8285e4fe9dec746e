package lianmai.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClocksTest {
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(ints = {8_000, 44_100, 48_000, 90_000})
    void shouldConvertBothWaysWithoutOverflow(final int clockRate) {
        assertThat(RtpClock.ticksToNs(clockRate, clockRate)).isEqualTo(SECOND);
        assertThat(RtpClock.nsToTicks(SECOND, clockRate)).isEqualTo(clockRate);
        final long years = 200L * 365 * 86_400;
        assertThat(RtpClock.nsToTicks(years * SECOND, clockRate)).isEqualTo(years * clockRate);
        assertThat(RtpClock.ticksToNs(years * clockRate, clockRate)).isEqualTo(years * SECOND);
        assertThat(RtpClock.ticksToNs(-clockRate, clockRate)).isEqualTo(-SECOND);
        assertThat(RtpClock.nsToTicks(-1, clockRate)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -2, -1})
    void shouldFollowATimestampAcrossTheWrapFromAnyStart(final int start) {
        long unwrapped = start & 0xFFFF_FFFFL;
        for (int i = 1; i < 20_000; i++) {
            final long expected = (start & 0xFFFF_FFFFL) + i * 1_000_003L;
            unwrapped = RtpClock.unwrap(unwrapped, (int) expected);
            assertThat(unwrapped).isEqualTo(expected);
        }
        assertThat(RtpClock.isNewer(start + 1, start)).isTrue();
        assertThat(RtpClock.isNewer(start, start + 1)).isFalse();
        assertThat(RtpClock.isNewer(start, start)).isFalse();
    }

    @Test
    void shouldPutTheEpochsWhereTheyBelong() {
        assertThat(NtpTime.fromEpochNs(0)).isEqualTo(2_208_988_800L << 32);
        assertThat(NtpTime.fromEpochNs(SECOND / 2)).isEqualTo(2_208_988_800L << 32 | 0x8000_0000L);
        assertThat(NtpTime.toEpochNs(2_208_988_800L << 32)).isZero();
        // 7 February 2036, 06:28:16 UTC: the first second of era 1.
        assertThat(NtpTime.fromEpochNs(2_085_978_496L * SECOND)).isZero();
        assertThat(NtpTime.toEpochNs(0)).isEqualTo(2_085_978_496L * SECOND);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                999_999_999L,
                1_700_000_000_123_456_789L,
                2_085_978_495_999_999_999L,
                2_085_978_496_000_000_001L
            })
    void shouldReturnToTheSameNanosecond(final long epochNs) {
        assertThat(NtpTime.toEpochNs(NtpTime.fromEpochNs(epochNs))).isEqualTo(epochNs);
    }

    @Test
    void shouldConvertSpansOfSixteenAndSixteenBits() {
        assertThat(NtpTime.nsToSpan(SECOND)).isEqualTo(0x10000);
        assertThat(NtpTime.nsToSpan(SECOND / 4)).isEqualTo(0x4000);
        assertThat(NtpTime.nsToSpan(-5)).isZero();
        assertThat(NtpTime.nsToSpan(Long.MAX_VALUE)).isEqualTo(0xFFFF_0000);
        assertThat(NtpTime.spanToNs(0x10000)).isEqualTo(SECOND);
        assertThat(NtpTime.spanToNs(-0x10000)).isEqualTo(65_535L * SECOND);
    }

    @Test
    void shouldMeasureARoundTripAsTheStandardDraws() {
        // The numbers of RFC 3550 §6.4.1, figure 2: 6.125 s from report to block, 5.250 s of them at the other end.
        final long now = 0xB44DB705_20000000L + (6_125L << 32) / 1000;
        final int lsr = NtpTime.middle(0xB44DB705_20000000L);
        assertThat(NtpTime.roundTripNs(now, lsr, 0x0005_4000)).isCloseTo(875_000_000L, within(20_000L));
        assertThat(NtpTime.roundTripNs(now, 0, 0x0005_4000)).isEqualTo(NtpTime.UNKNOWN);
        assertThat(NtpTime.roundTripNs(now, lsr, 0x0006_3000)).isZero();
    }
}
