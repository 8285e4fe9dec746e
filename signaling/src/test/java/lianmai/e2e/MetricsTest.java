package lianmai.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /metrics} of a server that forwards media, and the Grafana dashboard's queries against it. */
@Timeout(120)
class MetricsTest {
    private static final Path DASHBOARD = Path.of("..", "perf", "grafana", "lianmai.json");
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

    private static RunningServer server;
    private static MediaClient publisher;
    private static MediaClient viewer;

    @TempDir
    private Path folder;

    @BeforeAll
    static void forwardMedia() throws IOException {
        server = RunningServer.start();
        publisher = MediaClient.publisher(1);
        viewer = MediaClient.viewer();
        viewer.connect(
                HttpSession.post(server.url(), "whep/tea", viewer.offer()).answer());
        publisher.connect(
                HttpSession.post(server.url(), "whip/tea", publisher.offer()).answer());
        Patience.until("forwarded packets are measured", () -> text().matches(
                        "(?s).*lianmai_residence_seconds_count\\{shard=\"0\"} [1-9].*"));
    }

    @AfterAll
    static void end() {
        viewer.close();
        publisher.close();
        server.close();
    }

    private static String text() {
        try {
            return HttpSession.get(server.url() + "metrics");
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldKeepToTheConventions() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(PROMTOOL), "no promtool: install the package prometheus");
        final Process lint = new ProcessBuilder(PROMTOOL.toString(), "check", "metrics")
                .redirectErrorStream(true)
                .start();
        lint.getOutputStream().write(text().getBytes(StandardCharsets.UTF_8));
        lint.getOutputStream().close();
        assertThat(new String(lint.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(lint.waitFor()).isZero();
    }

    @Test
    void shouldCountInBucketsWhatItCounts() {
        final List<String> buckets = text().lines()
                .filter(line -> line.startsWith("lianmai_residence_seconds_bucket{"))
                .toList();
        assertThat(buckets).anyMatch(line -> line.contains("le=\"0.001\"")).hasSizeGreaterThan(15);
        final List<Double> counts = buckets.stream()
                .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
        assertThat(counts).isSorted();
        assertThat(counts.getLast()).isPositive();
    }

    @Test
    void shouldOnlyAskForWhatThereIs() throws IOException {
        final Map<String, Set<String>> metrics = PromQl.metrics(text());
        assertThat(queries()).hasSizeGreaterThan(30);
        for (final String query : queries()) {
            assertThat(PromQl.unknown(query, metrics)).as(query).isEmpty();
        }
    }

    /** The check above is worth something only if it finds what is not there. */
    @Test
    void shouldFindWhatIsNotThere() {
        final Map<String, Set<String>> metrics = Map.of("a_total", Set.of("shard"), "b", Set.of());
        assertThat(PromQl.unknown("sum by (shard) (rate(a_total{shard=~\"x{y\"}[10s])) / b > 0", metrics))
                .isEmpty();
        assertThat(PromQl.unknown("sum by (reason) (rate(a_total{peer=\"1\"}[5m])) + c or b", metrics))
                .containsExactlyInAnyOrder("by reason", "a_total{peer}", "c");
        assertThat(PromQl.unknown("rate(missing_total[5m])", metrics)).containsExactly("missing_total");
    }

    @Test
    void shouldAnswerEveryQueryOfTheDashboard() throws IOException {
        try (PrometheusProcess prometheus =
                PrometheusProcess.start(folder, server.server().port())) {
            Patience.until("a rate can be told", () -> !prometheus
                    .query("rate(lianmai_rtp_forwarded_total[10s]) > 0")
                    .isEmpty());
            for (final String query : queries()) {
                // What is asked to be above zero may be nothing at all, and on a good day it is.
                if (query.endsWith("> 0")) {
                    prometheus.query(query);
                } else {
                    Patience.until(query, () -> !prometheus.query(query).isEmpty());
                }
            }
            final String p99 = "histogram_quantile(0.99, sum by (le) (rate(lianmai_residence_seconds_bucket[10s])))";
            assertThat(prometheus.query(p99 + " > 0").size()).isEqualTo(1);
        }
    }

    /** The same by protobuf: Prometheus then keeps one fine histogram instead of a series for each bucket. */
    @Test
    void shouldBeReadAsNativeHistograms() throws IOException {
        try (PrometheusProcess prometheus =
                PrometheusProcess.start(folder, server.server().port(), "--enable-feature=native-histograms")) {
            Patience.until("a native histogram can be asked for a percentile", () -> !prometheus
                    .query("histogram_quantile(0.99, sum(rate(lianmai_residence_seconds[10s]))) > 0")
                    .isEmpty());
            Patience.until("packets are counted in it", () -> !prometheus
                    .query("histogram_count(lianmai_residence_seconds) > 0")
                    .isEmpty());
        }
    }

    /** Every query of every panel, as Grafana asks it for all shards. */
    private static List<String> queries() throws IOException {
        final JsonNode dashboard = JsonMapper.builder().build().readTree(Files.readString(DASHBOARD));
        final List<String> queries = new ArrayList<>();
        for (final JsonNode panel : dashboard.get("panels")) {
            assertThat(panel.get("targets")).as(panel.get("title").asString()).isNotEmpty();
            for (final JsonNode target : panel.get("targets")) {
                queries.add(
                        target.get("expr").asString().replace("$shard", ".+").replace("$__rate_interval", "10s"));
            }
        }
        for (final JsonNode variable : dashboard.get("templating").get("list")) {
            if (variable.get("type").asString().equals("query")) {
                final String[] sides = variable.get("definition").asString().split("[(, )]+");
                assertThat(sides).as("label_values(metric, label)").hasSize(3);
                queries.add("count by (" + sides[2] + ") (" + sides[1] + ")");
            }
        }
        return queries;
    }
}
