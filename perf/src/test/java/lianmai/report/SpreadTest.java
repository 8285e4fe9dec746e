package lianmai.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void shouldInterpolateQuartilesAsRDoes() {
        // quantile(c(10, 2, 7, 1), c(.25, .5, .75)) in R: 1.75 4.50 7.75
        assertThat(Spread.of(10, 2, 7, 1)).isEqualTo(new Spread(4.5, 1.75, 7.75, 4));
        assertThat(Spread.of(3)).isEqualTo(new Spread(3, 3, 3, 1));
        assertThat(Spread.of(5, 1, 3)).isEqualTo(new Spread(3, 2, 4, 3));
    }

    @Test
    void shouldNotLetOneBadRoundMoveTheMedian() {
        assertThat(Spread.of(100, 101, 99, 100, 5_000).median()).isEqualTo(100);
    }

    @Test
    void shouldRefuseToSumUpNothing() {
        assertThatThrownBy(() -> Spread.of()).isInstanceOf(IllegalArgumentException.class);
    }

    /** Equal things, five rounds each: fewer than one pair in twenty may look different. */
    @Test
    void shouldCallEqualThingsEqualMostOfTheTime() {
        final Random random = new Random(1);
        int apart = 0;
        for (int trial = 0; trial < 4_000; trial++) {
            final Spread one = rounds(random, 5);
            final Spread other = rounds(random, 5);
            apart += Math.abs(one.median() - other.median()) > one.noise() + other.noise() ? 1 : 0;
        }
        assertThat(apart / 4_000.0).isBetween(0.005, 0.05);
    }

    private static Spread rounds(final Random random, final int count) {
        final double[] values = new double[count];
        Arrays.setAll(values, i -> random.nextGaussian());
        return Spread.of(values);
    }

    @Test
    void shouldSeeADifferenceThatIsThere() {
        final Random random = new Random(1);
        final Spread one = Spread.of(random.doubles(9, 1.00, 1.04).toArray());
        final Spread other = Spread.of(random.doubles(9, 1.10, 1.14).toArray());
        assertThat(other.median() - one.median()).isGreaterThan(one.noise() + other.noise());
        assertThat(one.median()).isCloseTo(1.02, within(0.02));
    }
}
