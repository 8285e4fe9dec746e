package lianmai.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * The main job in real browsers: a host goes live, a viewer watches, a guest comes on stage and is kicked, a WebSocket
 * is cut. Times are printed, not asserted: a busy machine must not fail the build.
 */
class StudioBrowserTest {
    private static final String LOOPBACK = "--allow-loopback-in-peer-connection";

    @Test
    void shouldLetHostAndGuestCoStreamWhileAnAudienceWatches() throws IOException {
        try (Chromium browser = Chromium.start(LOOPBACK)) {
            coStream(browser);
        }
    }

    /** The whole job, with a server of its own. */
    static void coStream(final Chromium browser) throws IOException {
        try (RunningServer server = RunningServer.start()) {
            final Chromium.Page host = enter(browser, server, "host", "Mei");
            host.until(
                    "the host is live",
                    "lianmai.session.onStage && (await lianmai.session.stats()).uplink.framesSent > 5");
            final Chromium.Page viewer = enter(browser, server, "viewer", "Ada");
            viewer.until("the viewer sees the host", decoded(0));
            viewer.until("the viewer hears the host", "(await lianmai.session.stats()).seats[0].audioEnergy > 0");

            final Chromium.Page guest = enter(browser, server, "guest", "Bo");
            host.until("the application arrives", "lianmai.state.applications.size === 1");
            final double negotiationsBefore = negotiations(host, viewer, guest);
            final double accepted = host.number("const at = Date.now();"
                    + "await lianmai.session.accept([...lianmai.state.applications.keys()][0]); return at;");
            viewer.until("the viewer sees the guest", decoded(1));
            final double seen = viewer.number("return Date.now();");
            host.until("the host sees the guest", decoded(1));
            guest.until("the guest sees the host", decoded(0));
            System.out.printf("viewer: first decoded frame of the guest %.0f ms after the accept%n", seen - accepted);
            assertThat(negotiations(host, viewer, guest)).isEqualTo(negotiationsBefore);
            settle(host, viewer, guest);
            shouldDrawTheServersLatency(host);
            host.screenshot("host");
            viewer.screenshot("viewer");
            guest.screenshot("guest");

            shouldKeepDecodingWhileTheWebSocketIsCut(viewer);
            shouldRemoveThePictureOfAKickedGuest(host, viewer);
        }
    }

    private static void shouldDrawTheServersLatency(final Chromium.Page host) {
        host.until("figures come", "!document.querySelector('.telemetry').hidden");
        host.run("document.querySelector('.telemetry-button').click();");
        host.until("the time's causes are told", "document.querySelectorAll('.telemetry-panel li').length > 4");
        final double drawn = host.number("const canvas = document.querySelector('.graph-large');"
                + "const picture = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);"
                + "return picture.data.filter(v => v > 0).length;");
        assertThat(drawn).as("pixels drawn").isGreaterThan(1000);
    }

    private static void shouldKeepDecodingWhileTheWebSocketIsCut(final Chromium.Page viewer) {
        final double before = viewer.number("return (await lianmai.session.stats()).seats[0].framesDecoded;");
        viewer.run("lianmai.session.dropSignaling();");
        viewer.until(
                "frames go on without the WebSocket",
                "(await lianmai.session.stats()).seats[0].framesDecoded > " + (before + 10));
        viewer.until("the WebSocket is resumed", "lianmai.session.linkState === 'open'");
        assertThat(viewer.number("return spy.negotiations;")).isEqualTo(1);
    }

    private static void shouldRemoveThePictureOfAKickedGuest(final Chromium.Page host, final Chromium.Page viewer) {
        final double kicked = host.number(
                "const at = Date.now();" + "await lianmai.session.kick(lianmai.state.seats[1].member.id); return at;");
        viewer.until("the guest's seat is empty", "lianmai.state.seats[1].state === 'empty'");
        System.out.printf(
                "viewer: the kicked guest's seat is empty %.0f ms after the kick%n",
                viewer.number("return Date.now();") - kicked);
        final double frames = viewer.number("return (await lianmai.session.stats()).seats[1]?.framesDecoded ?? 0;");
        final double host0 = viewer.number("return (await lianmai.session.stats()).seats[0].framesDecoded;");
        viewer.until(
                "the host's picture goes on",
                "(await lianmai.session.stats()).seats[0].framesDecoded > " + (host0 + 10));
        // One frame may have been in the decoder.
        assertThat(viewer.number("return (await lianmai.session.stats()).seats[1]?.framesDecoded ?? 0;"))
                .isLessThanOrEqualTo(frames + 2);
    }

    private static Chromium.Page enter(
            final Chromium browser, final RunningServer server, final String role, final String name) {
        final Chromium.Page page = browser.open(server.url() + "?auto=" + role + "&room=first-light&name=" + name);
        page.until(name + " is in", "window.lianmai?.session && lianmai.state");
        return page;
    }

    private static String decoded(final int seat) {
        return "(await lianmai.session.stats()).seats[" + seat + "]?.framesDecoded > 0";
    }

    private static double negotiations(final Chromium.Page... pages) {
        double sum = 0;
        for (final Chromium.Page page : pages) {
            sum += page.number("return spy.negotiations;");
        }
        return sum;
    }

    /** A second of real pictures before the screenshots. */
    private static void settle(final Chromium.Page... pages) {
        for (final Chromium.Page page : pages) {
            page.await("await new Promise(r => setTimeout(r, 500));");
        }
    }
}
