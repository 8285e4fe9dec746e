package lianmai.bench;

import java.util.ArrayList;
import java.util.List;
import lianmai.report.BenchResult.Contender;
import lianmai.report.BenchResult.Percentile;
import lianmai.report.BenchResult.Round;
import org.HdrHistogram.Histogram;

/** The rounds of one target as they come. Thread: one. */
final class Tallying {
    private static final double[] PERCENTS = {
        0, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 92.5, 95, 97, 98, 99, 99.5, 99.7, 99.8, 99.9, 99.95, 99.98, 99.99,
        99.995, 99.999
    };

    private final Target target;
    private final List<Round> rounds = new ArrayList<>();
    private Histogram latency;

    Tallying(final Target target) {
        this.target = target;
    }

    Target target() {
        return target;
    }

    void add(final Round round, final Histogram ofRound) {
        rounds.add(round);
        if (ofRound == null) {
            return;
        }
        if (latency == null) {
            latency = ofRound.copy();
        } else {
            latency.add(ofRound);
        }
    }

    Contender contender() {
        return new Contender(target.name(), target.about(), rounds, percentiles(latency));
    }

    /** As far as ten samples are beyond each. */
    static List<Percentile> percentiles(final Histogram histogram) {
        final List<Percentile> percentiles = new ArrayList<>();
        if (histogram == null || histogram.getTotalCount() == 0) {
            return percentiles;
        }
        for (final double percent : PERCENTS) {
            if (percent <= 90 || histogram.getTotalCount() * (1 - percent / 100) >= 10) {
                percentiles.add(new Percentile(percent, histogram.getValueAtPercentile(percent) / 1e3));
            }
        }
        return percentiles;
    }
}
