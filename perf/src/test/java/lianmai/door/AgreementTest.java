package lianmai.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import lianmai.relay.Codec;
import lianmai.rtp.RtpExtension;
import lianmai.sdp.SdpDescription;
import lianmai.sdp.SdpOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients read in servers' descriptions: those of Janus 1.1.2 were recorded, others are as servers write them. */
class AgreementTest {
    private static final MediaRole.Viewer VIEWER = new MediaRole.Viewer(true, Codec.VP8, 1);

    /** Without a line, so that each test says what it is about. */
    private static final String HEAD = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-ufrag:abcd\r\n"
            + "a=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 " + "AB:".repeat(31) + "AB\r\n";

    private static final String AUDIO =
            "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\na=sendonly\r\n";

    private static final String HOST = "a=candidate:1 1 udp 2130706431 127.0.0.1 4000 typ host\r\n";

    private static String recorded(final String name) throws IOException {
        try (InputStream in = AgreementTest.class.getResourceAsStream(name)) {
            // There is no way from a loopback address to the one that Janus had.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("198.18.0.1", "127.0.0.1");
        }
    }

    private static Session session(final String sdp, final MediaRole role, final boolean offered) throws DoorException {
        return new Agreement(Agreement.read(sdp), role, TestClients.local(), offered, Map.of()).session(() -> {});
    }

    private static Session soundOnly(final String sdp) throws DoorException {
        return session(sdp, new MediaRole.Viewer(true, null, 1), true);
    }

    @Test
    void shouldReadJanussAnswerToAPublisher() throws Exception {
        final Session session = session(recorded("janus-publish.answer.sdp"), TestClients.publisher(Codec.VP8), true);
        assertThat(session.remote().ufrag()).isEqualTo("x1rW");
        assertThat(session.remote().password()).isEqualTo("+/FKEBuj8pPWurt8qPA4Ki");
        assertThat(session.fingerprint().hex()).startsWith("dc6d8cce");
        assertThat(session.server().getPort()).isEqualTo(33_618);
        assertThat(session.weAreDtlsClient()).isFalse();
        assertThat(session.weControlIce()).isTrue();
        assertThat(session.isIceLite()).isFalse();
        assertThat(session.lines()).extracting(Session.Line::payloadType).containsExactly(111, 96);
        assertThat(session.lines()).extracting(Session.Line::rtxPayloadType).containsExactly(-1, 97);
        assertThat(session.lines()).allMatch(line -> line.sends() && line.ssrc() == 0 && line.rtxSsrc() == 0);
        assertThat(session.lines().getLast().extensions().id(RtpExtension.TRANSPORT_CC))
                .isEqualTo(3);
    }

    @Test
    void shouldReadJanussOfferToAViewer() throws Exception {
        final Session session = session(recorded("janus-watch.offer.sdp"), VIEWER, false);
        assertThat(session.weAreDtlsClient()).isTrue();
        assertThat(session.weControlIce()).isFalse();
        assertThat(session.lines())
                .extracting(line -> Integer.toUnsignedLong(line.ssrc()))
                .containsExactly(1_873_848_748L, 2_385_198_491L);
        assertThat(session.lines())
                .extracting(line -> Integer.toUnsignedLong(line.rtxSsrc()))
                .containsExactly(0L, 3_561_054_345L);
        assertThat(session.lines().getLast().extensions().id(RtpExtension.TRANSPORT_CC))
                .as("what the answer leaves out is not agreed")
                .isZero();
        assertThat(session.lines().getLast().extensions().id(RtpExtension.ABS_SEND_TIME))
                .isEqualTo(2);
    }

