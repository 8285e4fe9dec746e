package lianmai.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import lianmai.relay.Codec;
import lianmai.relay.PeerSpec;
import lianmai.rtp.RtpExtension;
import lianmai.sdp.PlanRequest.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaPlanTest {
    private static final String CHROMIUM = Offers.text("seats-chromium.sdp");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "seats-chromium.sdp",
                "seats-chromium-simulcast.sdp",
                "seats-firefox.sdp",
                "seats-firefox-simulcast.sdp"
            })
    void shouldSeeFourSeatsAndAnUplinkInABrowsersOffer(final String name) {
        final MediaPlan plan = Offers.plan(name, Role.PARTICIPANT);
        assertThat(plan.uplinkAudioMid()).isEqualTo("0");
        assertThat(plan.uplinkVideoMid()).isEqualTo("1");
        assertThat(plan.seats())
                .containsExactly(
                        new MediaPlan.SeatLines(0, "2", "3"),
                        new MediaPlan.SeatLines(1, "4", "5"),
                        new MediaPlan.SeatLines(2, "6", "7"),
                        new MediaPlan.SeatLines(3, "8", "9"));
        final PeerSpec spec = plan.spec();
        assertThat(spec.downlinks()).hasSize(4).allSatisfy(seat -> {
            assertThat(seat.audio().cname()).isEqualTo(seat.video().cname());
            assertThat(seat.video().rtxSsrc()).isNotZero();
            assertThat(seat.video().nack()).isTrue();
            assertThat(seat.audio().nack()).isFalse();
        });
        assertThat(spec.uplinkVideo().formats()).singleElement().satisfies(format -> assertThat(format.codec())
                .isEqualTo(Codec.VP8));
        assertThat(spec.uplinkVideo().transportCc()).isTrue();
        assertThat(spec.uplinkVideo().remb()).isFalse();
        assertThat(spec.uplinkVideo().extensions().id(RtpExtension.RID) != 0).isEqualTo(name.contains("simulcast"));
        assertThat(spec.uplinkAudio().extensions().id(RtpExtension.AUDIO_LEVEL)).isEqualTo(1);
    }

    @Test
    void shouldGiveEveryDownlinkLineItsOwnSsrcs() {
        final MediaPlan plan = Offers.plan("seats-chromium.sdp", Role.PARTICIPANT);
        final List<Integer> ssrcs = new ArrayList<>(plan.spec().uplinkVideo().ssrcs());
        for (final PeerSpec.Downlink seat : plan.spec().downlinks()) {
            ssrcs.addAll(List.of(
                    seat.audio().ssrc(), seat.video().ssrc(), seat.video().rtxSsrc()));
        }
        assertThat(ssrcs).doesNotHaveDuplicates().doesNotContain(0);
    }

    @Test
    void shouldPassOverZeroAndTakenSsrcs() {
        final int taken =
                Offers.parsed("seats-chromium.sdp").media().getFirst().ssrcs().getFirst();
        final int[] next = {-1};
        final int[] first = {0, taken, 5, 5, 0};
        final PlanRequest request = new PlanRequest(Role.PARTICIPANT, 1, 1, 0, "srvU", "p".repeat(24), () -> {
            next[0]++;
            return next[0] < first.length ? first[next[0]] : next[0];
        });
        final MediaPlan plan =
                Offers.value(MediaPlan.negotiate(Offers.parsed("seats-chromium.sdp"), Offers.POLICY, request));
        assertThat(plan.spec().downlinks().getFirst().audio().ssrc()).isEqualTo(5);
        assertThat(plan.spec().downlinks().getFirst().video().ssrc()).isGreaterThan(5);
    }

    @Test
    void shouldOfferEachSeatEveryCodecInPolicyOrder() {
        final PeerSpec.Line video = Offers.plan("seats-chromium.sdp", Role.PARTICIPANT)
                .spec()
                .downlinks()
                .getFirst()
                .video();
        assertThat(video.formats())
                .containsExactly(
                        new PeerSpec.Format(Codec.VP8, 96, 97, ""),
                        new PeerSpec.Format(Codec.H264, 108, 109, "42e0/1"),
                        new PeerSpec.Format(Codec.VP9, 98, 99, "0"),
                        new PeerSpec.Format(Codec.AV1, 45, 46, "0/0"));
    }

    @Test
    void shouldAnswerThePublisherWithTheRoomsFirstCodec() {
        final MediaPolicy h264First = new MediaPolicy(List.of(Codec.H264, Codec.VP8, Codec.OPUS), 4);
        final MediaPlan plan = Offers.value(
                MediaPlan.negotiate(Offers.parsed("seats-chromium.sdp"), h264First, Offers.request(Role.PARTICIPANT)));
        assertThat(plan.spec().uplinkVideo().formats())
                .containsExactly(new PeerSpec.Format(Codec.H264, 108, 109, "42e0/1"));
        assertThat(plan.codecs()).containsExactly("opus", "H264", "VP8");
    }

    @Test
    void shouldNeverShowMoreSeatsThanTheRoomHas() {
        final MediaPlan plan = Offers.value(MediaPlan.negotiate(
                Offers.parsed("seats-chromium.sdp"), MediaPolicy.withSeats(2), Offers.request(Role.PARTICIPANT)));
        assertThat(plan.spec().downlinks()).hasSize(2);
        assertThat(SdpAnswer.write(plan, Offers.TRANSPORT)).contains("a=group:BUNDLE 0 1 2 3 4 5\r\n");
    }

    @Test
    void shouldTakeAnObsPublisherWithoutRetransmission() {
        final MediaPlan plan = Offers.plan("whip-obs.sdp", Role.WHIP);
        final PeerSpec.Uplink video = plan.spec().uplinkVideo();
        assertThat(video.formats()).containsExactly(new PeerSpec.Format(Codec.H264, 96, -1, "42e0/1"));
        assertThat(video.ssrcs()).containsExactly(1_830_155_002);
        assertThat(video.rtxSsrcs()).containsExactly(0);
        assertThat(video.remb()).isTrue();
        assertThat(video.transportCc()).isFalse();
        assertThat(plan.spec().downlinks()).isEmpty();
    }

    @Test
    void shouldTakeAGstreamerPublisher() {
        final PeerSpec.Uplink video =
                Offers.plan("whip-gstreamer.sdp", Role.WHIP).spec().uplinkVideo();
        assertThat(video.mid()).isEqualTo("video0");
        assertThat(video.ssrcs()).containsExactly(911_283_450);
        assertThat(video.rtxSsrcs()).containsExactly((int) 2_204_519_313L);
        assertThat(video.transportCc()).isTrue();
    }

    @Test
    void shouldPreferConstrainedBaselineOverTheHighProfileThatSafariPutsFirst() {
        final PeerSpec.Line video = Offers.plan("seats-safari-like.sdp", Role.PARTICIPANT)
                .spec()
                .downlinks()
                .getFirst()
                .video();
        assertThat(video.formats())
                .containsExactly(
                        new PeerSpec.Format(Codec.VP8, 100, 101, ""),
                        new PeerSpec.Format(Codec.H264, 98, 99, "42e0/1"));
    }

    @Test
    void shouldRefuseAWhipPublisherWhoseVideoNobodyCouldSee() {
        final String hevc = Offers.text("whip-obs.sdp").replace("H264/90000", "H265/90000");
        assertThat(Offers.code(hevc, Role.WHIP)).isEqualTo("sdpNoCodec");
        assertThat(Offers.code(hevc, Role.PARTICIPANT)).isEqualTo("ok");
    }

    static Stream<Arguments> h264() {
        return Stream.of(
                Arguments.of("42e01f;packetization-mode=1", true),
                Arguments.of("42E034;packetization-mode=1", true),
                Arguments.of("42c01f;packetization-mode=1", true),
                Arguments.of("42001f;packetization-mode=1", true),
                Arguments.of("4d801f;packetization-mode=1", true),
                Arguments.of("4d001f;packetization-mode=1", false),
                Arguments.of("640c1f;packetization-mode=1", false),
                Arguments.of("f4001f;packetization-mode=1", false),
                Arguments.of("42e01f;packetization-mode=0", false),
                Arguments.of("42e01f", false),
                Arguments.of("42e0;packetization-mode=1", false),
                Arguments.of("zzzzzz;packetization-mode=1", false));
    }

    @ParameterizedTest
    @MethodSource("h264")
    void shouldMatchH264ByProfileAndPacketizationMode(final String parameters, final boolean fits) {
        final String offer = Offers.text("whip-obs.sdp")
                .replace("profile-level-id=42e01f;packetization-mode=1", "profile-level-id=" + parameters);
        assertThat(Offers.code(offer, Role.WHIP)).isEqualTo(fits ? "ok" : "sdpNoCodec");
    }

    @ParameterizedTest
    @ValueSource(strings = {"whep-chromium.sdp", "whep-firefox.sdp"})
    void shouldShowAWhepViewerTheSeatItAskedFor(final String name) {
        final PlanRequest request = new PlanRequest(Role.WHEP, 1, 1, 2, "srvU", "p".repeat(24), Offers.seeded());
        final MediaPlan plan = Offers.value(MediaPlan.negotiate(Offers.parsed(name), Offers.POLICY, request));
        assertThat(plan.spec().downlinks()).singleElement().satisfies(line -> assertThat(line.seat())
                .isEqualTo(2));
        assertThat(plan.spec().uplinkVideo()).isNull();
    }

    @Test
    void shouldTreatAPlayersSendrecvLinesAsReceiving() {
        final String offer = Offers.text("whep-chromium.sdp").replace("a=recvonly", "a=sendrecv");
        assertThat(Offers.code(offer, Role.WHEP)).isEqualTo("ok");
        assertThat(Offers.code(Offers.text("whip-chromium.sdp"), Role.WHEP)).isEqualTo("sdpNoMedia");
        assertThat(Offers.code(Offers.text("whep-chromium.sdp"), Role.WHIP)).isEqualTo("sdpNoMedia");
    }

    @Test
    void shouldRejectADataChannelAndKeepTheRest() {
        final String answer = SdpAnswer.write(Offers.plan("data-chromium.sdp", Role.PARTICIPANT), Offers.TRANSPORT);
        assertThat(answer).contains("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n", "a=group:BUNDLE 0 1\r\n");
    }

    @Test
    void shouldKeepSsrcsAndSeatsWhenIceRestarts() {
        final MediaPlan plan = Offers.plan("seats-chromium.sdp", Role.PARTICIPANT);
        final String restart = CHROMIUM.replaceAll("a=ice-ufrag:[^\r]*", "a=ice-ufrag:NeWu")
                .replaceAll("a=ice-pwd:[^\r]*", "a=ice-pwd:" + "N".repeat(24));
        final MediaPlan.Renegotiated later = renegotiated(plan, restart);
        assertThat(later.iceRestart()).isTrue();
        assertThat(later.plan().spec().ice()).isEqualTo(new PeerSpec.Ice("nextU", "q".repeat(24), "NeWu"));
        assertThat(later.plan().spec().downlinks()).isEqualTo(plan.spec().downlinks());
        assertThat(later.plan().version()).isEqualTo(2);
        assertThat(renegotiated(plan, CHROMIUM).iceRestart()).isFalse();
        assertThat(renegotiated(plan, CHROMIUM).plan().spec().ice())
                .isEqualTo(plan.spec().ice());
    }

    @Test
    void shouldRejectLinesAddedLater() {
        final String extra = CHROMIUM.substring(CHROMIUM.lastIndexOf("m=video")).replace("a=mid:9\r\n", "a=mid:10\r\n");
        final String offer = (CHROMIUM + extra).replace("BUNDLE 0", "BUNDLE 10 0");
        final MediaPlan plan = renegotiated(Offers.plan("seats-chromium.sdp", Role.PARTICIPANT), offer)
                .plan();
        assertThat(plan.seats()).hasSize(4);
        assertThat(SdpAnswer.write(plan, Offers.TRANSPORT))
                .containsOnlyOnce("m=video 0 ")
                .contains("a=group:BUNDLE 0 1 2");
    }

    @Test
    void shouldPauseALineThatTheClientPauses() {
        final MediaPlan plan = renegotiated(
                        Offers.plan("seats-chromium.sdp", Role.PARTICIPANT),
                        CHROMIUM.replaceFirst("a=recvonly", "a=inactive"))
                .plan();
        assertThat(SdpAnswer.write(plan, Offers.TRANSPORT)).containsOnlyOnce("a=inactive");
    }

    static Stream<Arguments> changedLayouts() {
        final UnaryOperator<String> fewer = offer -> offer.substring(0, offer.lastIndexOf("m=video"));
        return Stream.of(
                Arguments.of("fewer lines", fewer),
                Arguments.of("another mid", change("a=mid:3\r\n", "a=mid:33\r\n")),
                Arguments.of("another payload type", change("a=rtpmap:96 VP8/", "a=rtpmap:96 VP9/")),
                Arguments.of("RTX gone", change("a=fmtp:97 apt=96", "a=fmtp:97 apt=98")),
                Arguments.of("another extension id", change("a=extmap:4 urn", "a=extmap:9 urn")),
                Arguments.of("another certificate", (UnaryOperator<String>)
                        offer -> offer.replaceAll("sha-256 [^\r]*", "sha-256 " + "AB:".repeat(31) + "AB")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changedLayouts")
    void shouldRefuseALaterOfferThatChangesWhatWasAgreed(final String name, final UnaryOperator<String> change) {
        final MediaPlan plan = Offers.plan("seats-chromium.sdp", Role.PARTICIPANT);
        final SdpOutcome<MediaPlan.Renegotiated> outcome =
                SdpOffer.parse(change.apply(CHROMIUM)).then(offer -> plan.renegotiate(offer, "nextU", "q".repeat(24)));
        assertThat(outcome).as(name).isInstanceOfSatisfying(SdpOutcome.Refused.class, refused -> assertThat(
                        refused.error().code())
                .isEqualTo(SdpError.Code.BAD_OFFER));
    }

    private static UnaryOperator<String> change(final String from, final String to) {
        return offer -> {
            final String mid = "BUNDLE 0 1 2 3 ";
            return offer.replace(from, to).replace(mid, from.contains("mid:3") ? "BUNDLE 0 1 2 33 " : mid);
        };
    }

    private static MediaPlan.Renegotiated renegotiated(final MediaPlan plan, final String offer) {
        return Offers.value(SdpOffer.parse(offer).then(parsed -> plan.renegotiate(parsed, "nextU", "q".repeat(24))));
    }
}
