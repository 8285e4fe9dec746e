package lianmai.ipsecmb;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.relay.Counter;
import lianmai.sim.LinkProfile;
import lianmai.sim.SimPeer;
import lianmai.sim.SimPeerSpec;
import lianmai.sim.SimRelay;
import lianmai.srtp.SrtpProfile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole relay that encrypts natively; its peers open what they get with jitsi-srtp and complain about any packet. */
class NativeRelayTest {
    private static final LinkProfile LOSSY =
            LinkProfile.PERFECT.withDelay(20, 5).withLoss(0.03);

    @ParameterizedTest
    @EnumSource
    void shouldServePublishersAndViewersThroughSwitchesLossAndLeaving(final SrtpProfile profile) {
        try (SimRelay relay = new SimRelay(11, NativeSrtp.provider())) {
            final SimPeer host =
                    relay.joinOnSeat(0, SimPeerSpec.publisher(1).srtp(profile).watches(1));
            final SimPeer guest =
                    relay.joinOnSeat(1, SimPeerSpec.publisher(2).srtp(profile).watches(0));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(3, 0, 1).srtp(profile));
            final SimPeer lossy =
                    relay.join(SimPeerSpec.viewer(4, 0).srtp(profile).network(LinkProfile.PERFECT, LOSSY));
            relay.runMillis(3000);
            relay.seat(0, guest);
            relay.runMillis(2000);
            relay.leave(lossy);
            relay.runMillis(500);

            assertThat(viewer.videoOf(0).publisher()).isEqualTo(guest.id());
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(120);
            assertThat(guest.videoOf(0).received()).isPositive();
            assertThat(host.videoOf(0).received()).isPositive();
            assertThat(lossy.videoOf(0).nacks()).isPositive();
            assertThat(relay.value(Counter.RTX_SENT)).isPositive();
            assertThat(relay.value(Counter.PROTECTED_IN_BATCHES)).isGreaterThan(relay.value(Counter.RTP_FORWARDED));
        }
    }
}
