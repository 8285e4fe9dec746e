package lianmai.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IceFragmentTest {
    private static final String CANDIDATES = """
            a=group:BUNDLE 0 1\r
            m=audio 9 UDP/TLS/RTP/SAVPF 111\r
            a=mid:0\r
            a=ice-ufrag:EsAw\r
            a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r
            a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0\r
            a=candidate:3471623853 1 udp 2122194687 198.51.100.2 61765 typ host generation 0\r
            a=end-of-candidates\r
            """;

    @Test
    void shouldCountCandidatesAndReadCredentials() {
        assertThat(Offers.value(IceFragment.parse(CANDIDATES)))
                .isEqualTo(new IceFragment("EsAw", "P2uYro0UCOQ4zxjKXaWCBui1", 2, true));
    }

    @Test
    void shouldTellARestartFromMoreCandidates() {
        final MediaPlan plan = Offers.plan("whip-obs.sdp", PlanRequest.Role.WHIP);
        final IceFragment same = new IceFragment("qT1x", "0aBcDeFgHiJkLmNoPqRsTu", 1, false);
        final IceFragment fresh = Offers.value(IceFragment.parse(CANDIDATES));
        assertThat(plan.restartsIce(same)).isFalse();
        assertThat(plan.restartsIce(new IceFragment("", "", 1, false))).isFalse();
        assertThat(plan.restartsIce(fresh)).isTrue();
        final MediaPlan restarted = plan.restartIce(fresh, "nextU", "q".repeat(24));
        assertThat(restarted.restartsIce(fresh)).isFalse();
        assertThat(restarted.spec().ice().remoteUfrag()).isEqualTo("EsAw");
        assertThat(IceFragment.write(restarted, Offers.TRANSPORT))
                .contains("a=ice-ufrag:nextU\r\n", "a=mid:0\r\n", " 192.0.2.7 8090 typ host\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a=ice-ufrag:abcd", "a=ice-ufrag:a b\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1"})
    void shouldRefuseMalformedFragments(final String text) {
        assertThat(IceFragment.parse(text)).isInstanceOf(SdpOutcome.Refused.class);
    }

    @Test
    void shouldRefuseALongFragment() {
        assertThat(IceFragment.parse("a=candidate:1\r\n".repeat(513))).isInstanceOf(SdpOutcome.Refused.class);
    }
}
