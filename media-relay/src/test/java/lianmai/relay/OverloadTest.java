package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A relay for which each packet sent costs time, in virtual time: 1 publisher, 100 viewers, 250 video packets and 50 of
 * audio a second for each.
 */
class OverloadTest {
    private static final double PEAK = 1.0;

    private final OverloadedRelay relay = new OverloadedRelay(100);

    @AfterEach
    void nothingIsLeft() {
        relay.close();
    }

    @Test
    void shouldKeepTheGoodputOfItsPeakAtHalfAsMuchAgain() {
        relay.load(PEAK);
        relay.runMillis(3000);
        final long before = relay.usablePackets();
        relay.runMillis(4000);
        final double peak = relay.usablePackets() - before;
        relay.load(1.5);
        relay.runMillis(3000);
        final long beforeOverload = relay.usablePackets();
        relay.runMillis(4000);
        final double overloaded = relay.usablePackets() - beforeOverload;
        // What a packet costs has risen by half, so that much less can leave at all.
        assertThat(overloaded * 1.5 / peak).isGreaterThan(0.95);
        assertThat(relay.halfFrames()).as("frames that were cut by shedding").isZero();
    }

    @Test
    void shouldNeverLoseAudioToVideo() {
        relay.load(1.8);
        relay.runMillis(8000);
        assertThat(relay.value(DropReason.SHED)).isPositive();
        assertThat(relay.audioGaps()).isZero();
        assertThat(relay.lostInKernel()).isZero();
        assertThat(relay.longestAudioWaitMillis()).as("after the first second").isLessThan(150);
    }

    @Test
    void shouldShowEverybodyAgainWithinASecondAfterTheLoadFalls() {
        relay.load(1.6);
        relay.runMillis(5000);
        assertThat(relay.value(Counter.SUBSCRIPTIONS_SHED)).isPositive();
        relay.load(0.5);
        relay.runMillis(1000);
        assertThat(relay.value(Counter.SUBSCRIPTIONS_SHED)).isZero();
        assertThat(relay.viewersWithPicture()).isEqualTo(100);
    }

    @Test
    void shouldNotAskForMoreKeyFramesThanUsual() {
        relay.load(1.5);
        relay.runMillis(10_000);
        assertThat(relay.value(Counter.KEY_FRAME_REQUESTS_SENT)).isLessThan(34);
    }

    @Test
    void shouldLeaveEverybodyAloneBelowItsPeakAndDuringAPause() {
        relay.load(0.8);
        relay.runMillis(3000);
        relay.pauseMillis(200);
        relay.runMillis(3000);
        assertThat(relay.value(DropReason.SHED)).isZero();
    }

    /** Handshakes on the same core, a noisy neighbour: the relay is late, but not because it has too much to send. */
    @Test
    void shouldShedNobodyWhenOthersHaveTakenTheCore() {
        relay.getsOfItsCore(0.5);
        relay.load(1.5);
        relay.runMillis(3000);
        assertThat(relay.value(Counter.LOAD_PERMILLE)).isBetween(400L, 600L);
        assertThat(relay.value(DropReason.SHED)).isZero();
    }

    /** What lasts is no join storm: the relay has the core that it has. */
    @Test
    void shouldShedWhenOthersHaveTakenTheCoreForGood() {
        relay.getsOfItsCore(0.5);
        relay.load(1.5);
        relay.runMillis(14_000);
        assertThat(relay.value(DropReason.SHED)).isPositive();
        relay.load(1.5);
        relay.runMillis(4000);
        assertThat(relay.longestAudioWaitMillis()).isLessThan(150);
        assertThat(relay.lostInKernel()).isZero();
    }

    /** Signaling and the compiler take some of a core that has no other. */
    @Test
    void shouldKeepItsGoodputWhenOthersHaveALittleOfTheCore() {
        relay.getsOfItsCore(0.87);
        relay.load(PEAK);
        relay.runMillis(3000);
        final long before = relay.usablePackets();
        relay.runMillis(4000);
        final double peak = relay.usablePackets() - before;
        relay.load(1.7);
        relay.runMillis(3000);
        final long beforeOverload = relay.usablePackets();
        relay.runMillis(4000);
        assertThat((relay.usablePackets() - beforeOverload) * 1.7 / peak).isGreaterThan(0.95);
        assertThat(relay.longestAudioWaitMillis()).isLessThan(150);
        assertThat(relay.audioGaps()).isZero();
    }

    /** Admission stops at 80 % or a lasting wait of 100 ms (server.MeasuredHeadroom). */
    @Test
    void shouldTellThatItIsFullBeforeAnybodyIsShed() {
        relay.load(0.75);
        relay.runMillis(2000);
        assertThat(relay.longestToldWaitMillis(2000)).isLessThan(40);
        assertThat(relay.value(Counter.LOAD_PERMILLE)).isLessThan(800);
        relay.load(0.9);
        relay.runMillis(3000);
        assertThat(relay.value(Counter.LOAD_PERMILLE)).isGreaterThan(800);
        assertThat(relay.value(DropReason.SHED)).isZero();
    }

    /** Where others have the core, the wait alone tells it: the relay is not busy, and nobody is shed for a while. */
    @Test
    void shouldTellHowLongPacketsWaitForACoreThatOthersHave() {
        relay.getsOfItsCore(0.5);
        relay.load(1.5);
        relay.runMillis(4000);
        assertThat(relay.value(Counter.LOAD_PERMILLE)).isLessThan(800);
        assertThat(relay.value(Counter.SUBSCRIPTIONS_SHED)).isZero();
        assertThat(relay.value(Counter.LONGEST_WAIT_NS)).isGreaterThan(100_000_000L);
    }

    @Test
    void shouldNotTellOfAHiccup() {
        relay.load(0.3);
        relay.runMillis(1000);
        relay.pauseMillis(180);
        assertThat(relay.longestToldWaitMillis(1000)).isLessThan(40);
    }

    @Test
    void shouldKeepNumbersContinuousForTheShed() {
        relay.load(1.5);
        relay.runMillis(3000);
        relay.load(0.5);
        relay.runMillis(3000);
        relay.load(1.5);
        relay.runMillis(3000);
        assertThat(relay.value(DropReason.SHED)).isPositive();
        assertThat(relay.videoGaps()).isZero();
        assertThat(relay.rewinds()).isZero();
    }
}
