package lianmai.e2e;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How long until there is a picture, in Chromium: {@code ./lianmai measure}. All windows and the server share this
 * machine. A frame counts when the decoder hands it over, which a MediaStreamTrackProcessor sees to the millisecond;
 * getStats is up to 50 ms late.
 */
@Tag("measure")
class FirstFrameMeasurementTest {
    private static final int TIMES = 10;
    private static final String ROOM = "measured";

    /** Puts {@code window.enter(role)} and {@code window.firstFrame(session, seat)} into a page. */
    private static final String TOOLS = """
            const { join } = await import('/lianmai-client.js');
            window.enter = (role) => join({
              url: location.origin.replace('http', 'ws') + '/ws', room: '%s', name: role + Math.random(), role });
            window.firstFrame = async (session, seat) => {
              const [track] = session.seat(seat).stream.getVideoTracks();
              const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
              const { value } = await reader.read();
              const at = Date.now();
              value.close();
              await reader.cancel();
              return at;
            };
            """.formatted(ROOM);

    private static final String PUBLISH = """
            window.ownMedia ??= await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
            """;

    @Test
    void shouldPrintJoinToFirstFrame() throws IOException {
        try (RunningServer server = RunningServer.start();
                Chromium browser = Chromium.start("--allow-loopback-in-peer-connection")) {
            host(browser, server);
            final Chromium.Page viewer = open(browser, server);
            final double[] ms = new double[TIMES];
            for (int i = 0; i < TIMES; i++) {
                ms[i] = viewer.number("const start = Date.now(); const session = await enter('viewer');"
                        + "const at = await firstFrame(session, 0); session.leave(); return at - start;");
            }
            System.out.println(new Figures("join to first decoded frame, Chromium", "ms", ms));
        }
    }

    @Test
    void shouldPrintAcceptToFirstFrameOfTheGuest() throws IOException {
        try (RunningServer server = RunningServer.start();
                Chromium browser = Chromium.start("--allow-loopback-in-peer-connection")) {
            final Chromium.Page host = host(browser, server);
            final Chromium.Page viewer = open(browser, server);
            viewer.await("window.session = await enter('viewer');");
            final Chromium.Page guest = open(browser, server);
            final double[] ms = new double[TIMES];
            for (int i = 0; i < TIMES; i++) {
                ms[i] = promote(host, viewer, guest);
            }
            System.out.println(new Figures("accept to first decoded frame of the guest, Chromium", "ms", ms));
        }
    }

    private static double promote(final Chromium.Page host, final Chromium.Page viewer, final Chromium.Page guest) {
        // Each time somebody new, whose encoder has not run yet; the camera is open, as the studio has it by then.
        guest.await(PUBLISH + "window.session = await enter('viewer');"
                + "session.on('onStage', () => session.publish(ownMedia)); await session.apply();");
        guest.until("media is connected", "session.peerConnection.connectionState === 'connected'");
        host.until("the application arrives", "session.state.applications.size === 1");
        viewer.until("the seat is empty", "session.state.seats[1].state === 'empty'");
        // What the decoder still held of the time before has come out by then.
        viewer.await("await new Promise(r => setTimeout(r, 500)); window.seen = firstFrame(session, 1);");
        final double accepted = host.number("const at = Date.now();"
                + "await session.accept([...session.state.applications.keys()][0]); return at;");
        final double seen = viewer.number("return await seen;");
        guest.await("session.leave();");
        return seen - accepted;
    }

    private static Chromium.Page host(final Chromium browser, final RunningServer server) {
        final Chromium.Page host = open(browser, server);
        host.await(PUBLISH + "window.session = await enter('host'); await session.publish(ownMedia);");
        host.until("the host is live", "(await session.stats()).uplink.framesSent > 60");
        return host;
    }

    private static Chromium.Page open(final Chromium browser, final RunningServer server) {
        final Chromium.Page page = browser.open(server.url());
        page.await(TOOLS);
        return page;
    }
}
