package lianmai.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import lianmai.sim.OwnNetwork;
import org.junit.jupiter.api.Test;

/** The studio in Firefox, and between Firefox and Chromium. Firefox does not connect to 127.0.0.1 either. */
@OwnNetwork
class FirefoxTest {
    private static final String DECODES_HOST = "(await lianmai.session.stats()).seats[0]?.framesDecoded > 10";
    private static final String DECODES_GUEST = "(await lianmai.session.stats()).seats[1]?.framesDecoded > 10";
    private static final String HEARS_HOST = "(await lianmai.session.stats()).seats[0].audioEnergy > 0";

    @Test
    void shouldShowFirefoxToFirefox() throws IOException {
        try (RunningServer server = RunningServer.start();
                Firefox firefox = Firefox.start()) {
            final BrowserPage host = enter(firefox.open(address(server, "host", "Mei")), "Mei");
            host.until("the host is live", "(await lianmai.session.stats()).uplink.framesSent > 5");
            final BrowserPage viewer = enter(firefox.open(address(server, "viewer", "Ada")), "Ada");
            System.out.printf("Firefox: host seen after %.0f ms%n", viewer.until("the host is seen", DECODES_HOST));
            viewer.until("the host is heard", HEARS_HOST);
            viewer.await("lianmai.session.dropSignaling();");
            viewer.until("the WebSocket is resumed", "lianmai.session.linkState === 'open'");
        }
    }

    @Test
    void shouldLetFirefoxAndChromiumCoStream() throws IOException {
        try (RunningServer server = RunningServer.start();
                Chromium chromium = Chromium.start();
                Firefox firefox = Firefox.start()) {
            final BrowserPage host = enter(chromium.open(address(server, "host", "Mei")), "Mei");
            host.until("the host is live", "(await lianmai.session.stats()).uplink.framesSent > 5");
            final BrowserPage guest = enter(firefox.open(address(server, "guest", "Bo")), "Bo");
            guest.until("Firefox sees Chromium", DECODES_HOST);
            guest.until("Firefox hears Chromium", HEARS_HOST);
            host.until("the application arrives", "lianmai.state.applications.size === 1");
            host.await("await lianmai.session.accept([...lianmai.state.applications.keys()][0]);");
            System.out.printf(
                    "Chromium: guest in Firefox seen after %.0f ms%n",
                    host.until("Chromium sees Firefox", DECODES_GUEST));
            host.until("Chromium hears Firefox", "(await lianmai.session.stats()).seats[1].audioEnergy > 0");
            assertThat(guest.await("return lianmai.session.onStage;")).isEqualTo(true);
        }
    }

    private static String address(final RunningServer server, final String role, final String name) {
        return server.url() + "?auto=" + role + "&room=two-browsers&name=" + name;
    }

    private static BrowserPage enter(final BrowserPage page, final String name) {
        page.until(name + " is in", "window.lianmai?.session && lianmai.state");
        return page;
    }
}
