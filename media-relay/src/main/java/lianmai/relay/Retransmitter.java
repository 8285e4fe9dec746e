package lianmai.relay;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Numbers and limits one viewer's retransmissions: the same packet at most three times, and a budget over all, so that
 * a viewer who asks for everything again (or lies) costs at most that.
 *
 * <p>Forgets how often a packet was sent again once 1,024 later ones have gone by.
 *
 * <p>Thread: relay (confined). Units: packets, ns.
 */
final class Retransmitter {
    /** The original's sequence number, in front of a retransmission's payload (RFC 4588 §4). */
    static final int ORIGINAL_SEQUENCE_BYTES = 2;

    private static final int REMEMBERED = 1024;
    private static final int MOST_TIMES = 3;
    /** A burst of one lost key frame at 2.5 Mbit/s … */
    private static final int BUDGET_PACKETS = 300;
    /** … refilled at about the rate of such a stream. */
    private static final int REFILL_PACKETS_PER_SECOND = 300;

    private static final long REFILL_NS = TimeUnit.SECONDS.toNanos(1) / REFILL_PACKETS_PER_SECOND;

    // Made with the first request: viewers who lose nothing need none.
    private long[] sequences;
    private byte[] times;
    private long nextSequence;
    private int budget = BUDGET_PACKETS;
    private long refilledNs = Long.MIN_VALUE;

    /** @param firstSequence of the retransmission stream, below 2^15 */
    Retransmitter(final int firstSequence) {
        nextSequence = firstSequence;
    }

    /** Whether the packet of this outgoing extended number may be sent again now; if so it counts. */
    boolean allows(final long outgoing, final long nowNs) {
        if (sequences == null) {
            sequences = new long[REMEMBERED];
            times = new byte[REMEMBERED];
            Arrays.fill(sequences, -1);
        }
        refill(nowNs);
        final int at = (int) outgoing & REMEMBERED - 1;
        if (sequences[at] != outgoing) {
            sequences[at] = outgoing;
            times[at] = 0;
        }
        if (times[at] >= MOST_TIMES || budget == 0) {
            return false;
        }
        times[at]++;
        budget--;
        return true;
    }

    /** The next extended number of the retransmission stream. */
    long nextSequence() {
        return nextSequence++;
    }

    static void writeOriginalSequence(final MutableDirectBuffer buffer, final int at, final long outgoing) {
        buffer.putShort(at, (short) outgoing, ByteOrder.BIG_ENDIAN);
    }

    static int readOriginalSequence(final DirectBuffer buffer, final int at) {
        return buffer.getShort(at, ByteOrder.BIG_ENDIAN) & 0xFFFF;
    }

    private void refill(final long nowNs) {
        if (refilledNs == Long.MIN_VALUE) {
            refilledNs = nowNs;
        }
        final long earned = (nowNs - refilledNs) / REFILL_NS;
        if (earned > 0) {
            budget = (int) Math.min(BUDGET_PACKETS, budget + earned);
            refilledNs += earned * REFILL_NS;
        }
    }
}
