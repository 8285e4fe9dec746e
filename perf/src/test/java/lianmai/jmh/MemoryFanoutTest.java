package lianmai.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import lianmai.gc.AllocationMeter;
import lianmai.io.RelayExchange;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpProviders;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The part of the benchmarks that every build runs: in memory, so that no other process and no network is in it. Bytes
 * are exact and gated; time is compared with a loop of the same JVM in alternating rounds, and only wildly wrong is
 * wrong.
 */
class MemoryFanoutTest {
    private static final int VIEWERS = 100;
    private static final int PACKETS = 500;
    private static final int ROUNDS = 20;

    /** A million packets and no more than this: what the JIT leaves over, not what a packet costs. */
    private static final long ALLOWED_BYTES = 1024;

    @Test
    void shouldForwardAMillionPacketsWithoutAllocating() {
        final MemoryFanout fanout = fanout();
        final int perRound = 1_000_000 / VIEWERS;
        final int rounds = 4;
        final int[] done = {0};
        final long bytes = AllocationMeter.leastBytesOf(rounds, () -> {
            for (int i = 0; i < perRound; i++) {
                fanout.forward(false);
            }
            done[0] += perRound;
        });
        fanout.close(done[0]);
        assertThat(bytes).as("bytes in a million packets").isLessThanOrEqualTo(ALLOWED_BYTES);
    }

    @Test
    void shouldCostNoMoreThanSomeChecksumsOfThePacket() {
        final MemoryFanout fanout = fanout();
        final byte[] packet = new byte[MemoryFanout.PAYLOAD];
        final CRC32C checksum = new CRC32C();
        long leastFanoutNs = Long.MAX_VALUE;
        long leastChecksumNs = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            final long startNs = System.nanoTime();
            for (int i = 0; i < PACKETS; i++) {
                fanout.forward(false);
            }
            final long middleNs = System.nanoTime();
            for (int i = 0; i < PACKETS * VIEWERS; i++) {
                checksum.update(packet);
            }
            leastFanoutNs = Math.min(leastFanoutNs, middleNs - startNs);
            leastChecksumNs = Math.min(leastChecksumNs, System.nanoTime() - middleNs);
        }
        fanout.close((long) ROUNDS * PACKETS);
        final double ratio = (double) leastFanoutNs / leastChecksumNs;
        System.out.printf(
                Locale.ROOT,
                "measured: in-memory fan-out 1 to %d: %d ns a packet, %.1f times a CRC-32C of it (%d)%n",
                VIEWERS,
                leastFanoutNs / PACKETS / VIEWERS,
                ratio,
                checksum.getValue());
        assertThat(ratio).as("a packet's way in checksums of it").isLessThan(100);
    }

    /** Each has viewers of both publishers: what comes in anywhere leaves everywhere, and every slot comes back. */
    @Test
    void shouldForwardOnTwoShardsWhatComesInOnEither() {
        final SrtpProviders.Chosen chosen = SrtpProviders.choose(SrtpProviders.Mode.AUTO);
        final RelayExchange exchange = new RelayExchange(2);
        final List<MemoryFanout> shards = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            shards.add(new MemoryFanout(
                    chosen.provider(),
                    SrtpProfile.AEAD_AES_128_GCM,
                    new MemoryFanout.Place(exchange, i, 1 + i, 1, 2, 10)));
        }
        MemoryFanout.begin(shards);
        for (int i = 0; i < 100; i++) {
            shards.get(0).forward(false);
            shards.get(1).forward(false);
        }
        for (final MemoryFanout shard : shards) {
            assertThat(shard.turn()).isEqualTo(100 * 2 * 10);
            assertThat(shard.taken()).isEqualTo(100);
            shard.close(100);
        }
    }

    /** What the benchmarks without a cipher run: frames of several packets, before the seat changes hands and after. */
    @Test
    void shouldForwardFramesAcrossASwitchOfTheSeat() {
        final MemoryFanout fanout = new MemoryFanout(new NoCipher(), SrtpProfile.AEAD_AES_128_GCM, 10);
        for (int i = 0; i < 20; i++) {
            fanout.forwardFrame(5, false);
        }
        assertThat(fanout.turn()).isEqualTo(20 * 5 * 10);
        fanout.switchSeat();
        for (int i = 0; i < 20; i++) {
            fanout.forwardFrame(5, false);
        }
        assertThat(fanout.turn()).isEqualTo(20 * 5 * 10);
        fanout.close(20 * 5);
    }

    private static MemoryFanout fanout() {
        final SrtpProviders.Chosen chosen = SrtpProviders.choose(SrtpProviders.Mode.AUTO);
        Assumptions.assumeTrue(
                chosen.provider().name().equals("native"),
                "no native SRTP here: install the packages libipsec-mb-dev and gcc");
        return new MemoryFanout(chosen.provider(), SrtpProfile.AEAD_AES_128_GCM, VIEWERS);
    }
}
