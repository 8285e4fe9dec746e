package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.sim.LinkProfile;
import lianmai.sim.SimPeer;
import lianmai.sim.SimPeerSpec;
import lianmai.sim.SimRelay;
import org.junit.jupiter.api.Test;

/** {@link SimRelay#close} checks that nothing is left: peers, slots, paths, keys, associations, timers. */
class LifecycleTest {
    @Test
    void shouldLeaveNothingBehindAfterAHundredJoins() {
        try (SimRelay relay = new SimRelay(1)) {
            for (int i = 0; i < 100; i++) {
                final SimPeer host =
                        relay.joinOnSeat(0, SimPeerSpec.publisher(2 * i + 1).watches(1));
                final SimPeer viewer = relay.join(SimPeerSpec.viewer(2 * i + 2, 0));
                relay.runMillis(300);
                assertThat(viewer.videoOf(0).received()).isPositive();
                relay.leave(i % 2 == 0 ? host : viewer);
                relay.leave(i % 2 == 0 ? viewer : host);
                relay.seat(0, null);
            }
            relay.runMillis(400);
            assertThat(relay.value(Counter.PEERS)).isZero();
            assertThat(relay.value(Counter.PATHS)).isZero();
            assertThat(relay.pool().inUse()).isZero();
            assertThat(relay.value(Counter.PEERS_ADDED)).isEqualTo(200);
        }
    }

    @Test
    void shouldTakeAPeerAwayInTheTurnInWhichItIsSentMedia() {
        try (SimRelay relay = new SimRelay(2)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(1000);
            final long forwarded = relay.value(Counter.RTP_FORWARDED);
            final byte[] packet =
                    host.rtp(111, host.audio().sequence(), host.audio().ssrc(), new byte[30]);
            host.audio().skip();
            relay.injectThen(host.path(), packet, new RelayCommand.RemovePeer(viewer.id()));
            assertThat(relay.value(Counter.RTP_FORWARDED)).isEqualTo(forwarded + 1);
            relay.leave(viewer);
        }
    }

    @Test
    void shouldEndAPeerWhoseAssociationEnds() {
        try (SimRelay relay = new SimRelay(3)) {
            relay.join(SimPeerSpec.viewer(1, 0));
            relay.runMillis(1000);
            relay.command(new RelayCommand.DtlsClosed(1, "close_notify"));
            relay.command(new RelayCommand.DtlsClosed(1, "close_notify"));
            relay.runMillis(100);
            assertThat(relay.events(RelayEvent.Gone.class))
                    .containsExactly(new RelayEvent.Gone(1, "dtls: close_notify"));
        }
    }

    @Test
    void shouldIgnoreCommandsForPeersItDoesNotKnow() {
        try (SimRelay relay = new SimRelay(4)) {
            relay.command(new RelayCommand.RemovePeer(9));
            relay.command(new RelayCommand.GateUplink(9, true, true));
            relay.command(new RelayCommand.BindDownlink(9, 0, 1));
            relay.command(new RelayCommand.SendDtls(9, new byte[5]));
            relay.command(new RelayCommand.DtlsClosed(9, "gone"));
            relay.command(new RelayCommand.RestartIce(9, new PeerSpec.Ice("abcdefgh", "x".repeat(24), "peer")));
            relay.command(new RelayCommand.RemoveStage(12));
            relay.command(new RelayCommand.SetSeat(12, 0, 9));
            relay.command(new RelayCommand.SetSeat(12, 0, 0));
            relay.runMillis(100);
            assertThat(relay.events()).isEmpty();
        }
    }

    @Test
    void shouldForgetAStageEvenWhenItsLastPeerLeavesAfterIt() {
        try (SimRelay relay = new SimRelay(5)) {
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(1, 0));
            relay.runMillis(500);
            relay.command(new RelayCommand.RemoveStage(SimRelay.STAGE));
            relay.leave(viewer);
            relay.runMillis(500);
        }
    }

    @Test
    void shouldOpenNoAssociationForAPeerThatIsLeaving() {
        try (SimRelay relay = new SimRelay(6)) {
            final SimPeer silent = relay.joinSilently(SimPeerSpec.viewer(1, 0));
            relay.inject(silent.path(), silent.check());
            relay.command(new RelayCommand.RemovePeer(1));
            relay.inject(silent.path(), new byte[] {22, (byte) 0xFE, (byte) 0xFD, 0});
            assertThat(relay.openAssociations()).isZero();
            assertThat(relay.drops(DropReason.DTLS_REFUSED)).isEqualTo(1);
        }
    }

    @Test
    void shouldFreeEveryAddressThoughThereWasNoSlotForAnAnswer() {
        try (SimRelay relay = new SimRelay(7, 1, 16)) {
            final SimPeer silent = relay.joinSilently(SimPeerSpec.viewer(1, 0));
            relay.inject(silent.path(), silent.check());
            assertThat(relay.drops(DropReason.POOL_EMPTY)).isEqualTo(1);
        }
    }

    @Test
    void shouldSurviveAPublisherWhoLeavesWhileAViewerCatchesUp() {
        try (SimRelay relay = new SimRelay(8)) {
            final SimPeer host = relay.joinOnSeat(
                    0, SimPeerSpec.publisher(1).ignoresPli(9000).packetsPerFrame(8));
            relay.runMillis(7000);
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runUntil(() -> viewer.videoOf(0).received() > 0, "the first packet", 1000);
            relay.leave(host);
            relay.runMillis(1000);
            assertThat(viewer.videoOf(0).received()).isLessThan(1000);
        }
    }

    @Test
    void shouldServeManyPeersWhoComeAndGoOverBadNetworks() {
        final LinkProfile bad =
                LinkProfile.PERFECT.withDelay(20, 20).withLoss(0.05).withDuplicates(0.02);
        try (SimRelay relay = new SimRelay(9)) {
            int connected = 0;
            for (int i = 0; i < 60; i++) {
                final SimPeer peer = relay.joinOnSeat(
                        i % 4, SimPeerSpec.publisher(i + 1).watches(0, 1, 2, 3).network(bad, bad));
                relay.runMillis(250);
                if (i >= 8) {
                    relay.leaveFirst();
                }
                connected += peer.isConnected() ? 1 : 0;
            }
            assertThat(connected).isGreaterThan(40);
        }
    }
}
