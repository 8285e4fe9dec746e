package lianmai.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Buckets: where each time belongs. */
class ResidenceTest {
    @Test
    void shouldHaveAscendingBoundsWithTheBudgetAmongThem() {
        assertThat(Residence.BOUNDS).isSorted().doesNotHaveDuplicates().contains(1_000_000L);
        assertThat(Residence.BOUNDS).startsWith(1_000L, 1_500L, 2_000L).endsWith(7_000_000_000L, 10_000_000_000L);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1000, 0", "1001, 1", "1500, 1", "1501, 2", "10000000000, 42", "10000000001, 43"})
    void shouldPutATimeIntoTheBucketThatEndsAtOrAboveIt(final long ns, final int index) {
        assertThat(Residence.indexOf(ns)).isEqualTo(index);
    }

    /** Native buckets end at powers of 2^(1/8) seconds: 1 s itself is the end of bucket 0, 2 s of bucket 8. */
    @ParameterizedTest
    @CsvSource({"1000000000, 0", "1000000001, 1", "2000000000, 8", "500000000, -8", "953, -160", "10000000000, 27"})
    void shouldFindTheNativeBucket(final long ns, final int index) {
        assertThat(Residence.nativeIndexOf(ns)).isEqualTo(index);
        assertThat(Math.pow(2, index / 8.0) * 1e9).isGreaterThanOrEqualTo(ns - 1e-3);
        assertThat(Math.pow(2, (index - 1) / 8.0) * 1e9).isLessThan((double) ns);
    }
}
