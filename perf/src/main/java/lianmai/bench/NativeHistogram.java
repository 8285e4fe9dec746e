package lianmai.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import lianmai.report.BenchResult.Percentile;

/**
 * A Prometheus native histogram, read from the protobuf of {@code /metrics}: the only format that has its fine buckets.
 *
 * <p>Of the protobuf (client_model's metrics.proto) just what is needed is understood, by field numbers:
 *
 * <pre>
 *   MetricFamily  1 name  4 metric…
 *   Metric        7 histogram
 *   Histogram     5 schema  12 positive span…  13 positive delta…
 *   BucketSpan    1 offset  2 length
 * </pre>
 *
 * @param schema bucket i holds what is above 2^((i-1)/2^schema) seconds and at most 2^(i/2^schema)
 * @param buckets counts by index
 */
record NativeHistogram(int schema, NavigableMap<Integer, Long> buckets) {
    static final String ACCEPT =
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

    private static final double US = 1e6;
    /** Of the distribution for a plot. */
    private static final double[] PERCENTS = {
        1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 97, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.99
    };

    /** The one of this name, all its label sets added up. */
    static NativeHistogram parse(final byte[] families, final String name) throws BenchException {
        try {
            final Wire all = new Wire(families, 0, families.length);
            while (all.hasMore()) {
                final Wire family = all.message();
                if (family.text(1).equals(name)) {
                    return of(family);
                }
            }
        } catch (final IndexOutOfBoundsException e) {
            throw new BenchException("/metrics: this is no protobuf of Prometheus", e);
        }
        throw new BenchException("/metrics has no " + name);
    }

    private static NativeHistogram of(final Wire family) throws BenchException {
        final NavigableMap<Integer, Long> buckets = new TreeMap<>();
        int schema = 0;
        for (final Wire metric : family.messages(4)) {
            for (final Wire histogram : metric.messages(7)) {
                schema = (int) histogram.zigzags(5).getFirst().longValue();
                add(histogram, buckets);
            }
        }
        return new NativeHistogram(schema, buckets);
    }

    /** Spans say which indexes are there, deltas by how much each count differs from the one before. */
    private static void add(final Wire histogram, final Map<Integer, Long> buckets) throws BenchException {
        final List<Long> deltas = histogram.zigzags(13);
        int index = 0;
        int next = 0;
        long count = 0;
        for (final Wire span : histogram.messages(12)) {
            final List<Long> offset = span.zigzags(1);
            index += offset.isEmpty() ? 0 : offset.getFirst().intValue();
            for (long left = span.varints(2).getFirst(); left > 0; left--) {
                if (next == deltas.size()) {
                    throw new BenchException("/metrics: a histogram's spans are longer than its counts");
                }
                count += deltas.get(next++);
                buckets.merge(index++, count, Long::sum);
            }
        }
    }

    /** What came since. */
    NativeHistogram minus(final NativeHistogram earlier) {
        final NavigableMap<Integer, Long> since = new TreeMap<>();
        buckets.forEach((index, count) -> {
            final long more = count - earlier.buckets.getOrDefault(index, 0L);
            if (more > 0) {
                since.put(index, more);
            }
        });
        return new NativeHistogram(schema, since);
    }

    /** Both together; of the same schema, unless one is empty. */
    NativeHistogram plus(final NativeHistogram other) {
        final NavigableMap<Integer, Long> sum = new TreeMap<>(buckets);
        other.buckets.forEach((index, count) -> sum.merge(index, count, Long::sum));
        return new NativeHistogram(Math.max(schema, other.schema), sum);
    }

    long count() {
        return buckets.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Interpolated within its bucket, in equal parts of the ratio of its ends; µs. */
    double micros(final double percent) {
        final double rank = percent / 100 * count();
        long below = 0;
        for (final Map.Entry<Integer, Long> bucket : buckets.entrySet()) {
            if (below + bucket.getValue() >= rank) {
                final double part = (rank - below) / bucket.getValue();
                return Math.pow(2, (bucket.getKey() - 1 + part) / (1 << schema)) * US;
            }
            below += bucket.getValue();
        }
        return 0;
    }

    List<Percentile> percentiles() {
        final List<Percentile> percentiles = new ArrayList<>();
        if (count() > 0) {
            for (final double percent : PERCENTS) {
                percentiles.add(new Percentile(percent, micros(percent)));
            }
        }
        return percentiles;
    }

    /** A protobuf message: fields by number, read as often as asked. Thread: one. */
    private static final class Wire {
        private static final int VARINT = 0;
        private static final int FIXED64 = 1;
        private static final int BYTES = 2;
        private static final int FIXED32 = 5;

        private final byte[] bytes;
        private final int from;
        private final int to;
        private int at;

        Wire(final byte[] bytes, final int from, final int to) {
            this.bytes = bytes;
            this.from = from;
            this.to = to;
            at = from;
        }

        boolean hasMore() {
            return at < to;
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                final byte next = bytes[at++];
                value |= (long) (next & 0x7F) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }

        /** The next one with its length before it. */
        Wire message() {
            final int length = (int) varint();
            final Wire message = new Wire(bytes, at, at + length);
            at += length;
            return message;
        }

        /** All of a field: nested ones and texts as messages, numbers as the bytes they stand in. */
        private List<Wire> messages(final int wanted) {
            final List<Wire> found = new ArrayList<>();
            at = from;
            while (at < to) {
                final long key = varint();
                final int start = at;
                final Wire value =
                        switch ((int) key & 7) {
                            case VARINT -> {
                                varint();
                                yield new Wire(bytes, start, at);
                            }
                            case FIXED64 -> new Wire(bytes, start, at += 8);
                            case BYTES -> message();
                            case FIXED32 -> new Wire(bytes, start, at += 4);
                            default -> throw new IndexOutOfBoundsException("wire type " + (key & 7));
                        };
                if (key >>> 3 == wanted) {
                    found.add(value);
                }
            }
            return found;
        }

        String text(final int field) {
            final Wire text = messages(field).getFirst();
            return new String(bytes, text.from, text.to - text.from, StandardCharsets.UTF_8);
        }

        /** Numbers of a repeated field, packed or not. */
        List<Long> varints(final int field) {
            final List<Long> numbers = new ArrayList<>();
            for (final Wire packed : messages(field)) {
                while (packed.hasMore()) {
                    numbers.add(packed.varint());
                }
            }
            return numbers;
        }

        List<Long> zigzags(final int field) {
            return varints(field).stream().map(n -> n >>> 1 ^ -(n & 1)).toList();
        }
    }
}
