package lianmai.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SimLinkTest {
    private static final int PACKETS = 20_000;
    private static final long SEED = 7;

    private final UnsafeBuffer packet = new UnsafeBuffer(new byte[100]);

    @Test
    void shouldDeliverAllInOrderAfterTheDelayWhenNothingIsWrong() {
        final SimLink link = new SimLink(LinkProfile.PERFECT.withDelay(40, 10), SEED);
        assertThat(run(link)).hasSize(PACKETS).isSorted();
        assertThat(link.nextDeadlineNs()).isEqualTo(SimLink.NO_DEADLINE);
    }

    @Test
    void shouldHoldAPacketBackUntilItsDelayIsOver() {
        final SimLink link = new SimLink(LinkProfile.PERFECT.withDelay(40, 0), SEED);
        link.send(packet, 0, 100, 0);
        assertThat(link.nextDeadlineNs()).isEqualTo(40_000_000);
        assertThat(link.deliver(39_999_999, (b, o, l, at) -> {})).isZero();
        assertThat(link.deliver(40_000_000, (b, o, l, at) -> assertThat(l).isEqualTo(100)))
                .isOne();
    }

    @Test
    void shouldDoTheSameForTheSameSeed() {
        final LinkProfile rough = LinkProfile.PERFECT
                .withDelay(20, 15)
                .withLoss(0.05)
                .withDuplicates(0.02)
                .withReordering(0.05, 30);
        assertThat(run(new SimLink(rough, SEED))).isEqualTo(run(new SimLink(rough, SEED)));
        assertThat(run(new SimLink(rough, SEED))).isNotEqualTo(run(new SimLink(rough, SEED + 1)));
    }

    @Test
    void shouldLoseAsManyAsTold() {
        final SimLink random = new SimLink(LinkProfile.PERFECT.withLoss(0.1), SEED);
        run(random);
        assertThat((double) random.lost() / PACKETS).isCloseTo(0.1, within(0.01));

        // A fifth of the time in the bad state: 0.02 / (0.02 + 0.08), of which half is lost.
        final SimLink bursty = new SimLink(LinkProfile.PERFECT.withBursts(0.02, 0.08, 0.5), SEED);
        run(bursty);
        assertThat((double) bursty.lost() / PACKETS).isCloseTo(0.1, within(0.02));
    }

    @Test
    void shouldDuplicateAndReorderAsTold() {
        final SimLink link = new SimLink(LinkProfile.PERFECT.withDuplicates(0.1).withReordering(0.1, 30), SEED);
        final List<Integer> arrived = run(link);
        assertThat((double) (arrived.size() - PACKETS) / PACKETS).isCloseTo(0.1, within(0.01));
        int late = 0;
        for (int i = 1; i < arrived.size(); i++) {
            late += arrived.get(i) < arrived.get(i - 1) ? 1 : 0;
        }
        assertThat((double) late / PACKETS).isCloseTo(0.1, within(0.02));
    }

    @Test
    void shouldQueueBehindALimitedRateAndDropWhatDoesNotFit() {
        // 80 kbit/s carry one packet of 100 bytes in 10 ms; they come once a millisecond.
        final SimLink link = new SimLink(LinkProfile.PERFECT.withRate(80_000, 1_000), SEED);
        for (int i = 0; i < 1_000; i++) {
            link.send(packet, 0, 100, i * 1_000_000L);
        }
        link.deliver(1_000_000_000L, (b, o, l, at) -> {});
        assertThat(link.delivered()).isCloseTo(100, within(1L));
        assertThat(link.overflowed()).isCloseTo(890, within(2L));
    }

    /** Sends numbered packets a millisecond apart; answers the numbers in the order of arrival. */
    private List<Integer> run(final SimLink link) {
        final List<Integer> arrived = new ArrayList<>();
        final SimClock clock = new SimClock();
        for (int i = 0; i < PACKETS; i++) {
            packet.putInt(0, i);
            link.send(packet, 0, 100, clock.nowNs());
            clock.advanceMillis(1);
            link.deliver(clock.nowNs(), (b, o, l, at) -> arrived.add(b.getInt(o)));
        }
        link.deliver(clock.advanceMillis(1_000), (b, o, l, at) -> arrived.add(b.getInt(o)));
        return arrived;
    }
}
