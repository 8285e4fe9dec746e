package lianmai.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that is held for a moment says so on the host's page: what is left of its budget, and what happened. */
@Timeout(90)
class BudgetBrowserTest {
    private static final long STOP_MS = 900;

    /** How the server is held on purpose. */
    enum Violation {
        /** Longer than any pause of the JVM's. */
        STOP("10s,300ms", "the server was stopped") {
            @Override
            void commit(final Process server) throws IOException, InterruptedException {
                run("kill", "-STOP", Long.toString(server.pid()));
                Thread.sleep(STOP_MS); // the length of the stop is what is tested
                run("kill", "-CONT", Long.toString(server.pid()));
            }
        },
        /** ZGC's pauses are short: only of the least budget there is, each is too long. */
        ASKED_COLLECTION("10s,10us", "a collection somebody asked for") {
            @Override
            void commit(final Process server) throws IOException, InterruptedException {
                run(tool("jcmd"), Long.toString(server.pid()), "GC.run");
            }
        };

        /** Packets may stay as long as they like, so that nothing but the pause can be blamed. */
        private final String budget;

        private final String label;

        Violation(final String budget, final String label) {
            this.budget = budget;
            this.label = label;
        }

        abstract void commit(Process server) throws IOException, InterruptedException;
    }

    @ParameterizedTest
    @EnumSource(Violation.class)
    void shouldShowWhatHeldTheServer(final Violation violation) throws Exception {
        try (Chromium browser = Chromium.start("--allow-loopback-in-peer-connection")) {
            final Process server = start(violation.budget);
            try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8)) {
                final String welcome = said.readLine();
                assertThat(welcome).startsWith("Lianmai is ready: http://127.0.0.1:");
                final String url = welcome.substring(welcome.indexOf("http"), welcome.indexOf("/ ") + 1);
                final Chromium.Page host = browser.open(url + "?auto=host&room=budget&name=Mei");
                host.until(
                        "the budget is shown",
                        "['ok', 'yellow'].includes(document.querySelector('.telemetry').dataset.health)");
                host.run("document.querySelector('.telemetry-button').click();");
                assertThat(host.await("return document.querySelector('.violations').innerText;"))
                        .asString()
                        .doesNotContain(violation.label);
                if (violation == Violation.STOP) {
                    host.until("it is kept", "document.querySelector('.telemetry').dataset.health === 'ok'");
                }

                violation.commit(server);
                host.until("health turns yellow", "document.querySelector('.telemetry').dataset.health === 'yellow'");
                host.until(
                        "the cause is named",
                        "document.querySelector('.violations').innerText.includes('" + violation.label + "')");
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

    private static void run(final String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start()
                        .waitFor())
                .isZero();
    }

    private static String tool(final String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private static Process start(final String budget) throws IOException {
        return new ProcessBuilder(List.of(
                        tool("java"),
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
                        budget))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
