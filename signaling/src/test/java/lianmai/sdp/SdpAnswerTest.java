package lianmai.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import lianmai.sdp.PlanRequest.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers byte by byte; {@code -Dlianmai.golden=write} writes the expected ones anew, for a person to review. */
class SdpAnswerTest {
    static Stream<Arguments> sessions() {
        return Stream.of(
                Arguments.of("seats-chromium", Role.PARTICIPANT),
                Arguments.of("seats-chromium-simulcast", Role.PARTICIPANT),
                Arguments.of("seats-firefox", Role.PARTICIPANT),
                Arguments.of("seats-firefox-simulcast", Role.PARTICIPANT),
                Arguments.of("seats-safari-like", Role.PARTICIPANT),
                Arguments.of("data-chromium", Role.PARTICIPANT),
                Arguments.of("whip-chromium", Role.WHIP),
                Arguments.of("whip-obs", Role.WHIP),
                Arguments.of("whip-gstreamer", Role.WHIP),
                Arguments.of("whep-chromium", Role.WHEP),
                Arguments.of("whep-firefox", Role.WHEP));
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void shouldAnswerAsWrittenDown(final String name, final Role role) throws IOException {
        final String answer = SdpAnswer.write(Offers.plan(name + ".sdp", role), Offers.TRANSPORT);
        if ("write".equals(System.getProperty("lianmai.golden"))) {
            final Path file = Path.of("src/test/resources/lianmai/sdp/" + name + ".answer.sdp");
            Files.writeString(file, answer, StandardCharsets.UTF_8);
            return;
        }
        assertThat(answer).isEqualTo(Offers.text(name + ".answer.sdp"));
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void shouldMirrorEveryLineInOrder(final String name, final Role role) {
        final String offer = Offers.text(name + ".sdp");
        final String answer = SdpAnswer.write(Offers.plan(name + ".sdp", role), Offers.TRANSPORT);
        assertThat(starts(answer, "m=", ' ')).isEqualTo(starts(offer, "m=", ' '));
        assertThat(starts(answer, "a=mid:", '\r')).isEqualTo(starts(offer, "a=mid:", '\r'));
        assertThat(answer)
                .contains("a=ice-lite\r\n", "a=setup:passive\r\n", "a=end-of-candidates\r\n")
                .doesNotContain("simulcast", "a=rid", "actpass", "b=");
    }

    @Test
    void shouldGiveASeatOneStreamAndOneName() {
        final String answer = SdpAnswer.write(Offers.plan("seats-chromium.sdp", Role.PARTICIPANT), Offers.TRANSPORT);
        assertThat(answer)
                .containsOnlyOnce("a=msid:seat-1 seat-1-audio\r\n")
                .containsOnlyOnce("a=msid:seat-1 seat-1-video\r\n");
        assertThat(answer.split("a=ssrc-group:FID ")).hasSize(5);
        assertThat(answer.split("a=sendonly\r\n")).hasSize(9);
        assertThat(answer.split("a=recvonly\r\n")).hasSize(3);
    }

    @Test
    void shouldListEveryAddressOnce() {
        final ServerTransport two = new ServerTransport(
                List.of(new ServerTransport.Address("2001:db8::1", 8090), new ServerTransport.Address("192.0.2.7", 1)),
                Offers.TRANSPORT.fingerprint());
        assertThat(SdpAnswer.write(Offers.plan("whep-chromium.sdp", Role.WHEP), two))
                .containsOnlyOnce("a=candidate:1 1 udp 2130706431 2001:db8::1 8090 typ host\r\n")
                .containsOnlyOnce("a=candidate:2 1 udp 2130706175 192.0.2.7 1 typ host\r\n")
                .contains("c=IN IP6 2001:db8::1\r\n");
    }

    @Test
    void shouldAnswerOnlyTheFeedbackThatIsServed() {
        final String answer = SdpAnswer.write(Offers.plan("seats-chromium.sdp", Role.PARTICIPANT), Offers.TRANSPORT);
        assertThat(answer.split("transport-cc\r\n"))
                .as("uplink audio and video")
                .hasSize(3);
        assertThat(answer).doesNotContain("goog-remb");
    }

    private static List<String> starts(final String text, final String start, final char end) {
        return Arrays.stream(text.split("\n"))
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(0, line.indexOf(end)))
                .toList();
    }
}
