package lianmai.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import lianmai.reference.ReferenceRow;
import lianmai.reference.ReferenceRow.Latency;
import lianmai.report.BenchResult.Contender;
import lianmai.report.BenchResult.Round;
import lianmai.report.Metric;

/**
 * How long packets stay in the relay, from the kernel's receive timestamp to the send submitted, at certain shares of
 * its core, each in rounds of its own; before each round a C loop fans the same bursts out to as many viewers and tells
 * the same time. One camera and its sound, so that a frame waits for nothing but itself.
 *
 * <p>Rounds have no key frames, unless a viewer asks for one, which is counted. Bursts of that size are measured apart,
 * in windows that have as many bits in fewer frames, each as large as a key frame.
 *
 * <p>Thread: one.
 */
final class ResidenceLoad {
    private static final double[] SHARES = {30, 50, 70};
    private static final int FIRST_GUESS = 250;

    private final BenchPlan plan;
    private final ReferenceLoops loops;
    private final Findings findings;

    /** One share of the core. */
    private static final class Level {
        private final Scenario.Load load;
        private final String name;
        private final List<Round> rounds = new ArrayList<>();
        private NativeHistogram all = new NativeHistogram(0, new TreeMap<>());

        Level(final Scenario.Load load, final String name) {
            this.load = load;
            this.name = name;
        }
    }

    ResidenceLoad(final BenchPlan plan, final ReferenceLoops loops, final Findings findings) {
        this.plan = plan;
        this.loops = loops;
        this.findings = findings;
    }

    void run(final LianmaiTarget target) throws BenchException {
        final BenchPlan.Timing timing = plan.timing();
        final double roundS = timing.round().plus(Watching.SETTLE).toMillis() / 1e3 * 2 + 4;
        final Progress progress = Progress.onConsole(timing.warmUp().toMillis() / 1e3
                + SHARES.length * (timing.rounds() * 2 * roundS + ShareSearch.MOST_STEPS * 7.0));
        try (Impairment impairment = Impairment.of(plan.impair())) {
            final Watching watching = new Watching(progress, impairment, findings, true);
            final List<Level> levels = levels(watching, target);
            for (int round = 0; round < timing.rounds(); round++) {
                for (int i = 0; i < levels.size(); i++) {
                    one(watching, target, levels.get((i + round) % levels.size()), round);
                }
            }
            levels.forEach(level -> findings.add(contender(level)));
        } finally {
            progress.end();
        }
    }

    /** Told how many viewers, there is one level; otherwise one for each share. */
    private List<Level> levels(final Watching watching, final LianmaiTarget target) throws BenchException {
        final List<Level> levels = new ArrayList<>();
        final boolean isGiven = plan.load().subscribers() > 0;
        Scenario.Load load = isGiven ? plan.load() : LoadShape.withSubscribers(plan.load(), FIRST_GUESS);
        watching.watch(target, load, plan.timing().warmUp(), "warming up " + target.name());
        if (isGiven) {
            levels.add(new Level(load, load.subscribers() + " viewers"));
            return levels;
        }
        double before = 0;
        for (final double share : SHARES) {
            if (before > 0) {
                load = LoadShape.withSubscribers(load, (int) (load.subscribers() * share / before));
            }
            load = SteadyLoad.withShare(watching, target, load, share);
            levels.add(new Level(load, String.format(Locale.ROOT, "at %.0f %%", share)));
            before = share;
        }
        return levels;
    }

