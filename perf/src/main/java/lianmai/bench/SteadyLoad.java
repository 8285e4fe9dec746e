package lianmai.bench;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import lianmai.reference.ReferenceRow;
import lianmai.report.BenchResult.Pause;
import lianmai.report.BenchResult.Round;
import lianmai.report.BenchResult.Step;
import lianmai.report.Metric;

/**
 * Fan-out, conference, audio and soak: a load that flows evenly, measured in rounds that alternate between the servers.
 * With {@code --find-max} the rounds take place at the highest load that our server bears.
 */
final class SteadyLoad {
    /** What a soak runs at unless told how many viewers. */
    private static final double SOAK_PERCENT = 70;

    private static final int FIRST_GUESS = 150;

    /** How long one try of the search for that lasts. */
    private static final Duration TRY = Duration.ofSeconds(3);

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
        final double roundS = timing.round().plus(Watching.SETTLE).toMillis() / 1e3 + 2;
        final double steps = timing.findMax() ? SearchMax.MOST_STEPS : 0;
        final Progress progress = Progress.onConsole(
                targets.size() * (timing.warmUp().toMillis() / 1e3 + 2 + (timing.rounds() + steps) * roundS));
        try (Impairment impairment = Impairment.of(plan.impair())) {
            new Rounds(new Watching(
                            progress, impairment, findings, plan.rivals().isEmpty()))
                    .run(targets);
        } finally {
            progress.end();
        }
    }

    private final class Rounds {
        private final Watching watching;
        private Scenario.Load load = plan.load();
        private long firstNs;

        Rounds(final Watching watching) {
            this.watching = watching;
        }

        void run(final List<Target> targets) throws BenchException {
            final boolean isAnyLoad = load.subscribers() == 0;
            if (isAnyLoad) {
                load = LoadShape.withSubscribers(load, FIRST_GUESS);
            }
            for (final Target target : targets) {
                watching.watch(target, load, plan.timing().warmUp(), "warming up " + target.name());
            }
            if (isAnyLoad) {
                load = withShare(watching, targets.getFirst(), load, SOAK_PERCENT);
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
            final Map<Metric, Double> reference = loops.moment();
            final String stage = String.format(
                    Locale.ROOT, "round %d of %d: %s", round + 1, plan.timing().rounds(), target.name());
            final boolean isSoak = plan.scenario() == Scenario.SOAK && target instanceof LianmaiTarget;
            final double slotsBefore =
                    isSoak ? ((LianmaiTarget) target).scrape().slotsInUse() : 0;
            final Optional<ReferenceRow> same = hasSameWork(target) ? loops.sameWork(load) : Optional.empty();
            final Window.View view = isSoak
                    ? soak((LianmaiTarget) target, stage)
                    : watching.watch(target, load, plan.timing().round(), stage);
            final Map<Metric, Double> figures = new EnumMap<>(view.figures());
            if (isSoak) {
                Window.sleep(Watching.SETTLE.toNanos());
                figures.put(Metric.SLOTS_BEFORE, slotsBefore);
                figures.put(Metric.SLOTS_LEFT, ((LianmaiTarget) target).scrape().slotsInUse() - slotsBefore);
            }
            figures.put(Metric.SUBSCRIBERS, (double) load.rooms() * load.subscribers());
            figures.putAll(reference);
            same.ifPresent(row -> addSame(row, figures));
            if (target instanceof LianmaiTarget ours) {
                addJvm(ours, view, figures);
            }
            watching.warn(target, figures);
            tally.add(new Round(figures), view.latency());
        }

        /** The rounds of a soak are too long to be beside anything. */
        private boolean hasSameWork(final Target target) {
            return target instanceof LianmaiTarget
                    && plan.scenario() != Scenario.SOAK
                    && plan.scenario() != Scenario.SHARDS;
        }

        private static void addSame(final ReferenceRow row, final Map<Metric, Double> figures) {
            final double ns = ReferenceLoops.cost(row);
            figures.put(Metric.C_LOOP_NS, ns);
            if (figures.containsKey(Metric.RELAY_NS_PER_PACKET)) {
                figures.put(Metric.C_SPEED, ns / figures.get(Metric.RELAY_NS_PER_PACKET));
            }
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
            addCauses(pauses, figures);
            figures.put(
                    Metric.SAFEPOINT_MAX_US,
                    pauses.stream()
                            .filter(Pause::isSafepoint)
                            .mapToDouble(Pause::micros)
                            .max()
                            .orElse(0));
        }

        /** A collection begins because of all that was allocated: each thread has its part in the cause. */
        private void addCauses(final List<Pause> pauses, final Map<Metric, Double> figures) {
            final Map<String, Integer> causes = new TreeMap<>();
            pauses.stream()
                    .filter(pause -> !pause.isSafepoint())
                    .forEach(gc -> causes.merge(gc.what(), 1, Integer::sum));
            if (!causes.isEmpty()) {
                findings.warn("Collections: "
                        + causes.entrySet().stream()
                                .map(cause -> cause.getValue() + " × " + cause.getKey())
                                .collect(Collectors.joining(", "))
                        + ".");
            }
            if (figures.containsKey(Metric.RELAY_ALLOCATED)) {
                final double part = figures.get(Metric.RELAY_ALLOCATED) / Math.max(1, figures.get(Metric.ALLOCATED));
                figures.put(Metric.RELAY_GC_CYCLES, part * figures.get(Metric.GC_CYCLES));
            }
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
            final Window.View view =
                    watching.watch(target, tried, plan.timing().round(), "trying " + viewers + " viewers");
            final Map<Metric, Double> figures = view.figures();
            watching.warn(target, figures);
            final double lost = Math.max(figures.get(Metric.LOSS_PERCENT), figures.get(Metric.UNDELIVERED_PERCENT));
            final double p99 = figures.getOrDefault(Metric.LATENCY_P99_US, 0.0);
            final boolean isGood = lost <= SearchMax.GOOD_LOSS_PERCENT
                    && p99 <= plan.timing().p99Limit().toNanos() / 1e3;
            final double offered = figures.get(Metric.FORWARDED_PER_S)
                    / Math.max(0.01, 1 - figures.get(Metric.UNDELIVERED_PERCENT) / 100);
            return new Step(viewers, offered, lost, p99, isGood);
        }

        private Window.View soak(final LianmaiTarget ours, final String stage) throws BenchException {
            final HeapTraffic heap = new HeapTraffic(ours.pid().getAsLong());
            return watching.watch(ours, load, stage, window -> {
                final HeapTraffic.Allocated before = heap.allocated();
                final Window.View view = window.watch(plan.timing().round(), watching.progress(), stage);
                final Map<Metric, Double> figures = view.figures();
                figures.put(Metric.SLOTS_IN_USE, ours.scrape().slotsInUse());
                final HeapTraffic.Allocated allocated = heap.allocated().minus(before);
                final double seconds = (view.toNs() - view.fromNs()) * 1e-9;
                final double packets = figures.get(Metric.FORWARDED_PER_S) * seconds;
                figures.put(Metric.ALLOCATED, (double) allocated.process());
                figures.put(Metric.ALLOCATED_PER_S, allocated.process() / seconds);
                figures.put(Metric.ALLOCATED_PER_PACKET, allocated.process() / packets);
                figures.put(Metric.RELAY_ALLOCATED, (double) allocated.relay());
                figures.put(Metric.RELAY_ALLOCATED_PER_PACKET, allocated.relay() / packets);
                return view;
            });
        }
    }

    /** The load with as many viewers in each room as make the relay's thread so busy. */
    static Scenario.Load withShare(
            final Watching watching, final Target target, final Scenario.Load load, final double percent)
            throws BenchException {
        final ShareSearch search = new ShareSearch(percent, load.subscribers());
        while (!search.isOver()) {
            final int viewers = search.next();
            final String stage = "trying " + viewers + " viewers";
            final Window.View view = watching.watch(target, LoadShape.withSubscribers(load, viewers), TRY, stage);
            search.found(view.figures().getOrDefault(Metric.RELAY_CORE_PERCENT, 0.0));
        }
        return LoadShape.withSubscribers(load, search.best());
    }
}
