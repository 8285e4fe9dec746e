package lianmai.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The counters of a server of ours at one moment, from {@code GET /metrics}; labels (shards) are added up. */
public record Scrape(Map<String, Double> values) {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    public static Scrape of(final HttpClient client, final URI server) throws BenchException {
        final HttpRequest request = HttpRequest.newBuilder(server.resolve("/metrics"))
                .timeout(PATIENCE)
                .build();
        try {
            final HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new BenchException(server + "metrics answers with " + response.statusCode());
            }
            return parse(response.body());
        } catch (final IOException e) {
            throw new BenchException(server + "metrics cannot be read: " + e.getMessage(), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    /** Prometheus' text format: {@code name{label="value"} number}, comments with a hash. */
    static Scrape parse(final String text) {
        final Map<String, Double> values = new HashMap<>();
        for (final String line : text.split("\n")) {
            final int space = line.lastIndexOf(' ');
            if (!line.startsWith("#") && space > 0) {
                final int brace = line.indexOf('{');
                final String name = line.substring(0, brace < 0 ? space : brace);
                values.merge(name, Double.parseDouble(line.substring(space + 1)), Double::sum);
            }
        }
        return new Scrape(values);
    }

    public double value(final String name) {
        return values.getOrDefault(name, 0.0);
    }

    /** RTP packets forwarded so far, once for each viewer. */
    double forwarded() {
        return value("lianmai_rtp_forwarded_total");
    }

    double slotsInUse() {
        return value("lianmai_slots_in_use");
    }
}