    private void one(final Watching watching, final LianmaiTarget target, final Level level, final int round)
            throws BenchException {
        final String stage = String.format(
                Locale.ROOT, "round %d of %d: %s", round + 1, plan.timing().rounds(), level.name);
        final Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.putAll(loops.moment());
        window(watching, target, level.load, stage, figures, level);
        final Map<Metric, Double> ofKeys = new EnumMap<>(Metric.class);
        window(watching, target, level.load.inKeyFrames(), stage + ", key frames", ofKeys, null);
        figures.put(Metric.KEY_RESIDENCE_P50_US, ofKeys.get(Metric.RESIDENCE_P50_US));
        figures.put(Metric.KEY_RESIDENCE_P99_US, ofKeys.get(Metric.RESIDENCE_P99_US));
        if (ofKeys.containsKey(Metric.FLOOR_P99_US)) {
            figures.put(Metric.KEY_FLOOR_P50_US, ofKeys.get(Metric.FLOOR_P50_US));
            figures.put(Metric.KEY_FLOOR_P99_US, ofKeys.get(Metric.FLOOR_P99_US));
            addRatio(figures, Metric.KEY_TO_FLOOR_P99, Metric.KEY_RESIDENCE_P99_US, Metric.KEY_FLOOR_P99_US);
        }
        level.rounds.add(new Round(figures));
    }

    /** The C loop, then ours; what is stated of it is added to a level unless that is null. */
    private void window(
            final Watching watching,
            final LianmaiTarget target,
            final Scenario.Load load,
            final String stage,
            final Map<Metric, Double> figures,
            final Level level)
            throws BenchException {
        if (loops.missing() == null) {
            // Those of the round before are still leaving.
            Window.sleep(Watching.SETTLE.toNanos());
            final Duration length = plan.timing().round();
            final String seconds = String.format(Locale.ROOT, "%.2f", length.toMillis() / 1e3);
            addFloor(figures, loops.fanout(load, seconds, "1"));
        }
        final NativeHistogram[] residence = new NativeHistogram[1];
        final Window.View view = watching.watch(target, load, stage, window -> {
            final NativeHistogram before = target.residence();
            final Window.View seen = window.watch(plan.timing().round(), watching.progress(), stage);
            residence[0] = target.residence().minus(before);
            return seen;
        });
        figures.putAll(view.figures());
        watching.warn(target, figures);
        figures.put(Metric.SUBSCRIBERS, (double) load.rooms() * load.subscribers());
        figures.put(Metric.KEY_FRAMES, (double) view.load().sent().keyFrames());
        addResidence(figures, residence[0]);
        if (level != null) {
            level.all = level.all.plus(residence[0]);
        }
    }

    private static void addFloor(final Map<Metric, Double> figures, final ReferenceRow row) {
        final Latency submit = row.latencies().get("submit");
        figures.put(Metric.C_LOOP_NS, ReferenceLoops.cost(row));
        figures.put(Metric.FLOOR_P50_US, submit.p50() / 1e3);
        figures.put(Metric.FLOOR_P99_US, submit.p99() / 1e3);
        figures.put(Metric.FLOOR_P999_US, submit.p999() / 1e3);
    }

    private static void addResidence(final Map<Metric, Double> figures, final NativeHistogram residence) {
        figures.put(Metric.RESIDENCE_P50_US, residence.micros(50));
        figures.put(Metric.RESIDENCE_P99_US, residence.micros(99));
        figures.put(Metric.RESIDENCE_P999_US, residence.micros(99.9));
        addRatio(figures, Metric.RESIDENCE_TO_FLOOR_P50, Metric.RESIDENCE_P50_US, Metric.FLOOR_P50_US);
        addRatio(figures, Metric.RESIDENCE_TO_FLOOR_P99, Metric.RESIDENCE_P99_US, Metric.FLOOR_P99_US);
        addRatio(figures, Metric.RESIDENCE_TO_FLOOR_P999, Metric.RESIDENCE_P999_US, Metric.FLOOR_P999_US);
    }

    private static void addRatio(
            final Map<Metric, Double> figures, final Metric ratio, final Metric ours, final Metric floor) {
        if (figures.containsKey(floor) && figures.get(floor) > 0) {
            figures.put(ratio, figures.get(ours) / figures.get(floor));
        }
    }

    private static Contender contender(final Level level) {
        final LoadShape.Burst burst = LoadShape.burst(level.load);
        final String about = String.format(
                Locale.ROOT,
                "%d viewers of one camera, %d frames a second of %d packets of %d B, and Opus",
                level.load.subscribers(),
                burst.perSecond(),
                burst.packets(),
                burst.packetBytes());
        return new Contender(level.name, about, level.rounds, level.all.percentiles());
    }
}
