package lianmai.e2e;

import java.util.Arrays;
import java.util.Locale;

/** Repeated measurements of one thing, as a line for people. Units: as named. */
record Figures(String what, String unit, double... values) {
    @Override
    public String toString() {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        final double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return String.format(
                Locale.ROOT,
                "measured: %s: median %.0f %s of %d (%.0f … %.0f)",
                what,
                median,
                unit,
                sorted.length,
                sorted[0],
                sorted[sorted.length - 1]);
    }
}
