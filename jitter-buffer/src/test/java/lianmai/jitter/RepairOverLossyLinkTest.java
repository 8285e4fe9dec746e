package lianmai.jitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import lianmai.rtp.Nack;
import lianmai.rtp.RtcpHeader;
import lianmai.rtp.RtpHeader;
import lianmai.rtp.SequenceNumbers;
import lianmai.sim.LinkProfile;
import lianmai.sim.SimClock;
import lianmai.sim.SimLink;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sender with a history and a receiver that asks, over two bad links: ten minutes of virtual time. */
class RepairOverLossyLinkTest {
    private static final int PACKETS = 30_000;
    private static final long PACKET_NS = 20_000_000L;
    private static final long STEP_NS = 1_000_000L;
    private static final long RTT_NS = 60_000_000L;
    private static final LinkProfile BAD = LinkProfile.PERFECT
            .withDelay(25, 10)
            .withBursts(0.01, 0.2, 0.6)
            .withDuplicates(0.01)
            .withReordering(0.02, 12);

    private final PacketPool pool = new PacketPool(600);
    private final PacketHistory history = new PacketHistory(pool, 512);
    private final LossTracker tracker = new LossTracker(10_000_000L);
    private final SimClock clock = new SimClock();
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[2048]);
    private final int[] nacks = new int[LossTracker.MAX_MISSING];
    private final BitSet arrived = new BitSet();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldRecoverNearlyEverythingWithoutLosingASlot(final long seed) {
        final SimLink media = new SimLink(BAD, seed);
        final SimLink feedback = new SimLink(BAD, seed + 100);
        final int start = 65_000;
        long nextSendNs = clock.nowNs();
        int sent = 0;
        while (sent < PACKETS || media.nextDeadlineNs() != SimLink.NO_DEADLINE) {
            if (sent < PACKETS && clock.nowNs() >= nextSendNs) {
                send(media, (1L << 16) + start + sent++);
                nextSendNs += PACKET_NS;
            }
            media.deliver(clock.nowNs(), (b, o, l, at) -> receive(RtpHeader.sequence(b, o), start));
            ask(feedback);
            feedback.deliver(clock.nowNs(), (b, o, l, at) -> {
                assertThat(RtcpHeader.isValidCompound(b, o, l) && Nack.isValid(b, o))
                        .isTrue();
                for (long c = Nack.first(b, o); c != Nack.NONE; c = Nack.next(b, o, c)) {
                    resend(media, Nack.sequence(c));
                }
            });
            clock.advanceNs(STEP_NS);
        }
        assertThat(media.lost()).as("seed %d", seed).isGreaterThan(PACKETS / 100);
        assertThat(PACKETS - arrived.cardinality())
                .as("seed %d: never arrived", seed)
                .isLessThan(PACKETS / 2_000);
        history.clear();
        assertThat(pool.inUse()).isZero();
    }

    private void send(final SimLink media, final long extended) {
        final int slot = pool.acquire();
        final int offset = pool.offset(slot);
        RtpHeader.write(pool.buffer(), offset, false, 96, (int) extended, 0, 1);
        history.put(extended, slot, offset, 100, RtpHeader.MIN_LENGTH, 0, clock.nowNs(), 0);
        pool.release(slot);
        media.send(pool.buffer(), offset, 100, clock.nowNs());
    }

    private void resend(final SimLink media, final int sequence) {
        final long extended = SequenceNumbers.extend(history.highest(), sequence);
        final int index = history.find(extended);
        if (index != PacketHistory.NONE) {
            media.send(pool.buffer(), history.offset(index), history.length(index), clock.nowNs());
        }
    }

    private void receive(final int sequence, final int start) {
        final long result = tracker.onPacket(sequence, clock.nowNs());
        final int number = (int) (LossTracker.extended(result) - (1L << 16)) - start;
        switch (LossTracker.status(result)) {
            case NEW, REORDERED, RECOVERED -> {
                assertThat(arrived.get(number))
                        .as("packet %d came twice", number)
                        .isFalse();
                arrived.set(number);
            }
            case DUPLICATE -> assertThat(arrived.get(number)).isTrue();
            case TOO_OLD, RESET -> throw new AssertionError("packet " + number + " is out of the window");
        }
    }

    private void ask(final SimLink feedback) {
        final int count = tracker.collectNacks(clock.nowNs(), RTT_NS, nacks);
        if (count > 0) {
            final int length = Nack.write(scratch, 0, 1, 2, nacks, count);
            feedback.send(scratch, 0, length, clock.nowNs());
        }
    }
}
