package lianmai.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamVerifierTest {
    private static final int LENGTH = 300;

    private final UnsafeBuffer b = new UnsafeBuffer(new byte[LENGTH]);
    private final Tally tally = new Tally(0);
    private final StreamVerifier verifier = new StreamVerifier(tally, true, true);
    private final StreamVerifier.Order order = new StreamVerifier.Order();

    @BeforeEach
    void begin() {
        packet(0, 1000);
    }

    private void packet(final long counter, final long extended) {
        PayloadMark.write(b, 0, LENGTH, 1, 5, counter, 0, 0, 0);
        verifier.onPayload(b, 0, LENGTH, order, extended);
    }

    private void repair(final long counter) {
        PayloadMark.write(b, 0, LENGTH, 1, 5, counter, 0, 0, 0);
        verifier.onPayload(b, 0, LENGTH, null, 0);
    }

    @Test
    void shouldFindNothingWrongWithAWholeStream() {
        for (int i = 1; i < 200_000; i++) {
            packet(i, 1000 + i);
        }
        assertThat(tally.get(Count.CHECKED)).isEqualTo(200_000);
        assertThat(tally.get(Count.CONTENT_DUE)).isEqualTo(200_000);
        assertThat(tally.get(Count.CONTENT_ARRIVED)).isEqualTo(200_000);
        assertThat(tally.get(Count.INTEGRITY_ERRORS)).isZero();
        assertThat(tally.get(Count.RENUMBERED)).isZero();
    }

    @Test
    void shouldCountWhatIsLostAndWhatRepairBrings() {
        packet(4, 1004);
        repair(2);
        repair(2);
        assertThat(tally.get(Count.CONTENT_DUE)).isEqualTo(5);
        assertThat(tally.get(Count.CONTENT_ARRIVED)).isEqualTo(3);
        assertThat(tally.get(Count.INTEGRITY_ERRORS)).isZero();
    }

    @Test
    void shouldAllowReorderingByTheNetwork() {
        packet(2, 1002);
        packet(1, 1001);
        packet(3, 1003);
        assertThat(tally.get(Count.INTEGRITY_ERRORS)).isZero();
        assertThat(tally.get(Count.CONTENT_ARRIVED)).isEqualTo(4);
    }

    @Test
    void shouldNoticeAServerThatMixesUpTheOrder() {
        packet(2, 1001);
        packet(1, 1002);
        assertThat(tally.get(Count.INTEGRITY_ERRORS)).isOne();
    }

    @Test
    void shouldNoticeOnePacketUnderTwoNumbers() {
        packet(1, 1001);
        packet(1, 1002);
        assertThat(tally.get(Count.INTEGRITY_ERRORS)).isOne();
    }

    @Test
    void shouldNoticeAGapThatTheServerClosed() {
        packet(3, 1001);
        assertThat(tally.get(Count.RENUMBERED)).isOne();
        assertThat(tally.get(Count.CONTENT_DUE) - tally.get(Count.CONTENT_ARRIVED))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {50, LENGTH - 30})
    void shouldNoticeDamage(final int at) {
        PayloadMark.write(b, 0, LENGTH, 1, 5, 1, 0, 0, 0);
        b.putByte(at, (byte) (b.getByte(at) + 1));
        verifier.onPayload(b, 0, LENGTH, order, 1001);
        assertThat(tally.get(Count.INTEGRITY_ERRORS)).isOne();
    }

    @Test
    void shouldAskForMarksOnlyOfSyntheticMedia() {
        b.setMemory(0, LENGTH, (byte) 0);
        new StreamVerifier(tally, false, true).onPayload(b, 0, LENGTH, order, 1001);
        assertThat(tally.get(Count.INTEGRITY_ERRORS)).isZero();
        verifier.onPayload(b, 0, LENGTH, order, 1001);
        assertThat(tally.get(Count.INTEGRITY_ERRORS)).isOne();
    }
}
