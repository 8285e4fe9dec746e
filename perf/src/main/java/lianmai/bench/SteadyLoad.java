package lianmai.bench;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import lianmai.load.LoadException;
import lianmai.load.LoadRun;
import lianmai.report.BenchResult.Pause;
import lianmai.report.BenchResult.Round;
import lianmai.report.BenchResult.Step;
import lianmai.report.Metric;

/**
 * Fan-out, conference, audio and soak: a load that flows evenly, measured in rounds that alternate between the servers.
 * With {@code --find-max} the rounds take place at the highest load that our server bears.
 */
final class SteadyLoad {
    /** Whoever has joined last has its key frame and its jitter behind it. */
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private static final Duration READY = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 3;
    /** Beyond it the generator may be what is measured. */
    private static final double BUSY_PERCENT = 80;

    private final BenchPlan plan;
    private final ReferenceLoops loops;
    private final Findings findings;

    SteadyLoad(final BenchPlan plan, final ReferenceLoops loops, final Findings findings) {
        this.plan = plan;
        this.loops = loops;
        this.findings = findings;
    }

    void run(final List<Target> targets) throws BenchException {
        final BenchPlan.Timing timing = plan.timing();
        final double roundS = timing.round().plus(SETTLE).toMillis() / 1e3 + 2;
        final double steps = timing.findMax() ? SearchMax.MOST_STEPS : 0;
        final Progress progress = Progress.onConsole(
                targets.size() * (timing.warmUp().toMillis() / 1e3 + 2 + (timing.rounds() + steps) * roundS));
        try (Impairment impairment = Impairment.of(plan.impair())) {
            final Rounds rounds = new Rounds(progress, impairment);
            rounds.run(targets);
        } finally {
            progress.end();
        }
    }

    private final class Rounds {
        private final Progress progress;
        private final Impairment impairment;
        private Scenario.Load load = plan.load();
        private long firstNs;

        Rounds(final Progress progress, final Impairment impairment) {
            this.progress = progress;
            this.impairment = impairment;
        }

        void run(final List<Target> targets) throws BenchException {
            for (final Target target : targets) {
                watch(target, load, plan.timing().warmUp(), "warming up " + target.name());
            }
            if (plan.timing().findMax()) {
                findMax(targets.getFirst());
            }
            final List<Tallying> tallies = targets.stream().map(Tallying::new).toList();
            firstNs = System.nanoTime();
            for (int round = 0; round < plan.timing().rounds(); round++) {
                for (int i = 0; i < tallies.size(); i++) {
                    // Who begins changes, so that nobody always follows the same neighbour.
                    one(tallies.get((i + round) % tallies.size()), round);
                }
            }
            tallies.forEach(tally -> findings.add(tally.contender()));
        }

        private void one(final Tallying tally, final int round) throws BenchException {
            final Target target = tally.target();
            final OptionalDouble reference = loops.moment();
            final String stage = String.format(
                    Locale.ROOT, "round %d of %d: %s", round + 1, plan.timing().rounds(), target.name());
            final boolean isSoak = plan.scenario() == Scenario.SOAK && target instanceof LianmaiTarget;
            final double slotsBefore =
                    isSoak ? ((LianmaiTarget) target).scrape().slotsInUse() : 0;
            final Window.View view = watch(target, load, plan.timing().round(), stage);
            final Map<Metric, Double> figures = new EnumMap<>(view.figures());
            if (isSoak) {
                Window.sleep(SETTLE.toNanos());
                figures.put(Metric.SLOTS_LEFT, ((LianmaiTarget) target).scrape().slotsInUse() - slotsBefore);
            }
            figures.put(Metric.SUBSCRIBERS, (double) load.rooms() * load.subscribers());
            reference.ifPresent(ns -> figures.put(Metric.REFERENCE_NS, ns));
            if (target instanceof LianmaiTarget ours) {
                addJvm(ours, view, figures);
            }
            warn(target, figures);
            tally.add(new Round(figures), view.latency());
        }

        private void addJvm(final LianmaiTarget ours, final Window.View view, final Map<Metric, Double> figures)
                throws BenchException {
            final List<Pause> pauses = ours.jvmLog().between(view.fromNs(), view.toNs());
            final double offsetS = (view.fromNs() - firstNs) * 1e-9;
            findings.timeline(JvmLog.plotted(pauses).stream()
                    .map(pause -> new Pause(pause.atS() + offsetS, pause.micros(), pause.what(), pause.isSafepoint()))
                    .toList());
            figures.put(Metric.GC_CYCLES, (double)
                    pauses.stream().filter(pause -> !pause.isSafepoint()).count());
            figures.put(
                    Metric.SAFEPOINT_MAX_US,
                    pauses.stream()
                            .filter(Pause::isSafepoint)
                            .mapToDouble(Pause::micros)
                            .max()
                            .orElse(0));
        }

