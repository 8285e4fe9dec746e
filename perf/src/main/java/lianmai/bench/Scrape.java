package lianmai.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The counters of a server of ours at one moment, from {@code GET /metrics}; labels are added up, those with a reason
 * also for each: {@code name:reason}.
 */
public record Scrape(Map<String, Double> values) {
    private static final String REASON = "reason=\"";
    private static final String DROPS = "lianmai_drops_total:";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    public static Scrape of(final HttpClient client, final URI server) throws BenchException {
        return parse(new String(body(client, server, "text/plain"), StandardCharsets.UTF_8));
    }

    /** How long forwarded packets have stayed since the start, all shards together. */
    static NativeHistogram residence(final HttpClient client, final URI server) throws BenchException {
        return NativeHistogram.parse(body(client, server, NativeHistogram.ACCEPT), "lianmai_residence_seconds");
    }

    private static byte[] body(final HttpClient client, final URI server, final String accept) throws BenchException {
        final HttpRequest request = HttpRequest.newBuilder(server.resolve("/metrics"))
                .header("Accept", accept)
                .timeout(PATIENCE)
                .build();
        try {
            final HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new BenchException(server + "metrics answers with " + response.statusCode());
            }
            return response.body();
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
                final int reason = line.indexOf(REASON);
                if (reason > 0) {
                    final int from = reason + REASON.length();
                    final String labelled = name + ":" + line.substring(from, line.indexOf('"', from));
                    values.merge(labelled, Double.parseDouble(line.substring(space + 1)), Double::sum);
                }
                values.merge(name, Double.parseDouble(line.substring(space + 1)), Double::sum);
            }
        }
        return new Scrape(values);
    }

    /** Packets that went no further, by reason, those that there were. */
    Map<String, Double> drops() {
        final Map<String, Double> drops = new TreeMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(DROPS) && value > 0) {
                drops.put(name.substring(DROPS.length()), value);
            }
        });
        return drops;
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
