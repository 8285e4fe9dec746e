package lianmai.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import lianmai.rtp.RtpExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SdpOfferTest {
    private static final String CHROMIUM = Offers.text("seats-chromium.sdp");
    private static final String FINGERPRINT = "a=fingerprint:sha-256 ";

    @Test
    void shouldReadAllThatAnUplinkOffers() {
        final SdpMedia video = Offers.parsed("whip-chromium.sdp").media().get(1);
        assertThat(video.video()).isTrue();
        assertThat(video.direction()).isEqualTo(Direction.SENDONLY);
        assertThat(video.rtcpReducedSize()).isTrue();
        assertThat(video.payload(96).encoding()).isEqualTo("VP8");
        assertThat(video.payload(96).feedback())
                .containsExactlyInAnyOrder("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli");
        assertThat(video.payload(97).parameters()).isEqualTo(Map.of("apt", "96"));
        assertThat(video.extensions()).contains(new Extmap(4, Direction.SENDRECV, RtpExtension.MID));
        assertThat(video.ssrcGroups()).singleElement().satisfies(group -> {
            assertThat(group.semantics()).isEqualTo("FID");
            assertThat(group.ssrcs()).isEqualTo(video.ssrcs());
        });
    }

    @Test
    void shouldKeepSimulcastRidsForLater() {
        assertThat(Offers.parsed("seats-chromium-simulcast.sdp").media().get(1).sendRids())
                .containsExactly("q", "h", "f");
    }

    @Test
    void shouldTakeBundleOnlyLinesWithPortZeroForLive() {
        final List<SdpMedia> media = Offers.parsed("seats-firefox.sdp").media();
        assertThat(media).hasSize(10).allMatch(SdpMedia::live);
    }

    @Test
    void shouldResolveWildcardFeedback() {
        final String offer = Offers.text("whip-obs.sdp").replace("a=rtcp-fb:96 nack\r\n", "a=rtcp-fb:* nack\r\n");
        final SdpOffer read = Offers.value(SdpOffer.parse(offer));
        assertThat(read.media().get(1).payload(96).feedback()).contains("nack");
    }

    static Stream<Arguments> badOffers() {
        return Stream.of(
                bad("empty", "badOffer", offer -> ""),
                bad("not SDP", "badOffer", offer -> "hello"),
                bad("JSON", "badOffer", offer -> "{\"type\":\"offer\"}"),
                bad("no m-lines", "sdpNoMedia", offer -> offer.substring(0, offer.indexOf("m="))),
                bad(
                        "only data",
                        "sdpNoMedia",
                        offer -> session(offer) + "m=application 9 UDP/DTLS/SCTP x\r\na=mid:0\r\n"),
                bad("all ports 0", "sdpNoMedia", offer -> offer.replace(" 9 UDP/", " 0 UDP/")),
                bad("nothing flows", "sdpNoMedia", offer -> offer.replaceAll("a=(sendonly|recvonly)", "a=inactive")),
                bad("AVP", "sdpNotSecure", offer -> offer.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP")),
                bad("AVPF", "sdpNotSecure", offer -> offer.replaceFirst("UDP/TLS/RTP/SAVPF", "RTP/AVPF")),
                bad(
                        "crypto",
                        "sdpNotSecure",
                        offer -> offer.replaceFirst(
                                "a=mid:1\r\n", "a=mid:1\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n")),
                bad("SAVP without DTLS", "sdpFingerprint", offer -> offer.replace("UDP/TLS/RTP/SAVPF", "RTP/SAVP")
                        .replaceAll("a=fingerprint:[^\r]*\r\n", "")),
                bad("10,000 lines", "sdpTooLong", offer -> offer + "a=x\r\n".repeat(10_000)),
                bad("257 KiB", "sdpTooLong", offer -> offer + "a=" + "x".repeat(257 * 1024)),
                bad("65 m-lines", "sdpTooLong", offer -> session(offer) + "m=audio 9 RTP/AVP 0\r\n".repeat(65)),
                bad("no fingerprint", "sdpFingerprint", offer -> offer.replaceAll("a=fingerprint:[^\r]*\r\n", "")),
                bad(
                        "two certificates",
                        "sdpFingerprint",
                        offer -> offer.replaceFirst(
                                FINGERPRINT, FINGERPRINT + "AA:".repeat(31) + "AA\r\n" + FINGERPRINT)),
                bad(
                        "another certificate at line 4",
                        "sdpFingerprint",
                        offer -> replaceNth(offer, FINGERPRINT, 4, FINGERPRINT + "AA:".repeat(31) + "AA\r\na=x:")),
                bad(
                        "only sha-1",
                        "sdpFingerprint",
                        offer -> offer.replaceAll(
                                "a=fingerprint:[^\r]*", "a=fingerprint:sha-1 " + "AA:".repeat(19) + "AA")),
                bad(
                        "fingerprint too short",
                        "sdpFingerprint",
                        offer -> offer.replaceAll("a=fingerprint:[^\r]*", FINGERPRINT + "AA:".repeat(19) + "AA")),
                bad(
                        "fingerprint not hex",
                        "sdpFingerprint",
                        offer -> offer.replaceAll("a=fingerprint:[^\r]*", FINGERPRINT + "zz")),
                bad("ice-lite", "sdpIceLite", offer -> offer.replaceFirst("t=0 0\r\n", "t=0 0\r\na=ice-lite\r\n")),
                bad("no codec of ours", "sdpNoCodec", offer -> offer.replaceAll("(opus|VP8|VP9|H264|AV1)/", "X-$1/")),
                bad("no rtcp-mux", "badOffer", offer -> offer.replaceFirst("a=rtcp-mux\r\n", "")),
                bad("no mid", "badOffer", offer -> offer.replaceFirst("a=mid:3\r\n", "")),
                bad("a mid twice", "badOffer", offer -> offer.replaceFirst("a=mid:3\r\n", "a=mid:2\r\n")),
                bad("no BUNDLE", "badOffer", offer -> offer.replaceFirst("a=group:BUNDLE[^\r]*\r\n", "")),
                bad("no ICE credentials", "badOffer", offer -> offer.replaceAll("a=ice-(ufrag|pwd):[^\r]*\r\n", "")),
                bad("ufrag with a colon", "badOffer", offer -> offer.replaceAll("a=ice-ufrag:", "a=ice-ufrag:x:")),
                bad("passive client", "badOffer", offer -> offer.replace("a=setup:actpass", "a=setup:passive")),
                bad("malformed m-line", "badOffer", offer -> offer.replaceFirst("m=audio 9 ", "m=audio x ")),
                bad("line without =", "badOffer", offer -> offer + "nonsense\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badOffers")
    void shouldRefuseWithOneCode(final String name, final String code, final UnaryOperator<String> change) {
        assertThat(Offers.code(change.apply(CHROMIUM), PlanRequest.Role.PARTICIPANT))
                .as(name)
                .isEqualTo(code);
    }

    @Test
    void shouldTakeOneCertificateNamedByTwoHashes() {
        final String offer =
                CHROMIUM.replace(FINGERPRINT, "a=fingerprint:sha-512 " + "AB:".repeat(63) + "AB\r\n" + FINGERPRINT);
        assertThat(Offers.value(SdpOffer.parse(offer)).fingerprint().algorithm())
                .isEqualTo("sha-256");
    }

    @Test
    void shouldRefuseAHugeOfferAtOnce() {
        final String offer = CHROMIUM + "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\n".repeat(2_000_000);
        final long start = System.nanoTime();
        assertThat(Offers.code(offer, PlanRequest.Role.PARTICIPANT)).isEqualTo("sdpTooLong");
        // Milliseconds are promised; a second leaves room for a machine that is busy with other tests.
        assertThat(System.nanoTime() - start).isLessThan(1_000_000_000L);
    }

    @Test
    void shouldReadTheWorstAllowedOfferQuickly() {
        final StringBuilder offer = new StringBuilder(CHROMIUM);
        final String[] hostile = {"a=ssrc:%d cname:x\r\n", "a=extmap:%d urn:x\r\n", "a=rtcp-fb:%d nack pli\r\n"};
        for (int i = 0; offer.chars().filter(c -> c == '\n').count() < SdpOffer.MAX_LINES - 500; i += 100) {
            for (int j = i; j < i + 100; j++) {
                offer.append(hostile[j % hostile.length].formatted(j));
            }
        }
        final long start = System.nanoTime();
        assertThat(Offers.code(offer.toString(), PlanRequest.Role.PARTICIPANT)).isEqualTo("ok");
        assertThat(System.nanoTime() - start).isLessThan(1_000_000_000L);
    }

    @Test
    void shouldSurviveSeededDamage() {
        final String[] names = {"seats-chromium.sdp", "seats-firefox.sdp", "whip-obs.sdp", "whip-gstreamer.sdp"};
        for (long seed = 0; seed < 2_000; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final StringBuilder text = new StringBuilder(Offers.text(names[(int) (seed % names.length)]));
            for (int i = random.nextInt(1, 20); i > 0; i--) {
                final int at = random.nextInt(text.length() - 40);
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(0x180));
                    case 1 -> text.delete(at, at + random.nextInt(40));
                    default -> text.insert(at, text.substring(at, at + random.nextInt(40)));
                }
            }
            try {
                Offers.code(text.toString(), PlanRequest.Role.PARTICIPANT);
            } catch (final RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static Arguments bad(final String name, final String code, final UnaryOperator<String> change) {
        return Arguments.of(name, code, change);
    }

    private static String session(final String offer) {
        return offer.substring(0, offer.indexOf("m="));
    }

    private static String replaceNth(final String text, final String find, final int n, final String by) {
        int at = -1;
        for (int i = 0; i <= n; i++) {
            at = text.indexOf(find, at + 1);
        }
        return text.substring(0, at) + by + text.substring(at + find.length());
    }
}
