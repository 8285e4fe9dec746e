package lianmai.jitter;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.gc.AllocationMeter;
import lianmai.rtp.Nack;
import lianmai.rtp.RtcpHeader;
import lianmai.rtp.RtpExtensionValues;
import lianmai.rtp.RtpExtensionWriter;
import lianmai.rtp.RtpExtensions;
import lianmai.rtp.RtpHeader;
import lianmai.rtp.Twcc;
import lianmai.rtp.TwccWriter;
import org.junit.jupiter.api.Test;

/** What happens to each received packet allocates nothing (design law 3). */
class PacketPathAllocationTest {
    private static final int PACKETS = 20_000;
    private static final int ROUNDS = 20;

    private final PacketPool pool = new PacketPool(300);
    private final PacketHistory history = new PacketHistory(pool, 256);
    private final LossTracker tracker = new LossTracker(0);
    private final JitterEstimator jitter = new JitterEstimator(90_000);
    private final TwccWriter twccWriter = new TwccWriter();
    private final int[] nacks = new int[LossTracker.MAX_MISSING];
    private final long[] arrivals = new long[64];
    private final long[] read = new long[64];
    private long now;
    private int sequence;
    private long asked;

    @Test
    void shouldAllocateNothingOnceWarm() {
        final long least = AllocationMeter.leastBytesOf(ROUNDS, () -> {
            for (int i = 0; i < PACKETS; i++) {
                takePacket();
            }
        });
        assertThat(least).as("bytes for %d packets", PACKETS).isLessThan(PACKETS / 100);
        assertThat(asked).isPositive();
        history.clear();
        assertThat(pool.inUse()).isZero();
    }

    private void takePacket() {
        now += 1_000_000L;
        sequence += sequence % 50 == 0 ? 2 : 1;
        final int slot = pool.acquire();
        final int offset = pool.offset(slot);
        RtpHeader.write(pool.buffer(), offset, true, 96, sequence, sequence * 90, 1);
        int end = RtpExtensionWriter.begin(pool.buffer(), offset);
        end = RtpExtensionWriter.putTransportSequence(pool.buffer(), offset, end, 3, sequence);
        final int header = RtpExtensionWriter.end(pool.buffer(), offset, end);
        final long element = RtpExtensions.find(pool.buffer(), offset, header, 3);
        arrivals[sequence & 63] = now + RtpExtensionValues.transportSequence(pool.buffer(), element);
        final long result = tracker.onPacket(sequence & 0xFFFF, now);
        jitter.onPacket(RtpHeader.timestamp(pool.buffer(), offset), now);
        history.put(LossTracker.extended(result), slot, offset, 100, header, 0, now, 0);
        feedBack(offset + 200);
        history.evictOlderThan(now, 100_000_000L);
        pool.release(slot);
    }

    private void feedBack(final int offset) {
        final int count = tracker.collectNacks(now, 0, nacks);
        if (count > 0) {
            final int length = Nack.write(pool.buffer(), offset, 1, 2, nacks, count);
            RtcpHeader.isValidCompound(pool.buffer(), offset, length);
            for (long c = Nack.first(pool.buffer(), offset); c != Nack.NONE; c = Nack.next(pool.buffer(), offset, c)) {
                asked += history.find(Nack.sequence(c)) == PacketHistory.NONE ? 1 : 0;
            }
        }
        if ((sequence & 63) == 0) {
            twccWriter.write(pool.buffer(), offset, 1200, 1, 2, 0, 0, arrivals, 0, 64);
            Twcc.read(pool.buffer(), offset, read);
        }
    }
}
