package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.sim.LinkProfile;
import lianmai.sim.SimPeer;
import lianmai.sim.SimPeerSpec;
import lianmai.sim.SimRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepairTest {
    private static final LinkProfile CLEAN = LinkProfile.PERFECT.withDelay(15, 2);

    @Test
    void shouldAnswerANackAtMostThreeTimes() {
        try (SimRelay relay = new SimRelay(1)) {
            relay.tolerateViolations();
            relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(2000);
            final int number = (int) viewer.videoOf(0).highest() & 0xFFFF;
            for (int i = 0; i < 10; i++) {
                viewer.sendNack(viewer.videoOf(0).ssrc(), number);
                relay.runMillis(50);
            }
            assertThat(viewer.videoOf(0).repaired()).isEqualTo(3);
            assertThat(relay.drops(DropReason.NACK_LIMIT)).isEqualTo(7);
        }
    }

    @Test
    void shouldBoundWhatOneViewerCanAskFor() {
        try (SimRelay relay = new SimRelay(2)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1).packetsPerFrame(20));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(3000);
            final int newest = (int) viewer.videoOf(0).highest() & 0xFFFF;
            final int[] numbers = new int[200];
            for (int times = 0; times < 3; times++) {
                for (int from = 800; from > 0; from -= numbers.length) {
                    for (int i = 0; i < numbers.length; i++) {
                        numbers[i] = newest - from + i & 0xFFFF;
                    }
                    viewer.sendNack(viewer.videoOf(0).ssrc(), numbers);
                }
            }
            relay.runMillis(100);
            assertThat(relay.value(Counter.RTX_SENT)).isBetween(250L, 350L);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.05,1", "0.05,2", "0.2,3", "0.2,4"})
    void shouldRepairWhatThePublishersNetworkLoses(final double loss, final long seed) {
        try (SimRelay relay = new SimRelay(seed)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1).network(CLEAN.withLoss(loss), CLEAN));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0).network(CLEAN, CLEAN));
            relay.runMillis(60_000);
            assertThat(relay.value(Counter.RTX_RECOVERED))
                    .isGreaterThan((long) (host.video().packets() * loss * 0.9));
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(1700);
            assertThat(viewer.videoOf(0).skips()).isLessThan(loss > 0.1 ? 30 : 3);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.05,1", "0.05,2", "0.2,3", "0.2,4"})
    void shouldRepairLossOnBothSides(final double loss, final long seed) {
        final LinkProfile lossy = CLEAN.withLoss(loss);
        try (SimRelay relay = new SimRelay(seed)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1).network(lossy, lossy));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0).network(lossy, lossy));
            relay.runMillis(60_000);
            assertThat(viewer.videoOf(0).repaired()).isPositive();
            assertThat(viewer.videoOf(0).decoder().frames())
                    .as("frames decoded of %d packets sent", host.video().packets())
                    .isGreaterThan(loss > 0.1 ? 1000 : 1650);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void shouldSurviveBurstsReorderingAndCopies(final long seed) {
        final LinkProfile bad = LinkProfile.PERFECT
                .withDelay(30, 15)
                .withBursts(0.005, 0.2, 0.7)
                .withReordering(0.02, 25)
                .withDuplicates(0.03);
        try (SimRelay relay = new SimRelay(seed)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1).network(bad, bad));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0).network(bad, bad));
            relay.runMillis(60_000);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(1400);
            assertThat(viewer.replays()).isPositive();
            assertThat(relay.drops(DropReason.SRTP_REPLAYED)).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {32_767, 65_000})
    void shouldRepairAcrossARollOver(final int first) {
        final LinkProfile lossy = CLEAN.withLoss(0.1);
        try (SimRelay relay = new SimRelay(first)) {
            relay.joinOnSeat(
                    0,
                    SimPeerSpec.publisher(1)
                            .firstSequence(first)
                            .packetsPerFrame(30)
                            .network(lossy, CLEAN));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0).network(CLEAN, lossy));
            relay.runMillis(40_000);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(700);
        }
    }

    @Test
    void shouldAskForAKeyFrameWhenThePublisherDoesNotRepair() {
        try (SimRelay relay = new SimRelay(21)) {
            final SimPeer host = relay.joinOnSeat(
                    0, SimPeerSpec.publisher(1).repair(true, false).network(CLEAN.withLoss(0.01), CLEAN));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(20_000);
            assertThat(host.video().keyFrameRequests()).isGreaterThan(3);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(100);
            assertThat(host.rtcp().nacked()).isPositive();
        }
    }

    @Test
    void shouldNotAskForPacketsWhereNackWasNotNegotiated() {
        try (SimRelay relay = new SimRelay(22)) {
            final SimPeer host = relay.joinOnSeat(
                    0, SimPeerSpec.publisher(1).repair(false, false).network(CLEAN.withLoss(0.01), CLEAN));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(10_000);
            assertThat(host.rtcp().nacked()).isZero();
            assertThat(viewer.videoOf(0).decoder().frames()).isPositive();
        }
    }

    @Test
    void shouldNotRepairForAViewerWithoutRtx() {
        try (SimRelay relay = new SimRelay(23)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer =
                    relay.join(SimPeerSpec.viewer(2, 0).withoutRtx().network(CLEAN, CLEAN.withLoss(0.02)));
            relay.runMillis(5000);
            assertThat(relay.value(Counter.RTX_SENT)).isZero();
            assertThat(relay.drops(DropReason.NACK_WITHOUT_RTX)).isPositive();
            assertThat(viewer.videoOf(0).decoder().frames()).isPositive();
        }
    }

    @Test
    void shouldBringTheFollowersOfAKeyFrameWhoseStartCameLate() {
        try (SimRelay relay = new SimRelay(24)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.runMillis(2000);
            host.video().loseKeyFrameStart();
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            viewer.videoOf(0).ignoreLosses();
            relay.runMillis(1000);
            assertThat(relay.value(Counter.RTX_RECOVERED)).isEqualTo(1);
            assertThat(viewer.videoOf(0).missing()).isZero();
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(20);
        }
    }

    @Test
    void shouldStartAtAKeyFrameWhoseFirstPacketHadToBeRepaired() {
        for (long seed = 100; seed < 130; seed++) {
            try (SimRelay relay = new SimRelay(seed)) {
                relay.joinOnSeat(0, SimPeerSpec.publisher(1).network(CLEAN.withLoss(0.15), CLEAN));
                relay.runMillis(1500);
                final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0).network(CLEAN, CLEAN));
                relay.runUntil(() -> viewer.videoOf(0).decoder().frames() > 0, "a picture", 1500);
                relay.runMillis(500);
            }
        }
    }
}
