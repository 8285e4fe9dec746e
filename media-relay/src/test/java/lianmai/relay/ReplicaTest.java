package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import lianmai.sim.LinkProfile;
import lianmai.sim.SimPeer;
import lianmai.sim.SimPeerSpec;
import lianmai.sim.SimRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rooms larger than a shard, and seats shown in two rooms (hand-over H4). Closing a relay looks for lost slots. */
class ReplicaTest {
    @ParameterizedTest
    @EnumSource(names = "OPUS", mode = EnumSource.Mode.EXCLUDE)
    void shouldShowAPublisherToTheViewersOfAnotherShard(final Codec codec) {
        try (SimRelay relay = SimRelay.ofShards(1, 2)) {
            final SimPeer host = relay.joinOnSeat(0, new SimPeerSpec(1).publishes(codec));
            final SimPeer here = relay.join(SimPeerSpec.viewer(2, 0));
            final SimPeer there = relay.join(SimPeerSpec.viewer(3, 0).onShard(1));
            relay.replicate(host, 1);
            relay.runUntil(() -> there.videoOf(0).publisher() == 1, "the picture", 1000);
            relay.runMillis(5000);
            assertThat(there.videoOf(0).decoder().frames())
                    .isGreaterThan(here.videoOf(0).decoder().frames() - 10);
            assertThat(there.videoOf(0).nacks()).isZero();
            assertThat(there.audioOf(0).missing()).isZero();
            assertThat(relay.value(Counter.REPLICATED_IN)).isEqualTo(relay.value(Counter.REPLICATED_OUT));
        }
    }

    /** The copy begins in the middle of a group of pictures, so a key frame must be asked for through both shards. */
    @Test
    void shouldAskThePublisherForAKeyFrameThroughItsOwnShard() {
        try (SimRelay relay = SimRelay.ofShards(2, 2)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(3000);
            final long asked = relay.value(Counter.KEY_FRAME_REQUESTS_SENT);
            relay.replicate(host, 1);
            final SimPeer there = relay.join(SimPeerSpec.viewer(3, 0).onShard(1));
            relay.runUntil(() -> there.videoOf(0).publisher() == 1, "the picture", 700);
            assertThat(relay.value(Counter.KEY_FRAME_REQUESTS_SENT)).isGreaterThan(asked);
            relay.runMillis(500);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldRepairTheViewersOfAReplicaFromItsOwnHistory(final long seed) {
        try (SimRelay relay = SimRelay.ofShards(seed, 2)) {
            final SimPeer host = relay.joinOnSeat(
                    0,
                    SimPeerSpec.publisher(1)
                            .network(LinkProfile.PERFECT.withDelay(10, 0).withLoss(0.02), down()));
            final SimPeer there =
                    relay.join(SimPeerSpec.viewer(3, 0).onShard(1).network(down(), down().withLoss(0.03)));
            relay.replicate(host, 1);
            relay.runMillis(10_000);
            assertThat(there.videoOf(0).repaired()).isPositive();
            assertThat(relay.value(Counter.RTX_RECOVERED)).isPositive();
            assertThat(there.videoOf(0).decoder().frames()).isGreaterThan(240);
        }
    }

    @Test
    void shouldSwitchSeatsBetweenPublishersOfDifferentShardsForAllViewers() {
        try (SimRelay relay = SimRelay.ofShards(4, 2)) {
            final SimPeer a = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer b = relay.join(SimPeerSpec.publisher(2).onShard(1).clock(5_000_000_000L, 60));
            relay.gate(b, true, true);
            relay.replicate(a, 1);
            relay.replicate(b, 0);
            final SimPeer here = relay.join(SimPeerSpec.viewer(3, 0));
            final SimPeer there = relay.join(SimPeerSpec.viewer(4, 0).onShard(1));
            relay.runMillis(2000);
            for (int i = 0; i < 6; i++) {
                final SimPeer next = i % 2 == 0 ? b : a;
                relay.seat(0, next);
                relay.runUntil(() -> here.videoOf(0).publisher() == next.id(), "the switch here", 400);
                relay.runUntil(() -> there.videoOf(0).publisher() == next.id(), "the switch there", 400);
                relay.runMillis(1000);
            }
            assertThat(here.videoOf(0).decoder().switches()).isEqualTo(6);
            assertThat(there.videoOf(0).decoder().switches()).isEqualTo(6);
        }
    }

    @Test
    void shouldShowAHostOfAnotherRoomOnASeatAndLeaveBothRoomsWholeWhenItEnds() {
        final long otherRoom = 8;
        try (SimRelay relay = SimRelay.ofShards(5, 2)) {
            final SimPeer a = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer b = relay.join(
                    SimPeerSpec.publisher(2).onShard(1).onStage(otherRoom).clock(7_000_000_000L, -40));
            relay.gate(b, true, true);
            relay.seat(otherRoom, 0, b);
            final SimPeer fanOfA = relay.join(SimPeerSpec.viewer(3, 0, 1));
            final SimPeer fanOfB =
                    relay.join(SimPeerSpec.viewer(4, 0, 1).onShard(1).onStage(otherRoom));
            relay.runMillis(1000);

            relay.replicate(a, 1);
            relay.replicate(b, 0);
            relay.seat(SimRelay.STAGE, 1, b);
            relay.seat(otherRoom, 1, a);
            relay.runUntil(() -> fanOfA.videoOf(1).publisher() == 2, "b in a's room", 700);
            relay.runUntil(() -> fanOfB.videoOf(1).publisher() == 1, "a in b's room", 700);
            relay.runMillis(2000);

            // b leaves in the middle of it: a's room goes on, and b's seat in it is empty.
            relay.leave(b);
            relay.runMillis(500);
            final long framesOfA = fanOfA.videoOf(0).decoder().frames();
            final long framesOfB = fanOfA.videoOf(1).decoder().frames();
            relay.runMillis(1000);
            assertThat(fanOfA.videoOf(0).decoder().frames()).isGreaterThan(framesOfA + 20);
            assertThat(fanOfA.videoOf(1).decoder().frames()).isEqualTo(framesOfB);
            assertThat(fanOfB.videoOf(1).publisher()).isEqualTo(1);
            relay.seat(SimRelay.STAGE, 1, null);
            relay.seat(otherRoom, 1, null);
            relay.endReplica(a, 1);
            relay.runMillis(100);
            assertThat(relay.value(Counter.REPLICAS)).isZero();
        }
    }

    /** What does not fit the other shard's queue is dropped by name; video goes on at a key frame, audio all along. */
    @Test
    void shouldDropAtAFullQueueAndGoOnAtTheNextKeyFrame() {
        try (SimRelay relay = SimRelay.ofShards(6, 2)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1).packetsPerFrame(12));
            final SimPeer there = relay.join(SimPeerSpec.viewer(3, 0).onShard(1));
            relay.replicate(host, 1);
            relay.runMillis(1000);
            there.videoOf(0).ignoreLosses();
            final long heard = there.audioOf(0).received();
            relay.slowDown(1, 5);
            relay.runMillis(1000);
            assertThat(relay.drops(DropReason.REPLICA_QUEUE_FULL)).isPositive();
            assertThat(relay.drops(DropReason.REPLICA_AWAITING_KEY_FRAME)).isPositive();
            assertThat(there.audioOf(0).received()).isGreaterThanOrEqualTo(heard + 49);
            assertThat(there.audioOf(0).missing()).isZero();
            relay.slowDown(1, Integer.MAX_VALUE);
            final long frames = there.videoOf(0).decoder().frames();
            relay.runMillis(2000);
            assertThat(there.videoOf(0).decoder().frames()).isGreaterThan(frames + 40);
            assertThat(there.audioOf(0).missing()).isZero();
        }
    }

