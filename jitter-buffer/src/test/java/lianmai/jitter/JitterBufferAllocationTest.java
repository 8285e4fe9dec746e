package lianmai.jitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import lianmai.gc.AllocationMeter;
import org.junit.jupiter.api.Test;

/** Putting packets in and taking pieces out allocates nothing (design law 3), with real slots that all come back. */
class JitterBufferAllocationTest {
    private static final int PACKETS = 20_000;
    private static final int ROUNDS = 20;

    private final PacketPool pool = new PacketPool(300);
    private final JitterBuffer buffer = new JitterBuffer(JitterBufferConfig.OPUS, pool::release);
    private final PlayoutClock clock = new PlayoutClock(48_000, 0);
    private final SplittableRandom random = new SplittableRandom(1);
    private final long[] jitterNs = new long[1024];
    private int sequence;
    private int timestamp;
    private long sentNs;
    private long played;

    @Test
    void shouldAllocateNothingOnceWarm() {
        for (int i = 0; i < jitterNs.length; i++) {
            jitterNs[i] = random.nextLong(60_000_000L);
        }
        final long least = AllocationMeter.leastBytesOf(ROUNDS, () -> {
            for (int i = 0; i < PACKETS; i++) {
                takePacket();
            }
        });
        assertThat(least).as("bytes for %d packets", PACKETS).isLessThan(PACKETS / 100);
        assertThat(played).isPositive();
        for (final PlayoutCounter counter : new PlayoutCounter[] {
            PlayoutCounter.LATE,
            PlayoutCounter.DUPLICATE,
            PlayoutCounter.PACKETS_LOST,
            PlayoutCounter.RESTARTS,
            PlayoutCounter.SILENT_TICKS,
            PlayoutCounter.STRETCHES
        }) {
            assertThat(buffer.counts().value(counter)).as("%s", counter).isPositive();
        }
        buffer.clear();
        assertThat(pool.inUse()).isZero();
    }

    private void takePacket() {
        sequence++;
        final int step = sequence % 400 == 0 ? 20 : 1;
        timestamp += step * 960 + (sequence % 7919 == 0 ? 1_000_000_000 : 0);
        sentNs += step * 20_000_000L;
        if (sequence % 33 == 0) {
            return;
        }
        final long nowNs = sentNs + jitterNs[sequence & 1023];
        while (clock.isDue(nowNs)) {
            final long piece = buffer.poll(clock.dueNs());
            clock.advance(JitterBuffer.ticks(piece));
            if (JitterBuffer.handle(piece) != JitterBuffer.NONE) {
                pool.release(JitterBuffer.handle(piece));
                played++;
            }
        }
        insert(0, nowNs);
        if (sequence % 50 == 0) {
            insert(0, nowNs);
        }
        if (sequence % 33 == 10) {
            // The one that was left out.
            insert(10, nowNs);
        }
    }

    private void insert(final int back, final long nowNs) {
        buffer.insert(sequence - back & 0xFFFF, timestamp - back * 960, pool.acquire(), nowNs);
    }
}
