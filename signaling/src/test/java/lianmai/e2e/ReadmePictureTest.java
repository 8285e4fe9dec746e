package lianmai.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Takes the README's picture: {@code ./lianmai picture}. Not part of the tests. Chinese names need the package
 * fonts-noto-cjk.
 */
@Tag("picture")
class ReadmePictureTest {
    private static final List<String> LINES = List.of(
            "连麦成功!", "hello from Lagos", "this picture is so smooth", "第一次来,好喜欢", "the latency, wow", "encore!");

    @Test
    void shouldShowAStageWithChatFlyingOverIt() throws IOException {
        try (RunningServer server = RunningServer.start();
                Chromium browser = Chromium.start("--allow-loopback-in-peer-connection", "--hide-scrollbars")) {
            final Chromium.Page host = open(browser, server, "host", "Mei");
            host.until("the host is live", "lianmai.session.onStage");
            final Chromium.Page viewer = open(browser, server, "viewer", "Ada");
            for (final String name : List.of("阿波", "Sofia")) {
                open(browser, server, "guest", name);
                host.until(name + " asks", "lianmai.state.applications.size === 1");
                host.await("await lianmai.session.accept([...lianmai.state.applications.keys()][0]);");
            }
            host.until(
                    "three pictures",
                    "[1, 2].every(async (s) => (await lianmai.session.stats()).seats[s]?.framesDecoded > 30)");
            host.await("await new Promise(r => setTimeout(r, 12000));");
            for (final String line : LINES) {
                viewer.await("await lianmai.session.chat('" + line + "'); await new Promise(r => setTimeout(r, 450));");
            }
            host.await("for (let i = 0; i < 4; i++) await lianmai.session.reaction('❤').catch(() => {});");
            host.await("await new Promise(r => setTimeout(r, 900));");
            final Path taken = host.screenshot("readme");
            Files.copy(taken, Path.of("..", "docs", "studio.png"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Chromium.Page open(
            final Chromium browser, final RunningServer server, final String role, final String name) {
        final Chromium.Page page =
                browser.open(server.url() + "?auto=" + role + "&room=lantern-night&camera=test-picture&name=" + name);
        page.until(name + " is in", "window.lianmai?.session && lianmai.state");
        return page;
    }
}
