package lianmai.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** WHIP publishers and WHEP viewers over real sockets, without browsers; in one test the host has one. */
class WhipWhepTest {
    private static final int ONE = 0x11;
    private static final int TWO = 0x22;
    private static final int LOUD = 20;
    private static final int SILENT = 127;

    @Test
    void shouldServeAViewerWhoCameBeforeThePublisher() throws Exception {
        try (RunningServer server = RunningServer.start();
                MediaClient viewer = MediaClient.viewer();
                MediaClient publisher = MediaClient.publisher(ONE)) {
            final HttpSession watching = enter(server, "whep/tea", viewer);
            final HttpSession publishing = enter(server, "whip/tea", publisher);
            assertThat(publishing.location().getPath()).startsWith("/whip/tea/");
            assertThat(publishing.etag()).startsWith("\"").endsWith("\"");

            Patience.until("sound arrives", () -> viewer.received(MediaClient.OPUS) > 20);
            Patience.until("a key frame arrives", () -> viewer.keyFrames() > 0);
            Patience.until("the picture goes on", () -> viewer.received(MediaClient.VP8) > 60);
            assertThat(viewer.audioMark()).isEqualTo(ONE);
            assertThat(viewer.videoMark()).isEqualTo(ONE);

            assertThat(publishing.delete()).isEqualTo(200);
            assertThat(publishing.delete()).isEqualTo(404);
            Patience.until("the publisher is told", () -> publisher.closedBecause() != null);
            assertThat(watching.delete()).isEqualTo(200);
            Patience.until("the viewer is told", () -> viewer.closedBecause() != null);
        }
    }

    @Test
    void shouldServeTheNextPublisherToAViewerWhoStays() throws Exception {
        try (RunningServer server = RunningServer.start();
                MediaClient viewer = MediaClient.viewer();
                MediaClient first = MediaClient.publisher(ONE);
                MediaClient second = MediaClient.publisher(TWO)) {
            final HttpSession publishing = enter(server, "whip/tea", first);
            enter(server, "whep/tea", viewer);
            Patience.until("the first publisher is seen", () -> viewer.videoMark() == ONE);
            publishing.delete();

            enter(server, "whip/tea", second);
            Patience.until("the second publisher is seen", () -> viewer.videoMark() == TWO);
            Patience.until("the second publisher is heard", () -> viewer.audioMark() == TWO);
        }
    }

    @Test
    void shouldServeASeatOrWhoeverSpeaks() throws Exception {
        try (RunningServer server = RunningServer.start();
                MediaClient one = MediaClient.publisher(ONE);
                MediaClient two = MediaClient.publisher(TWO);
                MediaClient ofHost = MediaClient.viewer();
                MediaClient ofSeat = MediaClient.viewer();
                MediaClient ofSpeaker = MediaClient.viewer()) {
            enter(server, "whip/tea", one);
            enter(server, "whip/tea", two);
            enter(server, "whep/tea", ofHost);
            enter(server, "whep/tea?seat=1", ofSeat);
            enter(server, "whep/tea?follow=speaker", ofSpeaker);
            Patience.until("the host's seat is seen", () -> ofHost.videoMark() == ONE && ofHost.audioMark() == ONE);
            Patience.until("seat 1 is seen", () -> ofSeat.videoMark() == TWO && ofSeat.audioMark() == TWO);

            two.speak(LOUD);
            Patience.until("two is followed", () -> ofSpeaker.videoMark() == TWO && ofSpeaker.audioMark() == TWO);
            two.speak(SILENT);
            one.speak(LOUD);
            Patience.until("one is followed", () -> ofSpeaker.videoMark() == ONE && ofSpeaker.audioMark() == ONE);
            assertThat(ofHost.videoMark()).isEqualTo(ONE);
            assertThat(ofSeat.videoMark()).isEqualTo(TWO);
        }
    }

    @Test
    void shouldShowAHostInChromiumToAViewerWithoutABrowser() throws Exception {
        try (RunningServer server = RunningServer.start();
                Chromium browser = Chromium.start("--allow-loopback-in-peer-connection");
                MediaClient viewer = MediaClient.viewer()) {
            final Chromium.Page host = browser.open(server.url() + "?auto=host&room=tea&name=Mei");
            host.until("the host is live", "(await lianmai.session.stats()).uplink.framesSent > 5");
            enter(server, "whep/tea", viewer);
            Patience.until("a key frame arrives", () -> viewer.keyFrames() > 0);
            Patience.until("the picture goes on", () -> viewer.received(MediaClient.VP8) > 100);
            Patience.until("sound arrives", () -> viewer.received(MediaClient.OPUS) > 50);
        }
    }

    private static HttpSession enter(final RunningServer server, final String path, final MediaClient client)
            throws IOException, InterruptedException {
        final HttpSession session = HttpSession.post(server.url(), path, client.offer());
        client.connect(session.answer());
        assertThat(client.awaitConnected())
                .as("%s connects; %s", path, client.closedBecause())
                .isTrue();
        return session;
    }
}
