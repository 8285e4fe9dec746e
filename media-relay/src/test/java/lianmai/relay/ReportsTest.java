package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.sim.LinkProfile;
import lianmai.sim.SimPeer;
import lianmai.sim.SimPeerSpec;
import lianmai.sim.SimRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportsTest {
    private static final long SYNC_NS = 40_000_000L;

    @Test
    void shouldKeepLipsInSyncOverASeatSwitchBetweenPublishersWithDifferentClocks() {
        try (SimRelay relay = new SimRelay(1)) {
            final SimPeer a = relay.joinOnSeat(0, SimPeerSpec.publisher(1).clock(1_700_000_000_000_000_000L, 90));
            final SimPeer b = relay.join(SimPeerSpec.publisher(2).clock(-3_000_000_000_000L + 1_234_567, 150));
            relay.gate(b, true, true);
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(3, 0));
            relay.runMillis(6000);
            assertThat(viewer.videoOf(0).reports()).isGreaterThan(3);
            assertInSync(viewer);
            for (int i = 0; i < 4; i++) {
                relay.seat(0, i % 2 == 0 ? b : a);
                relay.runMillis(2500);
                assertInSync(viewer);
            }
        }
    }

    @Test
    void shouldGuessByArrivalUntilThePublisherReports() {
        try (SimRelay relay = new SimRelay(2)) {
            final SimPeer a = relay.joinOnSeat(0, SimPeerSpec.publisher(1).clock(0, 40));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(3, 0));
            relay.runUntil(a::isConnected, "keys", 1000);
            a.rtcp().reports(false);
            relay.runMillis(3000);
            assertThat(viewer.videoOf(0).reports()).isPositive();
            assertInSync(viewer);
        }
    }

    private static void assertInSync(final SimPeer viewer) {
        assertThat(viewer.videoOf(0).skewNs() - viewer.audioOf(0).skewNs()).isBetween(-SYNC_NS, SYNC_NS);
    }

    @Test
    void shouldReportToPublishersWhatIsLostAndWhenTheyReported() {
        final LinkProfile lossy = LinkProfile.PERFECT.withDelay(10, 0).withLoss(0.1);
        try (SimRelay relay = new SimRelay(3)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1).network(lossy, LinkProfile.PERFECT));
            relay.runMillis(10_000);
            assertThat(host.rtcp().receiverReports()).isGreaterThan(15);
            assertThat(host.rtcp().lastReportEcho()).isNotZero();
            // What came by retransmission still counts as lost (RFC 4588 §6.3).
            assertThat((double) host.rtcp().videoLost() / host.video().packets())
                    .isBetween(0.05, 0.15);
        }
    }

    @Test
    void shouldPaceItsRequestsByTheRoundTripThatReportsTell() {
        final LinkProfile far = LinkProfile.PERFECT.withDelay(200, 0);
        try (SimRelay relay = new SimRelay(4)) {
            relay.joinOnSeat(1, SimPeerSpec.publisher(2));
            final SimPeer host =
                    relay.joinOnSeat(0, SimPeerSpec.publisher(1).watches(1).network(far, far));
            // Reports first, then losses.
            relay.runMillis(40_000);
            final long sent = host.video().packets();
            host.path().up().profile(far.withLoss(0.01));
            relay.runMillis(20_000);
            final double lost = (host.video().packets() - sent) * 0.01;
            // With the round trip unknown, each would be asked for at least four times in 400 ms.
            assertThat(host.rtcp().nacked() / lost).isBetween(0.5, 2.0);
        }
    }

    @Test
    void shouldReportTheArrivalOfEveryPacketToAPublisherWithTransportWideFeedback() {
        try (SimRelay relay = new SimRelay(5)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.runMillis(10_000);
            host.video().pause(true);
            host.audio().pause(true);
            relay.runMillis(500);
            assertThat(host.rtcp().transportReported()).isEqualTo(host.transportPackets());
            assertThat(host.rtcp().malformed()).isZero();
            assertThat(host.rtcp().rembs()).isZero();
        }
    }

    @Test
    void shouldReportOnlyWhatArrived() {
        final LinkProfile lossy =
                LinkProfile.PERFECT.withDelay(10, 10).withLoss(0.05).withReordering(0.01, 30);
        try (SimRelay relay = new SimRelay(6)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1).network(lossy, LinkProfile.PERFECT));
            relay.runMillis(30_000);
            final double share = (double) host.rtcp().transportReported() / host.transportPackets();
            assertThat(share).isBetween(0.93, 0.97);
        }
    }

    @Test
    void shouldTellABitrateToAPublisherWithoutTransportWideFeedback() {
        try (SimRelay relay = new SimRelay(7)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1).usesRemb());
            relay.runMillis(10_500);
            assertThat(host.rtcp().rembs()).isBetween(9L, 11L);
            assertThat(host.rtcp().bitrate()).isGreaterThanOrEqualTo(1_500_000);
            assertThat(host.rtcp().transportReported()).isZero();
        }
    }

    @Test
    void shouldTellWhoSpeaks() {
        try (SimRelay relay = new SimRelay(8)) {
            final SimPeer a = relay.joinOnSeat(2, SimPeerSpec.publisher(1).audioLevel(20));
            relay.runMillis(3000);
            assertThat(relay.events(RelayEvent.ActiveSpeaker.class))
                    .containsExactly(new RelayEvent.ActiveSpeaker(SimRelay.STAGE, 2, 1));
            relay.joinOnSeat(0, SimPeerSpec.publisher(2).audioLevel(5));
            relay.runMillis(3000);
            assertThat(relay.events(RelayEvent.ActiveSpeaker.class))
                    .last()
                    .isEqualTo(new RelayEvent.ActiveSpeaker(SimRelay.STAGE, 0, 2));
            relay.seat(0, null);
            relay.runMillis(1000);
            assertThat(relay.events(RelayEvent.ActiveSpeaker.class))
                    .last()
                    .isEqualTo(new RelayEvent.ActiveSpeaker(SimRelay.STAGE, 2, 1));
            relay.gate(a, false, true);
            relay.runMillis(3000);
            assertThat(relay.events(RelayEvent.ActiveSpeaker.class))
                    .last()
                    .isEqualTo(new RelayEvent.ActiveSpeaker(SimRelay.STAGE, -1, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldKeepReportingOverALossyNetwork(final long seed) {
        final LinkProfile lossy = LinkProfile.PERFECT.withDelay(40, 30).withLoss(0.1);
        try (SimRelay relay = new SimRelay(seed)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1).network(lossy, lossy).clock(-7_777_777_777L, 60));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0).network(lossy, lossy));
            relay.runMillis(30_000);
            assertThat(viewer.audioOf(0).reports()).isGreaterThan(20);
            assertInSync(viewer);
        }
    }
}
