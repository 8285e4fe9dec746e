package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.rtp.RtpExtension;
import lianmai.sim.SimPeer;
import lianmai.sim.SimPeerSpec;
import lianmai.sim.SimReceiver;
import lianmai.sim.SimRelay;
import lianmai.srtp.SrtpProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardingTest {
    @Test
    void shouldForwardAudioAndVideoToAllButThePublisher() {
        try (SimRelay relay = new SimRelay(1)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1).watches(0, 1));
            final SimPeer guest = relay.joinOnSeat(1, SimPeerSpec.publisher(2).watches(0, 1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(3, 0, 1));
            relay.runMillis(5000);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(140);
            assertThat(viewer.videoOf(0).publisher()).isEqualTo(1);
            assertThat(viewer.videoOf(1).publisher()).isEqualTo(2);
            assertThat(viewer.audioOf(0).received()).isGreaterThan(235);
            assertThat(guest.videoOf(0).publisher()).isEqualTo(1);
            assertThat(host.videoOf(1).publisher()).isEqualTo(2);
            assertThat(host.videoOf(0).received()).isZero();
            assertThat(host.audioOf(0).received()).isZero();
            assertThat(guest.videoOf(1).received()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "OPUS", mode = EnumSource.Mode.EXCLUDE)
    void shouldCarryEveryVideoCodecWhole(final Codec codec) {
        try (SimRelay relay = new SimRelay(2)) {
            relay.joinOnSeat(0, new SimPeerSpec(1).publishes(codec));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(3000);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(75);
            assertThat(viewer.videoOf(0).plis()).isZero();
            assertThat(viewer.videoOf(0).nacks()).isZero();
        }
    }

    @Test
    void shouldPadTheShorterPacketsOfAFrameAndNothingElse() {
        try (SimRelay relay = new SimRelay(5)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1).packetsPerFrame(5));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(3000);
            final SimReceiver video = viewer.videoOf(0);
            assertThat(video.decoder().frames()).isGreaterThan(75);
            // All but the last of each frame that was forwarded as it came; not those from the history.
            assertThat(video.padded())
                    .isBetween(
                            video.received() * 3 / 5,
                            video.received() - video.decoder().frames());
            assertThat(viewer.audioOf(0).padded()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldServeEverySrtpProfile(final SrtpProfile profile) {
        try (SimRelay relay = new SimRelay(3)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1).srtp(profile));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0).srtp(profile));
            relay.runMillis(2000);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(45);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32_767, 32_768, 65_534, 65_535})
    void shouldFollowSequenceNumbersFromAnyStart(final int first) {
        try (SimRelay relay = new SimRelay(first)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1).firstSequence(first));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(4000);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(100);
            assertThat(viewer.videoOf(0).nacks()).isZero();
            assertThat(host.rtcp().nacked()).isZero();
        }
    }

    @Test
    void shouldRollOverMoreThanOnce() {
        try (SimRelay relay = new SimRelay(4)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1).packetsPerFrame(40));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(120_000);
            assertThat(host.video().packets()).isGreaterThan(2 * 65_536);
            assertThat(viewer.videoOf(0).received()).isGreaterThan(2 * 65_536);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(3500);
            assertThat(viewer.videoOf(0).plis()).isZero();
        }
    }

    @Test
    void shouldMapPayloadTypesAndExtensionIds() {
        try (SimRelay relay = new SimRelay(5)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1).payloadTypes(109, 120));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0)
                    .payloadTypes(63, 35)
                    .extension(RtpExtension.AUDIO_LEVEL, 14)
                    .receives(Codec.H264, Codec.VP8));
            relay.runMillis(2000);
            assertThat(viewer.audioOf(0).payloadType()).isEqualTo(63);
            assertThat(viewer.videoOf(0).payloadType()).isEqualTo(37);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(45);
        }
    }

    @Test
    void shouldSendOnlyAudioToAViewerWithoutTheCodec() {
        try (SimRelay relay = new SimRelay(6)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0).receives(Codec.H264));
            relay.runMillis(2000);
            assertThat(viewer.videoOf(0).received()).isZero();
            assertThat(viewer.audioOf(0).received()).isGreaterThan(80);
            assertThat(relay.drops(DropReason.CODEC_UNSUPPORTED)).isGreaterThan(100);
        }
    }

    @Test
    void shouldFollowAPublisherToAnotherCodec() {
        try (SimRelay relay = new SimRelay(7)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1).negotiates(Codec.VP8, Codec.H264));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(2000);
            host.video().codec(Codec.H264);
            relay.runMillis(2000);
            assertThat(viewer.videoOf(0).payloadType()).isEqualTo(98);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(105);
        }
    }

    @Test
    void shouldSendTheSecondNegotiatedCodecUnderItsOwnPayloadType() {
        try (SimRelay relay = new SimRelay(8)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1).publishes(Codec.H264).negotiates(Codec.VP8, Codec.H264));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(2000);
            assertThat(viewer.videoOf(0).payloadType()).isEqualTo(98);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(45);
        }
    }

    @Test
    void shouldLearnStreamsThatTheOfferDidNotDeclare() {
        try (SimRelay relay = new SimRelay(9)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1).undeclaredSsrcs());
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(2000);
            assertThat(viewer.videoOf(0).decoder().frames()).isGreaterThan(45);
            assertThat(viewer.audioOf(0).received()).isGreaterThan(80);
        }
    }

    @Test
    void shouldForwardNothingWhileTheGateIsClosedAndGoOnWhenItOpens() {
        try (SimRelay relay = new SimRelay(10)) {
            final SimPeer host = relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer viewer = relay.join(SimPeerSpec.viewer(2, 0));
            relay.runMillis(2000);
            relay.gate(host, true, false);
            relay.runMillis(100);
            final long videoBefore = viewer.videoOf(0).received();
            final long audioBefore = viewer.audioOf(0).received();
            relay.runMillis(1000);
            assertThat(viewer.videoOf(0).received()).isEqualTo(videoBefore);
            assertThat(viewer.audioOf(0).received()).isGreaterThan(audioBefore + 45);
            assertThat(relay.drops(DropReason.UPLINK_CLOSED)).isGreaterThan(100);
            relay.gate(host, true, true);
            relay.runMillis(1000);
            assertThat(viewer.videoOf(0).decoder().switches()).isEqualTo(1);
            assertThat(viewer.videoOf(0).plis()).isZero();
        }
    }

    @Test
    void shouldKeepStagesApart() {
        try (SimRelay relay = new SimRelay(11)) {
            relay.joinOnSeat(0, SimPeerSpec.publisher(1));
            final SimPeer stranger = relay.join(SimPeerSpec.viewer(2, 0).stage(8));
            relay.runMillis(1000);
            assertThat(stranger.videoOf(0).received()).isZero();
            assertThat(stranger.audioOf(0).received()).isZero();
        }
    }
}
