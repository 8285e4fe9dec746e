package lianmai.jitter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelayHistogramTest {
    private final DelayHistogram histogram = new DelayHistogram(0.983);

    @Test
    void shouldTakeTheFirstSampleForAll() {
        assertThat(histogram.isEmpty()).isTrue();
        histogram.add(7);
        assertThat(histogram.isEmpty()).isFalse();
        assertThat(histogram.quantile(0.95)).isEqualTo(7);
        assertThat(histogram.quantile(0.01)).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50, 99})
    void shouldForgetWhatIsLongAgo(final int bucket) {
        for (int i = 0; i < 1000; i++) {
            histogram.add(99 - bucket);
        }
        // 0.983^174 = 0.05
        for (int i = 0; i < 175; i++) {
            histogram.add(bucket);
        }
        assertThat(histogram.quantile(0.95)).isEqualTo(bucket);
    }

    @Test
    void shouldCoverOneRarePeakInTwentyAndNotRarerOnes() {
        for (int i = 0; i < 2000; i++) {
            histogram.add(i % 10 == 0 ? 30 : 1);
        }
        assertThat(histogram.quantile(0.95)).isEqualTo(30);
        for (int i = 0; i < 2000; i++) {
            histogram.add(i % 100 == 0 ? 30 : 1);
        }
        assertThat(histogram.quantile(0.95)).isEqualTo(1);
    }

    @Test
    void shouldIgnoreStalls() {
        histogram.add(3);
        histogram.add(DelayHistogram.BUCKETS);
        histogram.add(Long.MAX_VALUE);
        assertThat(histogram.quantile(1)).isEqualTo(3);
    }

    @Test
    void shouldWaitOnlyForWhatIsWorthIt() {
        final DelayHistogram reordered = new DelayHistogram(0.9993);
        for (int i = 0; i < 10_000; i++) {
            reordered.add(i % 100 == 0 ? 3 : 0);
        }
        // One per cent is worth one bucket of 20 ms. Above bucket 2 that is what bucket 3 costs, above 1 it is too
        // dear.
        assertThat(reordered.cheapest(1, 100)).isZero();
        assertThat(reordered.cheapest(3, 100)).isEqualTo(3);
        assertThat(reordered.cheapest(1, 300)).isEqualTo(3);
    }

    @Test
    void shouldKeepItsSumOverMillionsOfSamples() {
        final DelayHistogram quick = new DelayHistogram(0.5);
        for (int i = 0; i < 3_000_000; i++) {
            quick.add(i % 2);
        }
        // The last one, of bucket 1, has a weight of 2/3 with all of its kind.
        assertThat(quick.quantile(0.30)).isZero();
        assertThat(quick.quantile(0.34)).isEqualTo(1);
    }
}
