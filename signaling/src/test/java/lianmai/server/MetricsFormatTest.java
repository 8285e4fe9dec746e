package lianmai.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each client gets the format it likes best of those that there are. */
class MetricsFormatTest {
    private static final String PROTOBUF =
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
    private static final String OPEN_METRICS = "application/openmetrics-text;version=1.0.0";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | TEXT",
                "'' | TEXT",
                "*/* | TEXT",
                "text/html, application/xhtml+xml, */*;q=0.8 | TEXT",
                "image/png | TEXT",
                // What Prometheus sends without and with native histograms.
                OPEN_METRICS + ",application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,"
                        + "*/*;q=0.1 | OPEN_METRICS",
                PROTOBUF + "," + OPEN_METRICS + ";q=0.8,text/plain;version=0.0.4;q=0.6,*/*;q=0.5 | PROTOBUF",
                PROTOBUF + ";q=0.1, text/plain;q=0.9 | TEXT",
                "text/plain;q=0, " + OPEN_METRICS + ";q=0.2 | OPEN_METRICS",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text | TEXT",
                "application/vnd.google.protobuf | TEXT",
                "application/openmetrics-text;q=high, text/plain | TEXT"
            })
    void shouldGiveWhatIsAskedFor(final String accept, final MetricsFormat format) {
        assertThat(MetricsFormat.of(accept)).isEqualTo(format);
    }
}
