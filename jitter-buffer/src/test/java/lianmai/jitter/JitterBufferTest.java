package lianmai.jitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import lianmai.sim.LinkProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener may expect, over simulated paths. */
class JitterBufferTest {
    private static final LinkProfile STEADY = LinkProfile.PERFECT.withDelay(30, 0);

    @ParameterizedTest
    @CsvSource({
        "1000, 1000000",
        "0, 0",
        "65535, -1",
        "65530, -4800",
        "32767, 2147483647",
        "32768, -2147483648",
        "65000, 2147400000"
    })
    void shouldNeitherStutterNorStretchOnAFaultlessPath(final int sequence, final int timestamp) {
        final PlayoutRun run = PlayoutRun.of(
                new PlayoutTrace(1, STEADY).from(sequence, timestamp).send(60));
        assertThat(run.count(PlayoutCounter.PACKETS_PLAYED)).isEqualTo(3000);
        assertThat(run.counts().stutterRate()).isZero();
        assertThat(run.count(PlayoutCounter.STRETCHES)).isZero();
        assertThat(run.largestDelayMillis(0, 60)).isLessThan(41);
        assertThat(run.counts().meanWaitNs() / 1e6).isCloseTo(40, within(1.0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldCoverSteadyJitterWithoutStutter(final long seed) {
        final PlayoutRun run = PlayoutRun.of(new PlayoutTrace(seed, STEADY.withDelay(30, 55)).send(120));
        assertThat(run.millis(PlayoutCounter.CONCEALED_TICKS))
                .as("ms concealed while it learns")
                .isLessThan(60);
        assertThat(run.between(10, 120)).noneMatch(p -> p.decision() == JitterBuffer.Decision.CONCEAL);
        assertThat(run.largestDelayMillis(10, 120)).isLessThan(90);
        assertThat(run.stretches(20, 120)).as("no needless stretching").isLessThan(15);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldTradeStutterForDelayAsItsQuantileSays(final long seed) {
        // One packet in a hundred is held back by 200 ms, and all behind it: a half second in four has such a peak.
        final LinkProfile peaks = STEADY.withRate(1_000_000, 100_000).withDelay(30, 10);
        final PlayoutTrace trace = new PlayoutTrace(seed, peaks);
        for (int i = 0; i < 60; i++) {
            trace.send(1.96).profile(peaks.withDelay(230, 10)).send(0.04).profile(peaks);
        }
        final PlayoutRun run = PlayoutRun.of(trace);
        assertThat(run.largestDelayMillis(60, 120)).isGreaterThan(200);
        assertThat(run.between(60, 120)).noneMatch(p -> p.decision() == JitterBuffer.Decision.CONCEAL);
    }

    @Test
    void shouldStutterOnceWhenTheDelayStepsUpAndGetBackWithinThirtySeconds() {
        final PlayoutRun run = PlayoutRun.of(new PlayoutTrace(1, STEADY)
                .send(20)
                .profile(STEADY.withDelay(130, 0))
                .send(60));
        assertThat(run.count(PlayoutCounter.CONCEALMENT_EVENTS)).isEqualTo(1);
        assertThat(run.millis(PlayoutCounter.CONCEALED_TICKS)).isBetween(50.0, 110.0);
        assertThat(run.count(PlayoutCounter.LATE)).isZero();
        assertThat(run.largestDelayMillis(50, 80)).isLessThan(46);
    }

    @Test
    void shouldCatchUpWithinFiveSecondsWhenTheDelayStepsDown() {
        final PlayoutRun run = PlayoutRun.of(new PlayoutTrace(1, STEADY.withDelay(130, 0))
                .send(20)
                .profile(STEADY)
                .send(20));
        assertThat(run.largestDelayMillis(20, 21)).isGreaterThan(100);
        assertThat(run.largestDelayMillis(25, 40)).isLessThan(46);
        assertThat(run.count(PlayoutCounter.CONCEALED_TICKS)).isZero();
        assertThat(run.count(PlayoutCounter.DECELERATED_TICKS)).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {200, -200, 0})
    void shouldFollowADriftingClockForHalfAnHour(final double ppm) {
        final double seconds = 1800;
        final PlayoutRun run =
                PlayoutRun.of(new PlayoutTrace(1, STEADY).drift(ppm).send(seconds));
        assertThat(run.counts().stutterRate()).isZero();
        assertThat(run.largestDelayMillis(0, seconds)).isLessThan(46);
        assertThat(run.smallestDelayMillis(1, seconds)).isGreaterThan(19);
        assertThat(run.count(PlayoutCounter.PACKETS_PLAYED)).isEqualTo(run.count(PlayoutCounter.PACKETS_INSERTED));
        // 200 ppm of half an hour are 360 ms, of which the deadband may swallow 25.
        final double undone =
                ppm > 0 ? run.millis(PlayoutCounter.ACCELERATED_TICKS) : run.millis(PlayoutCounter.DECELERATED_TICKS);
        assertThat(undone).isCloseTo(Math.abs(ppm) * seconds / 1000, within(26.0));
        assertThat(run.count(PlayoutCounter.STRETCHES)).isEqualTo(Math.round(undone / 5));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldNotSwingWhileTheTargetMovesByOneBucket(final long seed) {
        // Jitter of just 40 ms: the target goes to and fro between two buckets.
        final PlayoutRun run = PlayoutRun.of(new PlayoutTrace(seed, STEADY.withDelay(30, 40)).send(300));
        int turns = 0;
        JitterBuffer.Decision before = JitterBuffer.Decision.NORMAL;
        for (final PlayoutRun.Played piece : run.between(20, 300)) {
            if (piece.isStretched()) {
                turns += before != JitterBuffer.Decision.NORMAL && before != piece.decision() ? 1 : 0;
                before = piece.decision();
            }
        }
        assertThat(turns).as("changes of direction in 280 s").isLessThanOrEqualTo(2);
    }

    @Test
    void shouldConcealExactlyWhatIsLost() {
        final PlayoutRun run = PlayoutRun.of(new PlayoutTrace(7, STEADY.withLoss(0.05)).send(120));
        final long lost = run.count(PlayoutCounter.PACKETS_LOST);
        assertThat(lost).isBetween(200L, 400L);
        assertThat(run.count(PlayoutCounter.CONCEALED_TICKS)).isEqualTo(lost * PlayoutTrace.PACKET_TICKS);
        assertThat(run.counts().stutterRate()).isCloseTo(lost / 6000.0, within(0.001));
        assertThat(run.count(PlayoutCounter.STRETCHES)).isZero();
        assertThat(run.largestDelayMillis(0, 120)).isLessThan(46);
    }

    @Test
    void shouldPlayReorderedPacketsInOrderAndDropCopies() {
        final PlayoutRun run =
                PlayoutRun.of(new PlayoutTrace(3, STEADY.withReordering(0.1, 30).withDuplicates(0.2)).send(60));
        assertThat(run.count(PlayoutCounter.DUPLICATE)).isBetween(500L, 700L);
        assertThat(run.count(PlayoutCounter.PACKETS_PLAYED)).isEqualTo(3000);
        assertThat(run.counts().stutterRate()).isZero();
        assertThat(run.largestDelayMillis(0, 60)).as("to wait 30 ms saves 10 %").isLessThan(66);
    }

    @Test
    void shouldNotWaitLongForAFewResentPackets() {
        // One in 200 comes 300 ms late: half a per cent of loss is worth 10 ms.
        final PlayoutRun run = PlayoutRun.of(new PlayoutTrace(3, STEADY.withReordering(0.005, 300)).send(120));
        assertThat(run.count(PlayoutCounter.LATE)).isBetween(10L, 60L);
        assertThat(run.largestDelayMillis(30, 120)).isLessThan(46);
    }

    @Test
    void shouldCountPausesAsSilenceAndNotAsStutter() {
        final PlayoutTrace trace = new PlayoutTrace(1, STEADY.withDelay(30, 5));
        for (int i = 0; i < 20; i++) {
            trace.send(1).pause(5 + 10 * i);
        }
        final PlayoutRun run = PlayoutRun.of(trace.send(1));
        assertThat(run.counts().stutterRate()).isZero();
        assertThat(run.count(PlayoutCounter.CONCEALMENT_EVENTS)).isZero();
        assertThat(run.count(PlayoutCounter.PACKETS_PLAYED)).isEqualTo(21 * 50);
        final double pausedMillis = (20 * 5 + 10 * 190) * 20.0;
        // The first wait and the second after the end are silence too.
        assertThat(run.millis(PlayoutCounter.SILENT_TICKS)).isCloseTo(pausedMillis + 1040, within(150.0));
    }

    @Test
    void shouldCountLossInsideAPauseAsStutter() {
        final PlayoutTrace trace = new PlayoutTrace(1, STEADY);
        final PlayoutRun run = PlayoutRun.of(trace.send(1)
                .profile(LinkProfile.PERFECT.withLoss(1))
                .send(0.06)
                .profile(STEADY)
                .pause(20)
                .send(1));
        assertThat(run.count(PlayoutCounter.PACKETS_LOST)).isEqualTo(3);
        assertThat(run.millis(PlayoutCounter.CONCEALED_TICKS)).isCloseTo(60, within(21.0));
        assertThat(run.count(PlayoutCounter.CONCEALMENT_EVENTS)).isEqualTo(1);
    }

    @Test
    void shouldGoOnAfterTheSenderRestarted() {
        final PlayoutRun run = PlayoutRun.of(
                new PlayoutTrace(1, STEADY).send(5).from(40_000, 123_456_789).send(5));
        assertThat(run.count(PlayoutCounter.RESTARTS)).isEqualTo(1);
        assertThat(run.count(PlayoutCounter.STRANGE)).isEqualTo(1);
        assertThat(run.count(PlayoutCounter.PACKETS_PLAYED)).isGreaterThan(2 * 250 - 5);
    }

    @Test
    void shouldNotBeLedAstrayByAStrayPacket() {
        final PlayoutTrace trace = new PlayoutTrace(1, STEADY).send(5);
        for (int i = 0; i < 10; i++) {
            trace.arrive(i * 5000, i * 77_777, 0);
        }
        final PlayoutRun run = PlayoutRun.of(trace.send(5));
        assertThat(run.count(PlayoutCounter.RESTARTS)).isZero();
        assertThat(run.count(PlayoutCounter.STRANGE)).isEqualTo(10);
        assertThat(run.count(PlayoutCounter.PACKETS_PLAYED)).isEqualTo(500);
        assertThat(run.counts().stutterRate()).isZero();
    }

    @Test
    void shouldChangeItsDelayOnlyInGapsWithoutStretching() {
        final PlayoutRun run = PlayoutRun.of(
                new PlayoutTrace(1, STEADY.withDelay(130, 0))
                        .send(20)
                        .profile(STEADY)
                        .send(5)
                        .pause(10)
                        .send(5),
                JitterBufferConfig.OPUS.withoutStretching());
        assertThat(run.count(PlayoutCounter.STRETCHES)).isZero();
        assertThat(run.smallestDelayMillis(21, 24)).isGreaterThan(100);
        assertThat(run.largestDelayMillis(26, 30)).isLessThan(46);
    }

    @Test
    void shouldGiveEveryHandleBackWhenNobodyPolls() {
        final int[] back = new int[1];
        final JitterBuffer buffer = new JitterBuffer(JitterBufferConfig.OPUS, handle -> back[0]++);
        for (int i = 0; i < 5000; i++) {
            buffer.insert(i & 0xFFFF, i * 960, i, i * PlayoutTrace.PACKET_NS);
            assertThat(buffer.size()).isLessThanOrEqualTo(256);
        }
        assertThat(buffer.counts().value(PlayoutCounter.OVERFLOWS)).isPositive();
        buffer.clear();
        assertThat(back[0]).isEqualTo(5000);
    }

    @ParameterizedTest
    @CsvSource({"NORMAL, 960, 7", "ACCELERATE, 1, 2147483647", "SILENCE, 268435455, -1", "DECELERATE, 1200, 0"})
    void shouldPackAPieceAndBack(final JitterBuffer.Decision decision, final int ticks, final int handle) {
        final long piece = JitterBuffer.pack(decision, ticks, handle);
        assertThat(JitterBuffer.decision(piece)).isEqualTo(decision);
        assertThat(JitterBuffer.ticks(piece)).isEqualTo(ticks);
        assertThat(JitterBuffer.handle(piece)).isEqualTo(handle);
    }
}
