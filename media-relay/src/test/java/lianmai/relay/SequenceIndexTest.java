package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lianmai.sim.LinkProfile;
import lianmai.sim.SimPeer;
import lianmai.sim.SimPeerSpec;
import lianmai.sim.SimRelay;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Design law 6 under seeded schedules: {@code RecordingSrtp} throws as soon as one index of one stream is used twice,
 * or a stream begins above 2^15.
 */
class SequenceIndexTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldNeverUseAnIndexTwiceWhateverHappens(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        try (SimRelay relay = new SimRelay(seed, 16_384, seed % 2 == 0 ? 64 : 8192)) {
            relay.tolerateViolations();
            final List<SimPeer> publishers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                publishers.add(relay.join(SimPeerSpec.publisher(i + 1)
                        .watches(0, 1)
                        .firstSequence(random.nextInt(60_000))
                        .network(network(random), network(random))));
            }
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(10, 0, 1).network(network(random), network(random)));
            relay.runMillis(1000);
            for (int step = 0; step < 150; step++) {
                final SimPeer publisher = publishers.get(random.nextInt(publishers.size()));
                act(random, relay, publisher, viewer, step);
                relay.runMillis(20 + random.nextInt(400));
            }
            assertThat(relay.indices()).isGreaterThan(5000);
        }
    }

    private static LinkProfile network(final SplittableRandom random) {
        return LinkProfile.PERFECT
                .withDelay(5 + random.nextInt(40), random.nextInt(30))
                .withLoss(random.nextDouble(0.1))
                .withDuplicates(0.05)
                .withReordering(0.05, 20 + random.nextInt(200));
    }

    private static void act(
            final SplittableRandom random,
            final SimRelay relay,
            final SimPeer publisher,
            final SimPeer viewer,
            final int step) {
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> relay.seat(random.nextInt(2), publisher);
            case 3 -> relay.seat(random.nextInt(2), null);
            case 4 -> relay.gate(publisher, random.nextBoolean(), random.nextInt(4) > 0);
            case 5 -> publisher.video().restart(100_000 + step * 10, random.nextInt(32_768));
            case 6 -> publisher.video().jump(random.nextInt(30_000));
            case 7 -> relay.command(new RelayCommand.BindDownlink(10, random.nextInt(2), random.nextInt(2)));
            case 8 -> publisher.sendBye(publisher.video().ssrc());
            default -> {
                final int newest = (int) viewer.videoOf(0).highest();
                for (int i = 0; i < 20; i++) {
                    viewer.sendNack(viewer.videoOf(0).ssrc(), newest - random.nextInt(600) & 0xFFFF);
                }
            }
        }
        relay.gate(publisher, true, true);
    }
}
