package lianmai.server;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lianmai.http.ServerStatus;
import lianmai.stat.Figures;
import lianmai.stat.StatEntry;

/**
 * Everything the server shows, as Prometheus reads it: the same names as {@code lianmai stat}, with a prefix, the base
 * unit and {@code _total} as its conventions want them.
 *
 * <p>Thread: any.
 */
final class PrometheusMetrics {
    private static final String PREFIX = "lianmai_";
    private static final double NS = 1e9;
    /** Of the buckets kept, those with a leading 1, 2 or 5 are told apart in the text: each costs a time series. */
    private static final List<Integer> CLASSIC = List.of(1, 2, 5);

    private final Figures figures;
    private final List<Residence> residences;

    PrometheusMetrics(final Figures figures, final List<Residence> residences) {
        this.figures = figures;
        this.residences = List.copyOf(residences);
    }

    /** In the format that fits a request's {@code Accept}, which may be null. */
    ServerStatus.Exposition exposition(final String accept) {
        final ExpositionFormatWriter writer = MetricsFormat.of(accept).writer();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            writer.write(body, snapshots());
        } catch (final IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return new ServerStatus.Exposition(writer.getContentType(), body.toByteArray());
    }

    private MetricSnapshots snapshots() {
        final long[] cells = new long[figures.cells()];
        figures.read(cells);
        final Map<String, List<StatEntry>> families = new LinkedHashMap<>();
        for (final StatEntry entry : figures.entries()) {
            families.computeIfAbsent(name(entry), _ -> new ArrayList<>()).add(entry);
        }
        final MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
        families.forEach((name, family) -> snapshots.metricSnapshot(snapshot(name, family, cells)));
        return snapshots.build();
    }

    private MetricSnapshot snapshot(final String name, final List<StatEntry> family, final long[] cells) {
        return switch (family.getFirst().kind()) {
            case COUNTER -> {
                final CounterSnapshot.Builder counter =
                        CounterSnapshot.builder().name(name).help(help(family));
                family.forEach(entry -> counter.dataPoint(CounterDataPointSnapshot.builder()
                        .labels(labels(entry))
                        .value(value(entry, cells[entry.cell()]))
                        .build()));
                yield counter.build();
            }
            case LEVEL -> {
                final GaugeSnapshot.Builder gauge =
                        GaugeSnapshot.builder().name(name).help(help(family));
                family.forEach(entry -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels(entry))
                        .value(value(entry, cells[entry.cell()]))
                        .build()));
                yield gauge.build();
            }
            case HISTOGRAM -> {
                final HistogramSnapshot.Builder histogram =
                        HistogramSnapshot.builder().name(name).help(help(family));
                family.forEach(entry -> histogram.dataPoint(distribution(entry)));
                yield histogram.build();
            }
        };
    }

    /** Both kinds of buckets come from one moment: they must add up to the same count. */
    private HistogramDataPointSnapshot distribution(final StatEntry entry) {
        final Residence.Latest latest =
                residences.get(Integer.parseInt(entry.label(StatEntry.SHARD))).latest();
        final ClassicHistogramBuckets.Builder classic = ClassicHistogramBuckets.builder();
        long since = 0;
        for (int i = 0; i < entry.bounds().size(); i++) {
            since += latest.buckets()[i];
            final long bound = entry.bounds().get(i);
            if (isTold(bound)) {
                classic.bucket(bound / NS, since);
                since = 0;
            }
        }
        classic.bucket(
                Double.POSITIVE_INFINITY,
                since + latest.buckets()[entry.bounds().size()]);
        final NativeHistogramBuckets.Builder sparse = NativeHistogramBuckets.builder();
        latest.nativeBuckets().forEach(sparse::bucket);
        return HistogramDataPointSnapshot.builder()
                .labels(labels(entry))
                .classicHistogramBuckets(classic.build())
                .nativeSchema(Residence.NATIVE_SCHEMA)
                .nativeBucketsForPositiveValues(sparse.build())
                .sum(latest.sinceStart().times().totalNs() / NS)
                .build();
    }

    private static boolean isTold(final long bound) {
        long leading = bound;
        while (leading >= 10 && leading % 10 == 0) {
            leading /= 10;
        }
        return leading < 10 && CLASSIC.contains((int) leading);
    }

    private static String name(final StatEntry entry) {
        final String unit =
                switch (entry.unit()) {
                    case "ns" -> "_seconds";
                    case "bytes" -> "_bytes";
                    default -> "";
                };
        // Names that every process and every JVM has are the ones that every dashboard knows.
        final boolean known =
                entry.name().startsWith("process_") || entry.name().startsWith("jvm_");
        return (known ? "" : PREFIX) + entry.name() + unit;
    }

    private static String help(final List<StatEntry> family) {
        final StatEntry entry = family.getFirst();
        return switch (entry.name()) {
            case "drops" -> "packets that went no further, by reason";
            case "refusals" -> "requests refused by signaling, by reason";
            case "residence_by_cause" -> "time that forwarded packets stayed, by what it went on";
            case "slow_by_cause" -> "time that slow packets stayed, by what it went on";
            default -> entry.sentence();
        };
    }

    private static Labels labels(final StatEntry entry) {
        Labels labels = Labels.EMPTY;
        for (final Map.Entry<String, String> label : entry.labels().entrySet()) {
            labels = labels.merge(Labels.of(label.getKey(), label.getValue()));
        }
        return labels;
    }

    private static double value(final StatEntry entry, final long cell) {
        return entry.unit().equals("ns") ? cell / NS : cell;
    }
}
