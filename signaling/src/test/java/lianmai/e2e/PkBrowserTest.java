package lianmai.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import lianmai.relay.Counter;
import org.junit.jupiter.api.Test;

/**
 * A PK in real browsers, by the studio's buttons: two hosts in two rooms on two shards, each with a viewer; all see
 * both hosts side by side, and both rooms go on when it ends.
 */
class PkBrowserTest {
    private static final String LOOPBACK = "--allow-loopback-in-peer-connection";

    @Test
    void shouldShowTheHostsOfTwoRoomsToBothAudiences() throws IOException {
        try (RunningServer server = RunningServer.start(2);
                Chromium browser = Chromium.start(LOOPBACK)) {
            final Chromium.Page mei = enter(browser, server, "host", "tea", "Mei");
            final Chromium.Page jo = enter(browser, server, "host", "jade", "Jo");
            final Chromium.Page ofTea = enter(browser, server, "viewer", "tea", "Ada");
            final Chromium.Page ofJade = enter(browser, server, "viewer", "jade", "Bo");
            ofTea.until("tea's viewer sees its host", goesOn(0));
            ofJade.until("jade's viewer sees its host", goesOn(0));
            final double negotiations = negotiations(mei, jo, ofTea, ofJade);
            assertThat(onEachShard(server, Counter.PEERS))
                    .as("a room on each shard")
                    .containsExactly(2L, 2L);
            assertThat(onEachShard(server, Counter.REPLICAS)).containsExactly(0L, 0L);

            inviteByForm(mei, "jade");
            jo.until("the invitation is shown", shown(".pk-card"));
            jo.run("document.querySelector('.pk-card .primary').click();");
            for (final Chromium.Page viewer : new Chromium.Page[] {ofTea, ofJade}) {
                viewer.until("the other host is on a seat", "lianmai.state.seats[1].state === 'pk'");
                viewer.until("the other host's picture moves", goesOn(1));
                viewer.until("the own host's picture moves", goesOn(0));
                viewer.until(
                        "both are shown side by side",
                        "document.querySelectorAll('.versus .tile:not([hidden])')" + ".length === 2 && "
                                + shown(".pk-panel"));
            }
            assertThat(onEachShard(server, Counter.REPLICAS)).containsExactly(1L, 1L);
            mei.until("tea's host sees jade's", goesOn(1));
            jo.until("jade's host sees tea's", goesOn(1));
            ofTea.until("the other host is heard", "(await lianmai.session.stats()).seats[1].audioEnergy > 0");

            mei.run("document.querySelectorAll('.pk-tools .good')[1].click();");
            ofJade.until("the score is told", "lianmai.state.pk.own === 0 && lianmai.state.pk.other === 10");
            ofJade.until("and drawn", "document.querySelector('.theirs .pk-score').textContent === '10'");
            assertThat(ofTea.await("return getComputedStyle(document.querySelector('.pk-tools')).display;"))
                    .as("a viewer has no buttons for the score")
                    .isEqualTo("none");
            mei.screenshot("pk-host");
            ofJade.screenshot("pk-viewer");
            assertThat(negotiations(mei, jo, ofTea, ofJade)).isEqualTo(negotiations);

            jo.run("document.querySelector('.pk-tools .danger').click();");
            for (final Chromium.Page viewer : new Chromium.Page[] {ofTea, ofJade}) {
                viewer.until("the seat is empty again", "lianmai.state.seats[1].state === 'empty'");
                viewer.until("the result is told", "lianmai.state.pkResult?.winner === 'tea'");
                viewer.until("the own host goes on", goesOn(0));
                assertThat(viewer.number("return document.querySelectorAll('.tile:not([hidden])').length;"))
                        .isEqualTo(1);
            }
            Patience.until("the copies end", () -> onEachShard(server, Counter.REPLICAS)
                    .equals(List.of(0L, 0L)));
            mei.until("tea's host is live", "(await lianmai.session.stats()).uplink.framesSent > 5");
            assertThat(negotiations(mei, jo, ofTea, ofJade)).isEqualTo(negotiations);
        }
    }

    private static void inviteByForm(final Chromium.Page host, final String room) {
        host.run("document.querySelector('[aria-label=\"Invite a room to a PK\"].button').click();");
        host.run("const form = document.querySelector('.pk-fields');"
                + "form.querySelector('input').value = '" + room + "';"
                + "form.querySelector('select').value = '1';"
                + "form.requestSubmit();");
        host.until(
                "the invitation is out or answered",
                "lianmai.state.pkSent?.room === '" + room + "' || lianmai.state.pk !== null");
    }

    private static Chromium.Page enter(
            final Chromium browser,
            final RunningServer server,
            final String role,
            final String room,
            final String name) {
        final Chromium.Page page =
                browser.open(server.url() + "?auto=" + role + "&room=" + room + "&camera=test-picture&name=" + name);
        page.until(name + " is in", "window.lianmai?.session && lianmai.state");
        return page;
    }

    /** Whether ten more frames of a seat are decoded than when it was first asked; true once. */
    private static String goesOn(final int seat) {
        return "await (async () => {"
                + " const now = (await lianmai.session.stats()).seats[" + seat + "]?.framesDecoded ?? 0;"
                + " const first = (window.frames" + seat + " ??= now);"
                + " if (now < first + 10) return false;"
                + " delete window.frames" + seat + "; return true;"
                + "})()";
    }

    private static List<Long> onEachShard(final RunningServer server, final Counter counter) {
        return server.server().shards().stream()
                .map(shard -> shard.counters().value(counter))
                .toList();
    }

    private static String shown(final String selector) {
        return "document.querySelector('" + selector + "')?.checkVisibility()";
    }

    private static double negotiations(final Chromium.Page... pages) {
        double sum = 0;
        for (final Chromium.Page page : pages) {
            sum += page.number("return spy.negotiations;");
        }
        return sum;
    }
}
