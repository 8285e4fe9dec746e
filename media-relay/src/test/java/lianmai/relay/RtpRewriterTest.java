package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RtpRewriterTest {
    private static final int STEP = 900;

    private final RtpRewriter rewriter = new RtpRewriter(100);

    private long send(final long incoming, final int timestamp) {
        final long outgoing = rewriter.sequence(incoming);
        rewriter.sent(outgoing, rewriter.timestamp(timestamp));
        return outgoing;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 32_767, 32_768, 65_534, 65_535, 65_536, 131_071})
    void shouldBeginAtItsFirstNumberWhereverTheSourceBegins(final long first) {
        rewriter.startRun(first, 5, 5, STEP);
        assertThat(send(first, 5)).isEqualTo(100);
        assertThat(send(first + 1, 5)).isEqualTo(101);
        assertThat(send(first + 70_000, 5)).isEqualTo(70_100);
        assertThat(rewriter.original(70_100)).isEqualTo(first + 70_000);
    }

    @Test
    void shouldLeaveGapsAsTheyAreAndGiveALatePacketTheNumberLeftForIt() {
        rewriter.startRun(1000, 0, 0, STEP);
        send(1000, 0);
        assertThat(send(1003, 0)).isEqualTo(103);
        assertThat(send(1001, 0)).isEqualTo(101);
        assertThat(rewriter.highestOutgoing()).isEqualTo(103);
    }

    @Test
    void shouldGoOnAboveEveryNumberUsedBefore() {
        rewriter.startRun(1000, 0, 0, STEP);
        send(1000, 0);
        send(1009, 0);
        send(1004, 0);
        rewriter.startRun(5, 0, 0, STEP);
        assertThat(send(5, 0)).isEqualTo(110);
        rewriter.startRun(1010, 0, 0, STEP);
        assertThat(send(1010, 0)).isEqualTo(111);
    }

    @Test
    void shouldRefuseWhatCameBeforeTheRun() {
        rewriter.startRun(1000, 0, 0, STEP);
        send(1000, 0);
        assertThat(rewriter.sequence(999)).isEqualTo(RtpRewriter.OUTSIDE);
        rewriter.endRun();
        assertThat(rewriter.sequence(1001)).isEqualTo(RtpRewriter.OUTSIDE);
        assertThat(rewriter.sequence(Long.MAX_VALUE - 1)).isEqualTo(RtpRewriter.OUTSIDE);
    }

    @Test
    void shouldFindOriginalsOfThisRunOnly() {
        rewriter.startRun(1000, 0, 0, STEP);
        send(1000, 0);
        send(1001, 0);
        assertThat(rewriter.original(101)).isEqualTo(1001);
        assertThat(rewriter.original(102)).isEqualTo(RtpRewriter.OUTSIDE);
        assertThat(rewriter.original(99)).isEqualTo(RtpRewriter.OUTSIDE);
        rewriter.startRun(7000, 0, 0, STEP);
        send(7000, 0);
        assertThat(rewriter.original(101)).isEqualTo(RtpRewriter.OUTSIDE);
        assertThat(rewriter.original(102)).isEqualTo(7000);
        rewriter.endRun();
        assertThat(rewriter.original(102)).isEqualTo(RtpRewriter.OUTSIDE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, -500})
    void shouldPutTheTimestampWhereItIsWantedWhenThatIsNewer(final int base) {
        rewriter.startRun(1, 77, base, STEP);
        assertThat(rewriter.timestamp(77)).isEqualTo(base);
        send(1, 77);
        rewriter.startRun(1, 5000, base + STEP, STEP);
        assertThat(rewriter.timestamp(5000)).isEqualTo(base + STEP);
        send(1, 5000);
        rewriter.startRun(1, -3, base - 100_000, STEP);
        assertThat(rewriter.timestamp(-3)).isEqualTo(base + 2 * STEP);
        send(1, -3);
        rewriter.startRun(1, 9, base + 2 * STEP + STEP - 1, STEP);
        assertThat(rewriter.timestamp(9)).isEqualTo(base + 3 * STEP);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 32_768})
    void shouldRefuseAFirstNumberThatReceiversCouldMisread(final int first) {
        assertThatThrownBy(() -> new RtpRewriter(first)).isInstanceOf(IllegalArgumentException.class);
    }
}
