package lianmai.server;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import lianmai.io.RelayShard;
import lianmai.relay.Counter;
import lianmai.relay.DropReason;

/** A shard's counters as Prometheus reads them. Thread: any. */
final class RelayMetrics {
    private static final String PREFIX = "lianmai_";

    private final RelayShard shard;

    RelayMetrics(final RelayShard shard) {
        this.shard = shard;
    }

    String text() {
        final MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
        for (final Counter counter : Counter.values()) {
            if (counter.isLevel()) {
                snapshots.metricSnapshot(level(counter));
            } else {
                snapshots.metricSnapshot(total(counter));
            }
        }
        snapshots.metricSnapshot(drops());
        final ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, snapshots.build());
        } catch (final IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    private GaugeSnapshot level(final Counter counter) {
        return GaugeSnapshot.builder()
                .name(PREFIX + name(counter))
                .help(counter.sentence())
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .value((double) shard.counters().value(counter))
                        .build())
                .build();
    }

    private CounterSnapshot total(final Counter counter) {
        return CounterSnapshot.builder()
                .name(PREFIX + name(counter))
                .help(counter.sentence())
                .dataPoint(CounterDataPointSnapshot.builder()
                        .value((double) shard.counters().value(counter))
                        .build())
                .build();
    }

    private CounterSnapshot drops() {
        final CounterSnapshot.Builder drops =
                CounterSnapshot.builder().name(PREFIX + "drops").help("packets that went no further, by reason");
        for (final DropReason reason : DropReason.values()) {
            drops.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(Labels.of("reason", name(reason)))
                    .value((double) shard.counters().value(reason))
                    .build());
        }
        return drops.build();
    }

    private static String name(final Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
