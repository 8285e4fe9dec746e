package lianmai.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any text is answered, and nothing but line ends of our own ever reaches an answer. */
class SdpFuzzTest {
    @FuzzTest
    void shouldAnswerAnyOffer(final FuzzedDataProvider data) {
        final String text = data.consumeRemainingAsString();
        for (final PlanRequest.Role role : PlanRequest.Role.values()) {
            final SdpOutcome<MediaPlan> outcome =
                    SdpOffer.parse(text).then(offer -> MediaPlan.negotiate(offer, Offers.POLICY, Offers.request(role)));
            if (outcome instanceof SdpOutcome.Ok<MediaPlan>(final MediaPlan plan)) {
                final String answer = SdpAnswer.write(plan, Offers.TRANSPORT);
                assertThat(answer.chars()).allMatch(c -> c >= ' ' && c <= '~' || c == '\r' || c == '\n');
                final SdpOffer again = Offers.value(SdpOffer.parse(text));
                Offers.value(plan.renegotiate(again, "nextU", "q".repeat(24)));
            }
        }
        IceFragment.parse(text);
        if (SdpDescription.parse(text) instanceof SdpOutcome.Ok<SdpDescription>(final SdpDescription described)) {
            assertThat(described.media()).anyMatch(SdpMedia::live);
            assertThat(described.icePassword()).matches("[A-Za-z0-9+/]{22,256}");
            assertThat(described.candidates()).allMatch(candidate -> candidate.port() <= 65_535);
        }
    }
}
