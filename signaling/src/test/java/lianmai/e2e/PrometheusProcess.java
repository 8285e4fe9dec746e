package lianmai.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Prometheus of the test's own on 127.0.0.1, which scrapes one server twice a second. */
final class PrometheusProcess implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/prometheus");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Process process;
    private final String url;

    private PrometheusProcess(final Process process, final String url) {
        this.process = process;
        this.url = url;
    }

    /** Starts one with its data in {@code folder}, or skips the test with the missing package's name. */
    static PrometheusProcess start(final Path folder, final int scraped, final String... flags) throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "no Prometheus: install the package prometheus");
        final Path config = Files.writeString(folder.resolve("prometheus.yml"), """
                global: {scrape_interval: 500ms, scrape_timeout: 500ms}
                scrape_configs: [{job_name: lianmai, static_configs: [{targets: ['127.0.0.1:%d']}]}]
                """.formatted(scraped));
        final int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        final List<String> command = new ArrayList<>(List.of(
                PROGRAM.toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--log.level=error"));
        command.addAll(List.of(flags));
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        final PrometheusProcess started = new PrometheusProcess(process, "http://127.0.0.1:" + port + "/");
        try {
            Patience.until("Prometheus is ready", started::isReady);
        } catch (final AssertionError e) {
            started.close();
            throw new AssertionError(Files.readString(folder.resolve("log")), e);
        }
        return started;
    }

    private boolean isReady() {
        try {
            return HttpSession.get(url + "-/ready").contains("is Ready");
        } catch (final IOException notYet) {
            return false;
        }
    }

    /** The result of a query, which must be one that Prometheus understands. */
    JsonNode query(final String query) {
        try {
            final JsonNode answer = JSON.readTree(
                    HttpSession.get(url + "api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8)));
            if (!answer.path("status").asString().equals("success")) {
                throw new AssertionError(query + " → " + answer);
            }
            return answer.get("data").get("result");
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
