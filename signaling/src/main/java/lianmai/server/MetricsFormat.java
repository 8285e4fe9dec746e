package lianmai.server;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusProtobufWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.util.Locale;

/** The formats of {@code /metrics}, and which one a request gets. */
enum MetricsFormat {
    /** What a person or a script gets, and whoever does not say. */
    TEXT,
    OPEN_METRICS,
    /** The only one with native histograms. */
    PROTOBUF;

    ExpositionFormatWriter writer() {
        return switch (this) {
            case TEXT -> PrometheusTextFormatWriter.create();
            case OPEN_METRICS -> OpenMetricsTextFormatWriter.create();
            case PROTOBUF -> new PrometheusProtobufWriter();
        };
    }

    /** The one that the client likes best (RFC 9110 §12.5.1), the first of equals; text when it knows none. */
    static MetricsFormat of(final String accept) {
        MetricsFormat best = TEXT;
        double bestQuality = 0;
        for (final String range :
                accept == null ? new String[0] : accept.toLowerCase(Locale.ROOT).split(",")) {
            final MetricsFormat format = named(range);
            final double quality = quality(range);
            if (format != null && quality > bestQuality) {
                best = format;
                bestQuality = quality;
            }
        }
        return best;
    }

    private static MetricsFormat named(final String range) {
        final String type = range.split(";", 2)[0].strip();
        return switch (type) {
            case "application/vnd.google.protobuf" ->
                range.contains("proto=io.prometheus.client.metricfamily") && range.contains("encoding=delimited")
                        ? PROTOBUF
                        : null;
            case "application/openmetrics-text" -> OPEN_METRICS;
            case "text/plain", "text/*", "*/*" -> TEXT;
            default -> null;
        };
    }

    private static double quality(final String range) {
        for (final String parameter : range.split(";")) {
            if (parameter.strip().startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.strip().substring(2));
                } catch (final NumberFormatException malformed) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