        private void findMax(final Target target) throws BenchException {
            final SearchMax search = new SearchMax(load.subscribers());
            while (!search.isOver()) {
                final int subscribers = search.next();
                final Scenario.Load tried = LoadShape.withSubscribers(load, subscribers);
                final Step step = step(target, tried);
                search.found(step.isGood());
                findings.add(step);
            }
            if (search.best() == 0) {
                throw new BenchException(
                        "even " + search.lowest() + " viewers are too many; see --subscribers, --bitrate");
            }
            load = LoadShape.withSubscribers(load, search.best());
        }

        private Step step(final Target target, final Scenario.Load tried) throws BenchException {
            final int viewers = tried.rooms() * tried.subscribers();
            final Window.View view = watch(target, tried, plan.timing().round(), "trying " + viewers + " viewers");
            final Map<Metric, Double> figures = view.figures();
            warn(target, figures);
            final double lost = Math.max(figures.get(Metric.LOSS_PERCENT), figures.get(Metric.UNDELIVERED_PERCENT));
            final double p99 = figures.getOrDefault(Metric.LATENCY_P99_US, 0.0);
            final boolean isGood = lost <= SearchMax.GOOD_LOSS_PERCENT
                    && p99 <= plan.timing().p99Limit().toNanos() / 1e3;
            final double offered = figures.get(Metric.FORWARDED_PER_S)
                    / Math.max(0.01, 1 - figures.get(Metric.UNDELIVERED_PERCENT) / 100);
            return new Step(viewers, offered, lost, p99, isGood);
        }

        /** A server that does not take everybody in at once gets two more chances, which the report tells. */
        private Window.View watch(
                final Target target, final Scenario.Load offered, final Duration length, final String stage)
                throws BenchException {
            for (int attempt = 1; ; attempt++) {
                try {
                    return watchOnce(target, offered, length, stage);
                } catch (final LoadException e) {
                    if (attempt == ATTEMPTS) {
                        throw e;
                    }
                    findings.warn(target.name() + ", so that the round was begun again: " + e.getMessage());
                }
            }
        }

        private Window.View watchOnce(
                final Target target, final Scenario.Load offered, final Duration length, final String stage)
                throws BenchException {
            try (LoadRun run = LoadRun.start(LoadShape.plan(offered).withRoute(impairment), target.door())) {
                progress.show(stage, "joining", 0, System.nanoTime());
                run.awaitReady(READY);
                progress.show(stage, "settling", 0, System.nanoTime());
                Window.sleep(SETTLE.toNanos());
                progress.show(stage, "", SETTLE.toMillis() / 1e3, System.nanoTime());
                final Window window = new Window(target, run);
                return plan.scenario() == Scenario.SOAK && target instanceof LianmaiTarget ours
                        ? soak(ours, window, length, stage)
                        : window.watch(length, progress, stage);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BenchException("interrupted", e);
            }
        }

        private Window.View soak(
                final LianmaiTarget ours, final Window window, final Duration length, final String stage)
                throws BenchException {
            final HeapTraffic heap = new HeapTraffic(ours.pid().getAsLong());
            final HeapTraffic.Allocated before = heap.allocated();
            final Window.View view = window.watch(length, progress, stage);
            view.figures().put(Metric.SLOTS_IN_USE, ours.scrape().slotsInUse());
            final HeapTraffic.Allocated allocated = heap.allocated().minus(before);
            final double seconds = (view.toNs() - view.fromNs()) * 1e-9;
            view.figures().put(Metric.ALLOCATED_PER_S, allocated.process() / seconds);
            view.figures()
                    .put(
                            Metric.ALLOCATED_PER_PACKET,
                            allocated.process() / (view.figures().get(Metric.FORWARDED_PER_S) * seconds));
            view.figures().put(Metric.RELAY_ALLOCATED, (double) allocated.relay());
            return view;
        }

        private void warn(final Target target, final Map<Metric, Double> figures) {
            if (figures.get(Metric.GENERATOR_CORE_PERCENT) > BUSY_PERCENT) {
                findings.warn("The generator was busy for more than 80 % of its core against " + target.name()
                        + ": latency and loss may be its own.");
            }
            if (figures.get(Metric.RECEIVE_DROPS) > 0) {
                findings.warn("The generator's receive buffer was full against " + target.name()
                        + ": packets were lost there that the server had sent.");
            }
            if (figures.get(Metric.INTEGRITY_ERRORS) > 0) {
                findings.warn(target.name() + " delivered packets that were not what was sent.");
            }
        }
    }
}
