package lianmai.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One axis of a plot: where a value lies between its ends (0 … 1), and where it is labelled.
 *
 * @param low at 0
 * @param high at 1
 */
public record Axis(Scale scale, String label, double low, double high) {
    private static final int WANTED_TICKS = 6;

    public enum Scale {
        LINEAR,
        LOG,
        /** Percentiles, each nine as wide as the one before: 90, 99, 99.9. */
        NINES
    }

    public record Tick(double value, String text) {}

    public Axis {
        if (!(low < high)) {
            throw new IllegalArgumentException("an axis from " + low + " to " + high);
        }
    }

    /** From zero to a little more than the largest value. */
    public static Axis linear(final String label, final double highest) {
        return new Axis(Scale.LINEAR, label, 0, highest > 0 ? highest * 1.08 : 1);
    }

    /** From the smallest to the largest positive value, opened to at least one whole decade. */
    public static Axis log(final String label, final double lowest, final double highest) {
        final double low = lowest > 0 ? lowest * 0.8 : 1;
        return new Axis(Scale.LOG, label, low, Math.max(highest * 1.25, low * 10));
    }

    /** Percentiles from 0 to the largest one that is less than 100. */
    static Axis nines(final String label, final double highest) {
        return new Axis(Scale.NINES, label, 0, Math.clamp(highest, 99, 99.9999));
    }

    double position(final double value) {
        final double position = (stretched(value) - stretched(low)) / (stretched(high) - stretched(low));
        return Math.clamp(position, 0, 1);
    }

    private double stretched(final double value) {
        return switch (scale) {
            case LINEAR -> value;
            case LOG -> Math.log10(Math.max(value, low));
            case NINES -> -Math.log10(1 - Math.min(value, high) / 100);
        };
    }

    List<Tick> ticks() {
        return switch (scale) {
            case LINEAR -> linearTicks();
            case LOG -> logTicks();
            case NINES -> ninesTicks();
        };
    }

    private List<Tick> linearTicks() {
        final double raw = (high - low) / WANTED_TICKS;
        final double power = Math.pow(10, Math.floor(Math.log10(raw)));
        final double step = power * (raw / power <= 1 ? 1 : raw / power <= 2 ? 2 : raw / power <= 5 ? 5 : 10);
        final List<Tick> ticks = new ArrayList<>();
        for (double value = Math.ceil(low / step) * step; value <= high; value += step) {
            ticks.add(new Tick(value, text(value)));
        }
        return ticks;
    }

    private List<Tick> logTicks() {
        final List<Tick> ticks = new ArrayList<>();
        final boolean isShort = Math.log10(high / low) < 2.5;
        for (double decade = Math.pow(10, Math.floor(Math.log10(low))); decade <= high; decade *= 10) {
            for (final int digit : isShort ? new int[] {1, 2, 5} : new int[] {1}) {
                if (decade * digit >= low && decade * digit <= high) {
                    ticks.add(new Tick(decade * digit, text(decade * digit)));
                }
            }
        }
        return ticks;
    }

    private List<Tick> ninesTicks() {
        final List<Tick> ticks = new ArrayList<>();
        for (final double percent : new double[] {0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999}) {
            if (percent <= high) {
                ticks.add(new Tick(percent, String.format(Locale.ROOT, "%s %%", trimmed(percent))));
            }
        }
        return ticks;
    }

    private static String text(final double value) {
        final double size = Math.abs(value);
        if (size >= 1e6) {
            return trimmed(value / 1e6) + " M";
        }
        return size >= 1e4 ? trimmed(value / 1e3) + " k" : trimmed(value);
    }

    private static String trimmed(final double value) {
        final String text = String.format(Locale.ROOT, "%.4f", value);
        return text.replaceAll("\\.?0+$", "");
    }
}
