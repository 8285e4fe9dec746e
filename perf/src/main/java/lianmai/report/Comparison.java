package lianmai.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One figure now and in the baseline.
 *
 * @param change of the median, as a fraction; positive is worse
 * @param noise what the rounds of this run and of the baseline's allow for, as a fraction of the baseline
 */
public record Comparison(Metric metric, double before, double now, double change, double noise) {
    /** Smaller changes are nobody's regression: code moves in memory, and so do its branches. */
    private static final double NEGLIGIBLE = 0.03;

    /** Whether it got worse by more than the noise. */
    public boolean isRegression() {
        return change > noise;
    }

    /** Compares a run with what was kept for its scenario; an empty list when nothing was. */
    public static List<Comparison> of(final Baseline baseline, final BenchResult result) {
        final List<Comparison> comparisons = new ArrayList<>();
        final Baseline.Entry entry = baseline.scenarios().get(Baseline.key(result));
        if (entry == null) {
            return comparisons;
        }
        final Map<Metric, Spread> now = Baseline.relative(result);
        entry.relative().forEach((metric, before) -> {
            final Spread current = now.get(metric);
            if (current != null && before.median() > 0) {
                comparisons.add(compare(metric, before, current));
            }
        });
        return comparisons;
    }

    private static Comparison compare(final Metric metric, final Spread before, final Spread now) {
        final double rise = (now.median() - before.median()) / before.median();
        final double noise = Math.max(NEGLIGIBLE, (before.noise() + now.noise()) / before.median());
        return new Comparison(metric, before.median(), now.median(), metric.isBetterHigher() ? -rise : rise, noise);
    }

    /** A line for people. */
    @Override
    public String toString() {
        final String verdict = isRegression() ? "REGRESSION" : change < -noise ? "better" : "equal within the noise";
        return String.format(
                Locale.ROOT,
                "%s: %s; %.3f, was %.3f in units of the C loop (%.1f %% %s, noise %.1f %%)",
                metric.label(),
                verdict,
                now,
                before,
                Math.abs(change) * 100,
                change > 0 ? "worse" : "better",
                noise * 100);
    }
}
