package lianmai.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import lianmai.relay.PeerSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client reads in the other side's description. */
class SdpDescriptionTest {
    private static final String TRANSPORT = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:"
            + Offers.TRANSPORT.fingerprint().sdp() + "\r\n";

    private static SdpDescription read(final String text) {
        return Offers.value(SdpDescription.parse(text));
    }

    private static String code(final String text) {
        return switch (SdpDescription.parse(text)) {
            case SdpOutcome.Ok<SdpDescription> ok -> "ok";
            case SdpOutcome.Refused<SdpDescription> refused ->
                refused.error().code().id();
        };
    }

    @Test
    void shouldReadOurOwnAnswer() {
        final MediaPlan plan = Offers.plan("seats-chromium.sdp", PlanRequest.Role.PARTICIPANT);
        final SdpDescription answer = read(SdpAnswer.write(plan, Offers.TRANSPORT));
        assertThat(answer.iceLite()).isTrue();
        assertThat(answer.setup()).isEqualTo("passive");
        assertThat(answer.fingerprint()).isEqualTo(Offers.TRANSPORT.fingerprint());
        assertThat(answer.iceUfrag()).isEqualTo(plan.spec().ice().localUfrag());
        assertThat(answer.icePassword()).isEqualTo(plan.spec().ice().localPassword());
        assertThat(answer.candidates()).extracting(IceCandidate::address).containsExactly("127.0.0.1", "192.0.2.7");
        final PeerSpec.Line seat = plan.spec().downlinks().getFirst().video();
        assertThat(answer.media()).anySatisfy(line -> {
            assertThat(line.mid()).isEqualTo(seat.mid());
            assertThat(line.ssrcs()).containsExactly(seat.ssrc(), seat.rtxSsrc());
            assertThat(line.direction()).isEqualTo(Direction.SENDONLY);
        });
    }

    @Test
    void shouldReadAnOfferThatLeavesTheDtlsRoleOpen() {
        final SdpDescription offer = read(Offers.text("whip-obs.sdp"));
        assertThat(offer.iceLite()).isFalse();
        assertThat(offer.setup()).isEqualTo("actpass");
    }

    @Test
    void shouldTakeTheSessionsTransportForLinesWithoutOne() {
        final SdpDescription answer = read("v=0\r\n" + TRANSPORT
                + "a=setup:active\r\na=candidate:1 1 UDP 2130706431 192.0.2.1 4000 typ host generation 0\r\n"
                + "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n");
        assertThat(answer.setup()).isEqualTo("active");
        assertThat(answer.media()).extracting(SdpMedia::live).containsExactly(false, true);
        assertThat(answer.candidates())
                .containsExactly(new IceCandidate(1, "udp", 2_130_706_431L, "192.0.2.1", 4000, "host"));
    }

    @Test
    void shouldRefuseWhatNoClientCanUse() {
        assertThat(code("")).isEqualTo("badOffer");
        assertThat(code("v=0\r\nm\r\n")).isEqualTo("badOffer");
        assertThat(code("v=0\r\nm=audio x RTP 0\r\n")).isEqualTo("badOffer");
        assertThat(code("v=0\r\n" + TRANSPORT)).isEqualTo("sdpNoMedia");
        assertThat(code("v=0\r\n" + TRANSPORT + "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\n"))
                .isEqualTo("sdpNoMedia");
        assertThat(code("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n")).isEqualTo("sdpFingerprint");
        assertThat(code("v=0\r\n" + TRANSPORT.replace("a=ice-pwd", "a=x") + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"))
                .isEqualTo("badOffer");
        assertThat(code("v=0\r\n".repeat(5_000))).isEqualTo("sdpTooLong");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "candidate",
                "candidate:1 1 udp 1 192.0.2.1 4000",
                "candidate:1 1 udp 1 192.0.2.1 70000 typ host",
                "candidate:1 0 udp 1 192.0.2.1 4000 typ host",
                "candidate:1 1 udp x 192.0.2.1 4000 typ host",
                "candidate:1 1 udp 1 192.0.2.1 4000 type host",
                "end-of-candidates"
            })
    void shouldTakeNoBrokenCandidate(final String text) {
        assertThat(IceCandidate.parse(text)).isNull();
    }

    @Test
    void shouldReadACandidateWithAndWithoutItsPrefix() {
        final IceCandidate candidate = IceCandidate.parse("candidate:7 1 TCP 99 fe80::1 9 typ srflx raddr 0.0.0.0");
        assertThat(candidate).isEqualTo(new IceCandidate(1, "tcp", 99, "fe80::1", 9, "srflx"));
        assertThat(IceCandidate.parse("a=candidate:7 1 TCP 99 fe80::1 9 typ srflx"))
                .isEqualTo(candidate);
    }
}
