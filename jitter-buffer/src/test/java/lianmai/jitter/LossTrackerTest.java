package lianmai.jitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lianmai.jitter.LossTracker.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossTrackerTest {
    private static final long MS = 1_000_000L;
    private static final long RTT = 50 * MS;
    private static final long REORDER_DELAY = 5 * MS;

    private final LossTracker tracker = new LossTracker(REORDER_DELAY);
    private final int[] out = new int[LossTracker.MAX_MISSING];
    private long now = 1_000 * MS;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32767, 32768, 65534, 65535})
    void shouldExtendAndCountAnUnbrokenStreamFromAnyStart(final int start) {
        for (int i = 0; i < 200_000; i++) {
            final long result = tracker.onPacket(start + i & 0xFFFF, now);
            assertThat(LossTracker.status(result)).isEqualTo(Status.NEW);
            assertThat(LossTracker.extended(result)).isEqualTo((1L << 16) + start + i);
        }
        assertThat(tracker.nextDeadlineNs()).isEqualTo(LossTracker.NO_DEADLINE);
        assertThat(tracker.counts().expected()).isEqualTo(200_000);
        assertThat(tracker.counts().received()).isEqualTo(200_000);
        assertThat(tracker.counts().cumulativeLost()).isZero();
        assertThat(tracker.counts().extendedHighest()).isEqualTo(start + 199_999);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32767, 32768, 65534, 65535})
    void shouldAskForAGapAcrossTheWrap(final int start) {
        packet(start);
        packet(start + 4);
        assertThat(nacks()).isEmpty();
        now += REORDER_DELAY;
        assertThat(tracker.nextDeadlineNs()).isEqualTo(now);
        assertThat(nacks()).containsExactly(start + 1 & 0xFFFF, start + 2 & 0xFFFF, start + 3 & 0xFFFF);
        assertThat(nacks()).isEmpty();
        assertThat(packet(start + 2)).isEqualTo(Status.RECOVERED);
        now += RTT;
        assertThat(nacks()).containsExactly(start + 1 & 0xFFFF, start + 3 & 0xFFFF);
    }

    @Test
    void shouldNotAskForWhatIsMerelyReordered() {
        packet(10);
        packet(12);
        now += REORDER_DELAY - 1;
        assertThat(nacks()).isEmpty();
        assertThat(packet(11)).isEqualTo(Status.REORDERED);
        now += RTT;
        assertThat(nacks()).isEmpty();
        assertThat(tracker.missing()).isZero();
        assertThat(tracker.nextDeadlineNs()).isEqualTo(LossTracker.NO_DEADLINE);
        assertThat(tracker.takeKeyFrameWanted()).isFalse();
    }

    @Test
    void shouldAskAtOnceWhenToldToWaitForNothing() {
        final LossTracker eager = new LossTracker(0);
        eager.onPacket(1, now);
        eager.onPacket(3, now);
        assertThat(eager.nextDeadlineNs()).isEqualTo(now);
        assertThat(eager.collectNacks(now, RTT, out)).isOne();
    }

    @Test
    void shouldPaceRepeatsByTheRoundTrip() {
        packet(1);
        packet(3);
        now += REORDER_DELAY;
        assertThat(nacks()).containsExactly(2);
        now += RTT - 1;
        assertThat(nacks()).isEmpty();
        now += 1;
        assertThat(nacks()).containsExactly(2);
        now += LossTracker.MIN_REPEAT_NS - 1;
        assertThat(tracker.collectNacks(now, 0, out)).isZero();
    }

    @Test
    void shouldNotBelieveInARoundTripOfNothing() {
        packet(1);
        packet(3);
        now += REORDER_DELAY;
        assertThat(tracker.collectNacks(now, 0, out)).isOne();
        now += LossTracker.MIN_REPEAT_NS - 1;
        assertThat(tracker.collectNacks(now, 0, out)).isZero();
        now += 1;
        assertThat(tracker.collectNacks(now, 0, out)).isOne();
    }

    @Test
    void shouldGiveUpAfterTenTries() {
        packet(1);
        packet(3);
        int asked = 0;
        for (int i = 0; i < 40; i++) {
            now += 25 * MS;
            asked += tracker.collectNacks(now, 25 * MS, out);
        }
        assertThat(asked).isEqualTo(LossTracker.MAX_TRIES);
        assertThat(tracker.missing()).isZero();
        assertThat(tracker.abandoned()).isOne();
        assertThat(tracker.takeKeyFrameWanted()).isTrue();
        assertThat(tracker.takeKeyFrameWanted()).isFalse();
    }

    @Test
    void shouldGiveUpWhatIsOlderThanASecond() {
        packet(1);
        packet(3);
        final long missed = now;
        int asked = 0;
        while (tracker.nextDeadlineNs() != LossTracker.NO_DEADLINE) {
            now = tracker.nextDeadlineNs();
            asked += tracker.collectNacks(now, 400 * MS, out);
        }
        assertThat(now).isEqualTo(missed + LossTracker.MAX_AGE_NS);
        assertThat(asked).isEqualTo(3);
        assertThat(tracker.takeKeyFrameWanted()).isTrue();
        assertThat(packet(2)).as("late, but never seen").isEqualTo(Status.REORDERED);
    }

    @Test
    void shouldTellDuplicates() {
        packet(1);
        packet(3);
        assertThat(packet(3)).isEqualTo(Status.DUPLICATE);
        assertThat(packet(1)).isEqualTo(Status.DUPLICATE);
        assertThat(packet(2)).isEqualTo(Status.REORDERED);
        assertThat(packet(2)).isEqualTo(Status.DUPLICATE);
        assertThat(tracker.counts().duplicates()).isEqualTo(3);
        assertThat(tracker.counts().received()).isEqualTo(6);
        assertThat(tracker.counts().cumulativeLost()).isEqualTo(-3);
    }

    @Test
    void shouldTakeWhatWasSentBeforeTheFirst() {
        packet(0);
        final long result = tracker.onPacket(65_535, now);
        assertThat(LossTracker.status(result)).isEqualTo(Status.REORDERED);
        assertThat(LossTracker.extended(result)).isEqualTo(65_535);
    }

    @Test
    void shouldAskForAKeyFrameInsteadOfMoreThanItCanCount() {
        packet(1);
        packet(3);
        packet(3 + LossTracker.MAX_MISSING + 2);
        now += REORDER_DELAY;
        assertThat(nacks()).isEmpty();
        assertThat(tracker.missing()).isZero();
        assertThat(tracker.takeKeyFrameWanted()).isTrue();
        assertThat(tracker.counts().expected()).isEqualTo(LossTracker.MAX_MISSING + 5L);
    }

    @Test
    void shouldKeepTheNewestWhenManySmallGapsAreTooMany() {
        int sequence = 1;
        packet(sequence);
        for (int i = 0; i < LossTracker.MAX_MISSING; i++) {
            sequence += 2;
            packet(sequence);
            assertThat(tracker.missing()).isLessThanOrEqualTo(LossTracker.MAX_MISSING);
        }
        packet(sequence + 2);
        assertThat(tracker.missing()).isPositive();
        assertThat(tracker.takeKeyFrameWanted()).isTrue();
        now += REORDER_DELAY;
        assertThat(nacks()).contains(sequence + 1).doesNotContain(2);
    }

    @Test
    void shouldTakeASourceThatRestartsAfterTwoInOrder() {
        packet(100);
        assertThat(packet(40_000)).isEqualTo(Status.TOO_OLD);
        assertThat(packet(101)).isEqualTo(Status.NEW);
        assertThat(packet(40_001)).as("the one before was not its neighbour").isEqualTo(Status.TOO_OLD);
        final long restarted = tracker.onPacket(40_002, now);
        assertThat(LossTracker.status(restarted)).isEqualTo(Status.RESET);
        assertThat(LossTracker.extended(restarted)).isEqualTo((1L << 16) + 40_002);
        assertThat(tracker.counts().expected()).isOne();
        assertThat(tracker.takeKeyFrameWanted()).isTrue();
        assertThat(packet(40_003)).isEqualTo(Status.NEW);
    }

    @Test
    void shouldNumberARestartedSourceAboveAllFormerOnes() {
        packet(40_000);
        packet(100);
        final long restarted = tracker.onPacket(101, now);
        assertThat(LossTracker.status(restarted)).isEqualTo(Status.RESET);
        assertThat(LossTracker.extended(restarted)).isEqualTo((2L << 16) + 101);
        packet(30_000);
        assertThat(LossTracker.extended(tracker.onPacket(30_001, now))).isEqualTo((2L << 16) + 30_001);
    }

    @Test
    void shouldFillAGapByRetransmissionWithoutForgettingTheLoss() {
        packet(1);
        packet(3);
        now += REORDER_DELAY;
        nacks();
        final long result = tracker.onRetransmission(2);
        assertThat(LossTracker.status(result)).isEqualTo(Status.RECOVERED);
        assertThat(LossTracker.extended(result)).isEqualTo((1L << 16) + 2);
        assertThat(tracker.missing()).isZero();
        assertThat(tracker.counts().cumulativeLost()).isOne();
        assertThat(LossTracker.status(tracker.onRetransmission(2))).isEqualTo(Status.DUPLICATE);
        assertThat(LossTracker.status(tracker.onRetransmission(4))).isEqualTo(Status.TOO_OLD);
    }

    @Test
    void shouldStopAskingForWhatAKeyFrameMadeUseless() {
        packet(1);
        packet(3);
        packet(6);
        tracker.forgetBefore((1L << 16) + 5);
        now += REORDER_DELAY;
        assertThat(nacks()).containsExactly(5);
        assertThat(tracker.takeKeyFrameWanted()).isFalse();
        assertThat(tracker.abandoned()).isZero();
    }

    @Test
    void shouldLeaveDueWhatDoesNotFitTheCallersArray() {
        packet(1);
        packet(10);
        now += REORDER_DELAY;
        final int[] small = new int[5];
        assertThat(tracker.collectNacks(now, RTT, small)).isEqualTo(5);
        assertThat(tracker.nextDeadlineNs()).isEqualTo(now);
        assertThat(tracker.collectNacks(now, RTT, small)).isEqualTo(3);
        assertThat(small).startsWith(7, 8, 9);
        assertThat(tracker.nextDeadlineNs()).isEqualTo(now + RTT);
    }

    @Test
    void shouldGiveUpWhatTheWindowLeavesBehind() {
        packet(1);
        for (int i = 3; i < LossTracker.WINDOW + 3; i++) {
            packet(i);
        }
        assertThat(tracker.missing()).isZero();
        assertThat(tracker.abandoned()).isOne();
        assertThat(tracker.takeKeyFrameWanted()).isTrue();
        assertThat(packet(2)).isEqualTo(Status.TOO_OLD);
    }

    @Test
    void shouldReportTheFractionLostSinceTheLastReport() {
        for (int i = 0; i < 1_000; i++) {
            if (i % 4 != 3) {
                packet(65_000 + i);
            }
        }
        assertThat(tracker.counts().takeFractionLost()).isBetween(63, 64);
        assertThat(tracker.counts().takeFractionLost()).isZero();
        for (int i = 1_000; i < 2_000; i++) {
            packet(65_000 + i);
        }
        assertThat(tracker.counts().takeFractionLost()).isZero();
        assertThat(tracker.counts().cumulativeLost()).isEqualTo(250);
    }

    private Status packet(final int sequence) {
        return LossTracker.status(tracker.onPacket(sequence & 0xFFFF, now));
    }

    private List<Integer> nacks() {
        final int count = tracker.collectNacks(now, RTT, out);
        return new ArrayList<>(Arrays.stream(out, 0, count).boxed().toList());
    }
}
