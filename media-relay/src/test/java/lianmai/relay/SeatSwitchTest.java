package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.sim.LinkProfile;
import lianmai.sim.SimPeer;
import lianmai.sim.SimPeerSpec;
import lianmai.sim.SimRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The receivers check every packet: what these tests do not say about numbers, {@code SimDecoder} does. */
class SeatSwitchTest {
    @ParameterizedTest
    @EnumSource(names = "OPUS", mode = EnumSource.Mode.EXCLUDE)
    void shouldSwitchThereAndBackInvisiblyToTheDecoder(final Codec codec) {
        try (SimRelay relay = new SimRelay(1)) {
            final SimPeer a = relay.joinOnSeat(0, new SimPeerSpec(1).publishes(codec));
            final SimPeer b = relay.join(new SimPeerSpec(2).publishes(codec).clock(5_000_000_000L, 60));
            relay.gate(b, true, true);
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(3, 0));
            relay.runMillis(3000);
            for (int i = 0; i < 6; i++) {
                final SimPeer next = i % 2 == 0 ? b : a;
                relay.seat(0, next);
                relay.runUntil(() -> viewer.videoOf(0).publisher() == next.id(), "the switch", 200);
                relay.runMillis(1700);
            }
            assertThat(viewer.videoOf(0).decoder().switches()).isEqualTo(6);
            assertThat(viewer.videoOf(0).nacks()).isZero();
            assertThat(viewer.videoOf(0).plis()).isZero();
            assertThat(viewer.audioOf(0).missing()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"7,7", "7,15", "15,7", "0,15", "15,0"})
    void shouldKeepPictureIdsGoingOnWhateverTheirWidths(final int bitsOfA, final int bitsOfB) {
        try (SimRelay relay = new SimRelay(2)) {
            final SimPeer a = relay.joinOnSeat(0, SimPeerSpec.publisher(1).pictureBits(bitsOfA));
            final SimPeer b = relay.join(SimPeerSpec.publisher(2).pictureBits(bitsOfB));
            relay.gate(b, true, true);
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(3, 0));
            for (int i = 0; i < 4; i++) {
                // Long enough for 7 bits to wrap.
                relay.runMillis(6100);
                relay.seat(0, i % 2 == 0 ? b : a);
            }
            relay.runMillis(1000);
            assertThat(viewer.videoOf(0).decoder().switches()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32_767, 32_768, 65_534, 65_535})
    void shouldSwitchToAPublisherAtAnySequenceNumber(final int first) {
        try (SimRelay relay = new SimRelay(first)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1).firstSequence(first));
            final SimPeer b = relay.join(SimPeerSpec.publisher(2).firstSequence(first));
            relay.gate(b, true, true);
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(3, 0));
            relay.runMillis(1000);
            relay.seat(0, b);
            relay.runMillis(1000);
            assertThat(viewer.videoOf(0).decoder().switches()).isEqualTo(1);
            assertThat(viewer.videoOf(0).nacks()).isZero();
        }
    }

    @Test
    void shouldDropLatePacketsOfTheOccupantBefore() {
        final LinkProfile reordering = LinkProfile.PERFECT.withDelay(10, 5).withReordering(0.05, 60);
        try (SimRelay relay = new SimRelay(3)) {
            final SimPeer a = relay.joinOnSeat(0, SimPeerSpec.publisher(1).network(reordering, LinkProfile.PERFECT));
            final SimPeer b = relay.join(SimPeerSpec.publisher(2).network(reordering, LinkProfile.PERFECT));
            relay.gate(b, true, true);
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(3, 0));
            for (int i = 0; i < 20; i++) {
                relay.runMillis(1111);
                relay.seat(0, i % 2 == 0 ? b : a);
            }
            relay.runMillis(2000);
            assertThat(relay.drops(DropReason.BEFORE_SWITCH)).isPositive();
            assertThat(viewer.videoOf(0).decoder().switches()).isGreaterThan(15);
            assertThat(viewer.videoOf(0).publisher()).isEqualTo(1);
        }
    }

    @Test
    void shouldGoOnAtAKeyFrameAfterAnEmptySeat() {
        try (SimRelay relay = new SimRelay(4)) {
            final SimPeer a = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(2000);
            relay.seat(0, null);
            relay.runMillis(50);
            final long received = viewer.videoOf(0).received();
            relay.runMillis(60_000);
            assertThat(viewer.videoOf(0).received()).isEqualTo(received);
            relay.seat(0, a);
            relay.runMillis(1000);
            assertThat(viewer.videoOf(0).decoder().switches()).isEqualTo(1);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(80);
        }
    }

    @Test
    void shouldShowThePublisherTheOtherOneAfterTheyTradeSeats() {
        try (SimRelay relay = new SimRelay(5)) {
            final SimPeer a = relay.joinOnSeat(0, SimPeerSpec.publisher(1).watches(0, 1));
            final SimPeer b = relay.joinOnSeat(1, SimPeerSpec.publisher(2).watches(0, 1));
            relay.runMillis(2000);
            relay.seat(0, b);
            relay.seat(1, a);
            relay.runMillis(1000);
            assertThat(a.videoOf(0).publisher()).isEqualTo(2);
            assertThat(b.videoOf(1).publisher()).isEqualTo(1);
            assertThat(a.videoOf(1).publisher()).isEqualTo(2);
        }
    }

    @Test
    void shouldFollowAPublisherToAnotherSsrc() {
        try (SimRelay relay = new SimRelay(6)) {
            final SimPeer a = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(2000);
            a.video().restart(77_777, 5);
            relay.runMillis(1000);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(80);
            assertThat(viewer.videoOf(0).decoder().switches()).isLessThan(2);
            assertThat(viewer.videoOf(0).nacks()).isZero();
        }
    }

    @Test
    void shouldFollowAPublisherWhoseNumbersJump() {
        try (SimRelay relay = new SimRelay(7)) {
            final SimPeer a = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(2000);
            a.video().jump(20_000);
            relay.runMillis(1500);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(75);
            assertThat(viewer.videoOf(0).nacks()).isZero();
        }
    }

    @Test
    void shouldStayQuietWhenAPublisherSaysGoodbyeAndGoOnWhenItReturns() {
        try (SimRelay relay = new SimRelay(8)) {
            final SimPeer a = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(2000);
            a.video().pause(true);
            a.sendBye(a.video().ssrc());
            relay.runMillis(3000);
            assertThat(viewer.videoOf(0).plis()).isZero();
            final long frames = viewer.videoOf(0).decoder().frames();
            a.video().pause(false);
            a.video().onKeyFrameRequest();
            relay.runMillis(1000);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(frames + 20);
        }
    }
}
