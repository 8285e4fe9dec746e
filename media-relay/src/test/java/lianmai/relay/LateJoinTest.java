package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import lianmai.sim.SimPeer;
import lianmai.sim.SimPeerSpec;
import lianmai.sim.SimRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LateJoinTest {
    @Test
    void shouldStartALateViewerAtAFreshKeyFrame() {
        try (SimRelay relay = new SimRelay(1)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.runMillis(5000);
            final long keyFrames = host.video().keyFrames();
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runUntil(() -> viewer.videoOf(0).decoder().frames() > 0, "a picture", 250);
            relay.runMillis(1000);
            assertThat(host.video().keyFrames()).isEqualTo(keyFrames + 1);
            assertThat(viewer.videoOf(0).plis()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "OPUS", mode = EnumSource.Mode.EXCLUDE)
    void shouldStartWithinASecondThoughThePublisherIgnoresRequests(final Codec codec) {
        try (SimRelay relay = new SimRelay(2)) {
            final SimPeer host =
                    relay.joinOnSeat(0, new SimPeerSpec(1).publishes(codec).ignoresPli(4000));
            for (int i = 0; i < 8; i++) {
                relay.runMillis(910);
                final SimPeer viewer = relay.join(SimPeerSpec.viewer(2 + i, 0));
                relay.runUntil(() -> viewer.videoOf(0).decoder().frames() > 0, "a picture", 1000);
                relay.runMillis(400);
                assertThat(viewer.videoOf(0).nacks()).isZero();
                relay.leave(viewer);
            }
            assertThat(relay.value(Counter.CACHED_STARTS)).isGreaterThan(3);
            assertThat(host.video().keyFrameRequests()).isPositive();
        }
    }

    @Test
    void shouldCatchUpFromTheCacheToLiveWithoutAGap() {
        try (SimRelay relay = new SimRelay(3)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1).ignoresPli(8000).packetsPerFrame(8));
            relay.runMillis(7000);
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(1500);
            // Nearly seven seconds of 30 frames, sent in less than one.
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(200);
            assertThat(viewer.videoOf(0).nacks()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void shouldAskForFewKeyFramesHoweverManyViewersJoin(final int viewers) {
        try (SimRelay relay = new SimRelay(4)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.runMillis(3000);
            final long before = host.video().keyFrameRequests();
            final List<SimPeer> joined = new ArrayList<>();
            for (int i = 0; i < viewers; i++) {
                joined.add(relay.join(SimPeerSpec.viewer(2 + i, 0)));
                relay.runMillis(1000 / viewers);
            }
            relay.runMillis(1000);
            for (final SimPeer viewer : joined) {
                assertThat(viewer.videoOf(0).decoder().frames()).isPositive();
            }
            assertThat(host.video().keyFrameRequests() - before).isBetween(1L, 4L);
        }
    }

    @Test
    void shouldBoundWhatRequestsOfViewersCostThePublisher() {
        try (SimRelay relay = new SimRelay(5)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(2000);
            final long before = host.video().keyFrameRequests();
            for (int i = 0; i < 300; i++) {
                viewer.sendPli(viewer.videoOf(0).ssrc());
                relay.runMillis(10);
            }
            assertThat(host.video().keyFrameRequests() - before).isBetween(5L, 11L);
            assertThat(relay.value(Counter.KEY_FRAME_REQUESTS_RECEIVED)).isGreaterThan(299);
        }
    }

    @Test
    void shouldShowAViewerWhoWaitsThePublisherWhoComesLater() {
        try (SimRelay relay = new SimRelay(6)) {
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(1, 0));
            relay.runMillis(1000);
            final SimPeer host = relay.join(SimPeerSpec.publisher(2));
            relay.runMillis(1000);
            assertThat(viewer.videoOf(0).received()).isZero();
            relay.seat(0, host);
            relay.gate(host, true, true);
            relay.runUntil(() -> viewer.videoOf(0).decoder().frames() > 0, "a picture", 250);
        }
    }

    @Test
    void shouldHonourASeatThatNamesAPeerNotYetThere() {
        try (SimRelay relay = new SimRelay(7)) {
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(1, 3));
            relay.command(new RelayCommand.SetSeat(SimRelay.STAGE, 3, 2));
            final SimPeer host = relay.join(SimPeerSpec.publisher(2));
            relay.gate(host, true, true);
            relay.runUntil(() -> viewer.videoOf(0).decoder().frames() > 10, "pictures", 1500);
            relay.seat(3, null);
        }
    }

    @Test
    void shouldShowAnotherSeatOnOneDownlink() {
        try (SimRelay relay = new SimRelay(8)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            relay.joinOnSeat(1, SimPeerSpec.publisher(2));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(3, 0));
            relay.runMillis(2000);
            assertThat(viewer.videoOf(0).publisher()).isEqualTo(1);
            relay.command(new RelayCommand.BindDownlink(3, 0, 1));
            relay.runUntil(() -> viewer.videoOf(0).publisher() == 2, "the other seat", 300);
            assertThat(viewer.audioOf(0).publisher()).isEqualTo(2);
            relay.runMillis(1000);
            assertThat(viewer.videoOf(0).decoder().switches()).isEqualTo(1);
        }
    }
}
