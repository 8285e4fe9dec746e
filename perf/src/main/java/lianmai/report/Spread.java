package lianmai.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Arrays;
import java.util.Collection;

/**
 * The rounds of one figure: median and quartiles, because a busy host has a tail on one side only.
 *
 * @param lower quartile
 * @param upper quartile
 */
public record Spread(double median, double lower, double upper, int rounds) {
    /**
     * Half the width of a median's notch, in interquartile ranges over √n. McGill, Tukey and Larsen (1978) have 1.57,
     * which with few rounds calls one equal pair in ten different; this keeps it below one in twenty from five rounds.
     */
    private static final double NOTCH = 2.5;

    /** Quartiles are interpolated between ranks (Hyndman and Fan's seventh definition, that of R). */
    public static Spread of(final double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no rounds");
        }
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Spread(quantile(sorted, 0.5), quantile(sorted, 0.25), quantile(sorted, 0.75), values.length);
    }

    public static Spread of(final Collection<Double> values) {
        return of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double quantile(final double[] sorted, final double fraction) {
        final double rank = fraction * (sorted.length - 1);
        final int below = (int) rank;
        final int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }

    /** Half the width of the notch: medians whose notches do not overlap differ. */
    @JsonIgnore
    public double noise() {
        return NOTCH * (upper - lower) / Math.sqrt(rounds);
    }
}
