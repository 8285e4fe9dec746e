package lianmai.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Pattern;
import lianmai.gc.LatencyBudget;
import lianmai.server.LianmaiServer;
import lianmai.server.ServerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server whose JVM is held on purpose says so, and who it was. */
@Timeout(60)
class LatencyWatchTest {
    private static final Duration MOST = Duration.ofSeconds(30);
    private static final Pattern VIOLATED =
            Pattern.compile("lianmai_budget_violations_total\\{cause=\"asked_collection\"} [1-9]");

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void shouldTurnYellowAndNameTheCause() throws IOException, InterruptedException {
        final ServerConfig config = ServerConfig.onFreePorts().with(LatencyBudget.Limits.parse("1ms,10us"));
        try (LianmaiServer server = LianmaiServer.start(config)) {
            final long endNs = System.nanoTime() + MOST.toNanos();
            String metrics = "";
            // Flight Recorder needs a moment to begin, and tells once a second.
            while (!VIOLATED.matcher(metrics).find()) {
                System.gc();
                Thread.sleep(100);
                metrics = get(server.url() + "metrics").body();
                assertThat(System.nanoTime()).as(metrics).isLessThan(endNs);
            }
            final HttpResponse<String> health = get(server.url() + "healthz");
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.body())
                    .startsWith("{\"status\":\"yellow\",\"why\":\"The last minute's latency budget (")
                    .contains("is overspent (", "), last by: ");
            assertThat(metrics)
                    .containsPattern("lianmai_pauses_total\\{cause=\"asked_collection\"} [1-9]")
                    .containsPattern("lianmai_pauses_over_goal_total\\{cause=\"asked_collection\"} \\d")
                    .containsPattern("lianmai_pause_budget_left_percent -\\d");
        }
    }

    private HttpResponse<String> get(final String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