    @Test
    void shouldMuteAReplicaWithItsPublisher() {
        try (SimRelay relay = SimRelay.ofShards(7, 2)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer there = relay.join(SimPeerSpec.viewer(3, 0).onShard(1));
            relay.replicate(host, 1);
            relay.runMillis(1000);
            relay.gate(host, true, false);
            relay.runMillis(200);
            final long frames = there.videoOf(0).decoder().frames();
            relay.runMillis(1000);
            assertThat(there.videoOf(0).decoder().frames()).isEqualTo(frames);
            relay.gate(host, true, true);
            relay.runMillis(1000);
            assertThat(there.videoOf(0).decoder().frames()).isGreaterThan(frames + 15);
        }
    }

    /** Any order of joins, leaves, seats and replicas: no receiver complains, and nothing is left at the end. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void shouldSurviveAnyScheduleOfSwitchesJoinsAndLeaves(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        try (SimRelay relay = SimRelay.ofShards(seed, 3)) {
            final SimPeer[] publishers = new SimPeer[4];
            final SimPeer[] viewers = new SimPeer[6];
            int nextId = 1;
            for (int step = 0; step < 120; step++) {
                final int which = random.nextInt(4);
                final int viewer = random.nextInt(6);
                switch (random.nextInt(8)) {
                    case 0 -> {
                        if (publishers[which] != null) {
                            relay.leave(publishers[which]);
                        }
                        publishers[which] =
                                relay.join(SimPeerSpec.publisher(nextId++).onShard(random.nextInt(3)));
                        relay.gate(publishers[which], true, true);
                    }
                    case 1 -> {
                        if (viewers[viewer] != null) {
                            relay.leave(viewers[viewer]);
                        }
                        viewers[viewer] =
                                relay.join(SimPeerSpec.viewer(nextId++, 0, 1).onShard(random.nextInt(3)));
                    }
                    case 2, 3 -> relay.seat(random.nextInt(2), publishers[which]);
                    case 4, 5 -> {
                        if (publishers[which] != null) {
                            relay.replicate(publishers[which], random.nextInt(3));
                        }
                    }
                    case 6 -> {
                        if (publishers[which] != null) {
                            relay.endReplica(publishers[which], random.nextInt(3));
                        }
                    }
                    default -> {
                        if (publishers[which] != null) {
                            relay.gate(publishers[which], random.nextBoolean(), random.nextBoolean());
                        }
                    }
                }
                relay.runMillis(random.nextInt(200));
            }
            assertThat(relay.value(Counter.REPLICATED_IN)).isPositive();
        }
    }

    private static LinkProfile down() {
        return LinkProfile.PERFECT.withDelay(10, 0);
    }
}
