package lianmai.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.prometheus.metrics.expositionformats.PrometheusProtobufWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What Prometheus' own writer writes is read back. */
class NativeHistogramTest {
    private static final String NAME = "lianmai_residence_seconds";

    private static byte[] written(final Map<Integer, Long> first, final Map<Integer, Long> second) throws IOException {
        final HistogramSnapshot histogram = HistogramSnapshot.builder()
                .name(NAME)
                .help("how long packets stay")
                .dataPoint(point("0", first))
                .dataPoint(point("1", second))
                .build();
        final GaugeSnapshot other = GaugeSnapshot.builder()
                .name("lianmai_rooms")
                .dataPoint(
                        GaugeSnapshot.GaugeDataPointSnapshot.builder().value(3).build())
                .build();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new PrometheusProtobufWriter().write(bytes, MetricSnapshots.of(other, histogram));
        return bytes.toByteArray();
    }

    private static HistogramDataPointSnapshot point(final String shard, final Map<Integer, Long> buckets) {
        final NativeHistogramBuckets.Builder sparse = NativeHistogramBuckets.builder();
        new TreeMap<>(buckets).forEach(sparse::bucket);
        final long count = buckets.values().stream().mapToLong(Long::longValue).sum();
        return HistogramDataPointSnapshot.builder()
                .labels(Labels.of("shard", shard))
                .classicHistogramBuckets(ClassicHistogramBuckets.builder()
                        .bucket(Double.POSITIVE_INFINITY, count)
                        .build())
                .nativeSchema(3)
                .nativeBucketsForPositiveValues(sparse.build())
                .build();
    }

    @Test
    void shouldReadEveryBucketAndAddUpTheShards() throws Exception {
        final Map<Integer, Long> first = Map.of(-100, 5L, -99, 7L, -60, 1L, -40, 1_000_000L);
        final NativeHistogram read = NativeHistogram.parse(written(first, Map.of(-99, 3L, 2, 9L)), NAME);
        assertThat(read.schema()).isEqualTo(3);
        assertThat(read.buckets())
                .containsExactly(
                        Map.entry(-100, 5L),
                        Map.entry(-99, 10L),
                        Map.entry(-60, 1L),
                        Map.entry(-40, 1_000_000L),
                        Map.entry(2, 9L));
    }

    @Test
    void shouldTellPercentilesOfWhatCameSince() throws Exception {
        final NativeHistogram before = NativeHistogram.parse(written(Map.of(-80, 100L), Map.of()), NAME);
        final NativeHistogram after =
                NativeHistogram.parse(written(Map.of(-80, 100L, -72, 99L), Map.of(-64, 1L)), NAME);
        final NativeHistogram since = after.minus(before);
        assertThat(since.count()).isEqualTo(100);
        // 2^(-72/8) seconds is the upper end of the bucket that has all but one.
        assertThat(since.micros(50)).isCloseTo(1e6 / 512, within(1e6 / 512 * 0.09));
        assertThat(since.micros(99)).isCloseTo(1e6 / 512, within(1e-6));
        assertThat(since.micros(99.9)).isCloseTo(1e6 / 256, within(1e6 / 256 * 0.09));
        assertThat(since.plus(before).count()).isEqualTo(200);
    }

    @Test
    void shouldSayWhatIsNotThere() throws Exception {
        final byte[] text = written(Map.of(1, 1L), Map.of());
        assertThatThrownBy(() -> NativeHistogram.parse(text, "lianmai_other"))
                .hasMessage("/metrics has no lianmai_other");
        assertThatThrownBy(() -> NativeHistogram.parse(new byte[] {1, 2, -1, -1}, NAME))
                .isInstanceOf(BenchException.class);
    }
}
