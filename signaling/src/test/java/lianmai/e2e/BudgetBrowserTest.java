package lianmai.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that is stopped for a moment says so on the host's page: what is left of its budget, and what happened. */
@Timeout(90)
class BudgetBrowserTest {
    /** Packets may stay as long as they like, so that nothing but the stop can be blamed. */
    private static final String BUDGET = "10s,300ms";

    private static final long STOP_MS = 900;

    @Test
    void shouldShowThatTheServerWasStopped() throws Exception {
        try (Chromium browser = Chromium.start("--allow-loopback-in-peer-connection")) {
            final Process server = start();
            try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8)) {
                final String welcome = said.readLine();
                assertThat(welcome).startsWith("Lianmai is ready: http://127.0.0.1:");
                final String url = welcome.substring(welcome.indexOf("http"), welcome.indexOf("/ ") + 1);
                final Chromium.Page host = browser.open(url + "?auto=host&room=budget&name=Mei");
                host.until("the budget is shown", "document.querySelector('.telemetry').dataset.health === 'ok'");
                host.run("document.querySelector('.telemetry-button').click();");

                stop(server);
                host.until("health turns yellow", "document.querySelector('.telemetry').dataset.health === 'yellow'");
                host.until(
                        "the cause is named",
                        "document.querySelector('.violations').innerText.includes('the server was stopped')");
                assertThat(host.await("return document.querySelector('.budget').textContent;"))
                        .isEqualTo("Latency budget of the last minute: late packets 100 % left, pauses overspent");
                assertThat(host.await("return (await (await fetch('/healthz')).json()).status;"))
                        .isEqualTo("yellow");
            } finally {
                server.destroy();
                assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static void stop(final Process server) throws IOException, InterruptedException {
        signal("-STOP", server);
        Thread.sleep(STOP_MS); // the length of the stop is what is tested
        signal("-CONT", server);
    }

    private static void signal(final String signal, final Process server) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(server.pid()))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private static Process start() throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + Path.of("..", "gc-tuning", "jvm", "relay.args"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "lianmai.server.Main",
                        "serve",
                        "--port",
                        "0",
                        "--stat-file",
                        "none",
                        "--latency-budget",
                        BUDGET))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
