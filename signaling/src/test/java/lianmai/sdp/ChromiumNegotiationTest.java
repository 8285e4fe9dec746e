package lianmai.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import lianmai.sdp.PlanRequest.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Our answers, judged by a real browser. Skipped where Debian's packages chromium and chromium-driver are missing. */
class ChromiumNegotiationTest {
    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

    private static final String OFFER = """
            const [simulcast, done] = arguments;
            window.pc = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
            window.streams = [];
            pc.ontrack = e => streams.push(e.track.kind + ' ' + e.streams.map(s => s.id).join());
            const layers = ['q', 'h', 'f'].map(rid => ({rid}));
            pc.addTransceiver('audio', {direction: 'sendonly'});
            pc.addTransceiver('video', simulcast
                ? {direction: 'sendonly', sendEncodings: layers} : {direction: 'sendonly'});
            for (let i = 0; i < 4; i++) {
              pc.addTransceiver('audio', {direction: 'recvonly'});
              pc.addTransceiver('video', {direction: 'recvonly'});
            }
            pc.setLocalDescription().then(() => done(pc.localDescription.sdp), e => done('' + e));
            """;

    private static final String RESTART = """
            const [done] = arguments;
            pc.createOffer({iceRestart: true}).then(o => pc.setLocalDescription(o))
                .then(() => done(pc.localDescription.sdp), e => done('' + e));
            """;

    private static final String ANSWER = """
            const [sdp, done] = arguments;
            pc.setRemoteDescription({type: 'answer', sdp}).then(
                () => done({state: pc.signalingState, streams,
                    ways: pc.getTransceivers().map(t => t.mid + ' ' + t.currentDirection),
                    layers: pc.getTransceivers()[1].sender.getParameters().encodings.length}),
                e => done({state: '' + e}));
            """;

    private static ChromeDriver chromium;

    @BeforeAll
    static void start() {
        assumeTrue(
                Files.isExecutable(BROWSER) && Files.isExecutable(DRIVER),
                "needs the Debian packages chromium and chromium-driver");
        final ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-dev-shm-usage");
        final ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(DRIVER.toString()))
                .usingAnyFreePort()
                .build();
        chromium = new ChromeDriver(service, options);
        chromium.manage().timeouts().scriptTimeout(Duration.ofSeconds(20));
    }

    @AfterAll
    static void stop() {
        if (chromium != null) {
            chromium.quit();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldBeTakenByChromiumAtFirstAndAfterAnIceRestart(final boolean simulcast) {
        final String offer = (String) chromium.executeAsyncScript(OFFER, simulcast);
        final MediaPlan plan = Offers.value(SdpOffer.parse(offer)
                .then(parsed -> MediaPlan.negotiate(parsed, Offers.POLICY, Offers.request(Role.PARTICIPANT))));
        final Map<?, ?> first = answered(plan);
        assertThat(first.get("state")).isEqualTo("stable");
        assertThat(first.get("layers")).isEqualTo(1L);
        assertThat(first.get("streams"))
                .isEqualTo(List.of(
                        "audio seat-0",
                        "video seat-0",
                        "audio seat-1",
                        "video seat-1",
                        "audio seat-2",
                        "video seat-2",
                        "audio seat-3",
                        "video seat-3"));
        assertThat((List<?>) first.get("ways")).hasSize(10);
        assertThat(((List<?>) first.get("ways")).subList(0, 3))
                .asString()
                .isEqualTo("[0 sendonly, 1 sendonly, 2 recvonly]");

        final String restart = (String) chromium.executeAsyncScript(RESTART);
        final MediaPlan.Renegotiated later =
                Offers.value(SdpOffer.parse(restart).then(parsed -> plan.renegotiate(parsed, "nextU", "q".repeat(24))));
        assertThat(later.iceRestart()).isTrue();
        final Map<?, ?> second = answered(later.plan());
        assertThat(second.get("state")).isEqualTo("stable");
        assertThat(second.get("ways")).isEqualTo(first.get("ways"));
    }

    private static Map<?, ?> answered(final MediaPlan plan) {
        return (Map<?, ?>) chromium.executeAsyncScript(ANSWER, SdpAnswer.write(plan, Offers.TRANSPORT));
    }
}
