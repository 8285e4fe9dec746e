package lianmai.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Frames of three packets of 100 bytes; key frames where a test says so. */
class FrameLedgerTest {
    private static final int PACKETS = 3;

    private final FrameLedger ledger = new FrameLedger();
    private long usable;

    private void packet(final int frame, final int packet, final boolean isKey) {
        usable += ledger.onPacket(
                17,
                frame,
                (long) frame * PACKETS + packet,
                packet == 0,
                packet == PACKETS - 1,
                isKey && packet == 0,
                100);
    }

    private void frame(final int frame, final boolean isKey) {
        for (int i = 0; i < PACKETS; i++) {
            packet(frame, i, isKey);
        }
    }

    @Test
    void shouldCountNothingBeforeAKeyFrame() {
        frame(5, false);
        frame(6, false);
        assertThat(usable).isZero();
        frame(7, true);
        frame(8, false);
        assertThat(usable).isEqualTo(600);
    }

    @Test
    void shouldCountNothingAfterAHoleUntilTheNextKeyFrame() {
        frame(0, true);
        packet(1, 0, false);
        packet(1, 2, false);
        frame(2, false);
        frame(3, false);
        assertThat(usable).isEqualTo(300);
        frame(4, true);
        assertThat(ledger.hasResumed()).isTrue();
        frame(5, false);
        assertThat(ledger.hasResumed()).isFalse();
        assertThat(usable).isEqualTo(900);
    }

    @Test
    void shouldCountWhatRepairMakesWholeAndAllThatWaitedForIt() {
        frame(0, true);
        packet(1, 0, false);
        packet(1, 2, false);
        frame(2, false);
        frame(3, false);
        packet(1, 1, false);
        assertThat(usable).isEqualTo(1200);
        assertThat(ledger.hasResumed()).isFalse();
    }

    @Test
    void shouldForgetWhatComesTooLate() {
        frame(0, true);
        packet(1, 0, false);
        packet(1, 1, false);
        for (int frame = 2; frame < 2 + FrameLedger.WINDOW; frame++) {
            frame(frame, false);
        }
        packet(1, 2, false);
        assertThat(usable).isEqualTo(300);
    }

    @Test
    void shouldBeginAnewWithAnotherPublisher() {
        frame(0, true);
        frame(1, false);
        usable += ledger.onPacket(33, 2, 6, true, true, false, 100);
        assertThat(usable).isEqualTo(600);
        usable += ledger.onPacket(33, 3, 7, true, true, true, 100);
        assertThat(usable).isEqualTo(700);
    }

    @Test
    void shouldCountAKeyFrameThatFollowsOnceAndResumeNothing() {
        frame(0, true);
        frame(1, true);
        assertThat(ledger.hasResumed()).isFalse();
        assertThat(usable).isEqualTo(600);
    }
}