    @Test
    void shouldAnswerWithWhatItCanDecodeAndRejectTheRest() throws Exception {
        final SdpDescription offer = Agreement.read(recorded("janus-watch-two.offer.sdp"));
        final String all = ClientSdp.answer(offer, new MediaRole.Viewer(true, Codec.H264, 2), TestClients.local());
        assertThat(all)
                .contains("a=group:BUNDLE 0 1 2 3\r\n")
                .contains("m=video 40000 UDP/TLS/RTP/SAVPF 107 108\r\n")
                .contains("a=fmtp:107 packetization-mode=1;profile-level-id=42e01f\r\n", "a=fmtp:108 apt=107\r\n")
                .contains("a=setup:active\r\n", "a=recvonly\r\n")
                .contains("a=candidate:1 1 udp 2130706431 127.0.0.1 40000 typ host\r\n")
                .doesNotContain("transport-cc", "transport-wide-cc", "sendonly");
        final String sound = ClientSdp.answer(offer, new MediaRole.Viewer(true, null, 2), TestClients.local());
        assertThat(sound)
                .contains("a=group:BUNDLE 0 2\r\n")
                .contains("m=video 0 UDP/TLS/RTP/SAVPF 107 108\r\n")
                .contains("a=inactive\r\n");
        assertThat(SdpDescription.parse(sound).then(read -> SdpDescription.parse(all)))
                .as("both are descriptions")
                .isInstanceOf(SdpOutcome.Ok.class);
    }

    @ParameterizedTest
    @CsvSource({"active,false", "passive,true", "'',true"})
    void shouldTakeTheDtlsRoleThatTheServerLeaves(final String setup, final boolean client) throws Exception {
        final String stated = setup.isEmpty() ? "" : "a=setup:" + setup + "\r\n";
        assertThat(soundOnly(HEAD + stated + AUDIO + HOST).weAreDtlsClient()).isEqualTo(client);
    }

    @Test
    void shouldControlIceTowardsALiteServerThatOffers() throws Exception {
        final MediaRole viewer = new MediaRole.Viewer(true, null, 1);
        assertThat(session(HEAD + AUDIO + HOST, viewer, false).weControlIce()).isFalse();
        final Session lite = session(HEAD + "a=ice-lite\r\n" + AUDIO + HOST, viewer, false);
        assertThat(lite.weControlIce()).isTrue();
        assertThat(lite.isIceLite()).isTrue();
    }

    @Test
    void shouldChooseTheCandidateThatItReaches() throws Exception {
        final String others = """
                a=candidate:1 1 udp 2130706431 fe80::1 1 typ host
                a=candidate:2 1 tcp 2130706431 127.0.0.1 2 typ host tcptype passive
                a=candidate:3 2 udp 2130706431 127.0.0.1 3 typ host
                a=candidate:4 1 udp 2130706431 0e7a.local 4 typ host
                a=candidate:5 1 udp 41885439 127.0.0.1 5 typ relay raddr 0.0.0.0 rport 0
                a=candidate:6 1 UDP 100 127.0.0.9 6 typ host
                a=candidate:7 1 UDP 200 127.0.0.9 7 typ host
                a=candidate:8 1 UDP 300 203.0.113.9 8 typ host
                """;
        assertThat(soundOnly(HEAD + AUDIO + others).server().getPort()).isEqualTo(7);
        assertThat(soundOnly(HEAD + AUDIO + others + HOST).server().getPort())
                .as("our own address before others")
                .isEqualTo(4000);
    }

    @Test
    void shouldSayWhatIsMissing() {
        assertThatThrownBy(() -> soundOnly(HEAD + AUDIO + "a=candidate:1 1 udp 1 fe80::1 9 typ host\r\n"))
                .isInstanceOf(DoorException.class)
                .hasMessage("the server names no UDP address over IPv4 that 127.0.0.1 reaches, only: [udp fe80::1 9]");
        assertThatThrownBy(() -> session(HEAD + AUDIO + HOST, VIEWER, true))
                .hasMessage("the server takes no line of VP8");
        assertThatThrownBy(() -> soundOnly("<html>"))
                .hasMessage("the server's SDP cannot be read: The description does not begin with v=0.");
    }

    @Test
    void shouldNotTakeH264OfSingleUnits() {
        final String video = "m=video 9 UDP/TLS/RTP/SAVPF 102\r\na=mid:1\r\na=rtpmap:102 H264/90000\r\na=sendonly\r\n";
        final MediaRole viewer = new MediaRole.Viewer(false, Codec.H264, 1);
        assertThatThrownBy(() -> session(HEAD + video + HOST, viewer, true))
                .hasMessage("the server takes no line of H264");
    }
}
