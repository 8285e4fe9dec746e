package lianmai.impair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lianmai.sim.LinkProfile;
import lianmai.sim.SimLink;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * {@link SimLink}, the simple one that the tests of the core use, is the reference: what it can do, a relay's link does
 * with the same seed to the nanosecond. Thus there are two pieces of code but one model.
 */
class SameAsSimLinkTest {
    private static final int ROUNDS = 200;
    private static final int PACKETS = 500;

    private record Arrival(int number, int length, long arrivalNs) {}

    @Test
    void shouldTreatEveryPacketAsTheReferenceDoes() {
        for (long seed = 1; seed <= ROUNDS; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final LinkProfile profile = randomProfile(random);
            final long[] times = new long[PACKETS];
            final int[] lengths = new int[PACKETS];
            long nowNs = 0;
            for (int i = 0; i < PACKETS; i++) {
                nowNs += random.nextLong(3_000_000);
                times[i] = nowNs;
                lengths[i] = 20 + random.nextInt(1_180);
            }
            assertThat(ours(profile, seed, times, lengths))
                    .as("seed %d, %s", seed, profile)
                    .isEqualTo(reference(profile, seed, times, lengths));
        }
    }

    private static LinkProfile randomProfile(final SplittableRandom random) {
        LinkProfile profile = LinkProfile.PERFECT.withDelay(random.nextInt(50), 10L * random.nextInt(3));
        if (random.nextBoolean()) {
            profile = profile.withBursts(0.05 * random.nextDouble(), 0.2 + 0.8 * random.nextDouble(), 0.9);
        }
        if (random.nextBoolean()) {
            profile = profile.withLoss(0.1 * random.nextDouble());
        }
        if (random.nextBoolean()) {
            profile = profile.withDuplicates(0.1).withReordering(0.1, random.nextInt(30));
        }
        if (random.nextBoolean()) {
            profile = profile.withRate(100_000 + random.nextInt(10_000_000), 1_500 + random.nextInt(50_000));
        }
        return profile;
    }

    private static List<Arrival> reference(
            final LinkProfile profile, final long seed, final long[] times, final int[] lengths) {
        final SimLink link = new SimLink(profile, seed);
        final UnsafeBuffer packet = new UnsafeBuffer(new byte[1_500]);
        final List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < times.length; i++) {
            link.deliver(times[i], (b, o, l, at) -> arrivals.add(new Arrival(b.getInt(o), l, at)));
            packet.putInt(0, i);
            link.send(packet, 0, lengths[i], times[i]);
        }
        link.deliver(Long.MAX_VALUE, (b, o, l, at) -> arrivals.add(new Arrival(b.getInt(o), l, at)));
        return arrivals;
    }

    private static List<Arrival> ours(final LinkProfile p, final long seed, final long[] times, final int[] lengths) {
        final ImpairProfile profile = new ImpairProfile(
                p.delayNs(),
                p.jitterNs(),
                ImpairProfile.Shape.UNIFORM,
                false,
                p.loss(),
                p.burstLoss(),
                p.enterBurst(),
                p.leaveBurst(),
                p.duplicate(),
                p.reorder(),
                p.reorderNs(),
                p.bitsPerSecond(),
                p.queueBytes(),
                0);
        final PacketsUnderWay underWay = new PacketsUnderWay(PACKETS);
        final ImpairedLink link = new ImpairedLink(profile, seed, underWay, new LinkCounts(), 0);
        final List<Arrival> arrivals = new ArrayList<>();
        final PacketsUnderWay.Sink sink = (from, slot, length, at) -> arrivals.add(
                new Arrival(underWay.buffer().getInt(underWay.pool().offset(slot)), length, at));
        for (int i = 0; i < times.length; i++) {
            underWay.deliver(times[i], sink);
            final int slot = underWay.pool().acquire();
            underWay.pool().buffer().putInt(underWay.pool().offset(slot), i);
            link.send(slot, lengths[i], times[i]);
        }
        underWay.deliver(Long.MAX_VALUE, sink);
        return arrivals;
    }
}
