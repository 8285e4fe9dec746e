package lianmai.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import lianmai.load.LoadFigures;
import lianmai.load.LoadPlan;
import lianmai.load.LoadRun;
import lianmai.load.RoomPlan;
import lianmai.report.BenchResult.Contender;
import lianmai.report.BenchResult.Round;
import lianmai.report.Metric;
import lianmai.report.Spread;

/**
 * More and more of what an audience wants to see: everybody joins equal rooms while nothing is sent, then more and more
 * of the rooms' cameras begin. What counts is the video that decoders can use: whole frames, back to a key frame, which
 * sampled viewers check packet by packet. The peak is the most of it that there was in a round.
 *
 * <p>The generator receives no more than the server can send, however much is offered, so that it is not what gives way
 * first: a fraction of the viewers decrypt, all count. Where it is, a note says so.
 *
 * <p>Thread: one.
 */
final class OverloadLoad {
    /** So many rooms at this share: then all of them are about one and a half times what there is room for. */
    private static final int ROOMS_OF_SHARE = 6;

    private static final double SHARE = 80;
    private static final int FIRST_GUESS = 120;
    private static final double SAMPLED = 0.2;
    private static final double MOST_PERCENT = 150;

    private static final Duration READY = Duration.ofMinutes(2);
    private static final Duration RECOVERY = Duration.ofSeconds(3);
    /** Who wants to join a server that is full. */
    private static final int LATECOMERS = 10;

    private final BenchPlan plan;
    private final ReferenceLoops loops;
    private final Findings findings;
    private final Map<Integer, List<Map<Metric, Double>>> byRooms = new TreeMap<>();
    private final Map<String, Double> drops = new TreeMap<>();
    private Scenario.Load load;

    OverloadLoad(final BenchPlan plan, final ReferenceLoops loops, final Findings findings) {
        this.plan = plan;
        this.loops = loops;
        this.findings = findings;
        load = plan.load();
    }

    void run(final LianmaiTarget target) throws BenchException {
        final BenchPlan.Timing timing = plan.timing();
        final double levelS = timing.round().plus(Watching.SETTLE).toMillis() / 1e3;
        final Progress progress = Progress.onConsole(60 + timing.rounds() * (levels().size() * levelS + 8));
        try (Impairment impairment = Impairment.of(plan.impair())) {
            calibrate(target, new Watching(progress, impairment, findings, true));
            final LoadPlan rooms = LoadShape.plan(load)
                    .withRoute(impairment)
                    .withSampled(SAMPLED)
                    .held();
            try (LoadRun run = LoadRun.start(rooms, target.door())) {
                progress.show("everybody joins", "", 0, System.nanoTime());
                run.awaitConnected(READY);
                for (int round = 0; round < timing.rounds(); round++) {
                    round(target, run, progress, round);
                }
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BenchException("interrupted", e);
            }
        } finally {
            progress.end();
        }
        tell();
    }

    /** Viewers for each room, unless told. */
    private void calibrate(final LianmaiTarget target, final Watching watching) throws BenchException {
        final boolean isGiven = load.subscribers() > 0;
        final Scenario.Load some = new Scenario.Load(
                ROOMS_OF_SHARE, load.publishers(), isGiven ? load.subscribers() : FIRST_GUESS, load.bitsPerSecond());
        watching.watch(target, some, plan.timing().warmUp(), "warming up " + target.name());
        if (!isGiven) {
            load = LoadShape.withSubscribers(
                    load, SteadyLoad.withShare(watching, target, some, SHARE).subscribers());
        }
    }

    /** How many rooms send, in the order tried: a third, then more and more, finer near the peak. */
    private List<Integer> levels() {
        final int all = load.rooms();
        return IntStream.of(4, 6, 7, 8, 9, 11, 12)
                .map(twelfths -> Math.max(1, all * twelfths / 12))
                .distinct()
                .boxed()
                .toList();
    }

    private void round(final LianmaiTarget target, final LoadRun run, final Progress progress, final int round)
            throws BenchException {
        final List<Map<Metric, Double>> levels = new ArrayList<>();
        final Map<Metric, Double> moment = loops.moment();
        for (final int rooms : levels()) {
            final String stage = String.format(
                    Locale.ROOT,
                    "round %d of %d: %d of %d rooms send",
                    round + 1,
                    plan.timing().rounds(),
                    rooms,
                    load.rooms());
            run.send(rooms(rooms));
            progress.show(stage, "settling", 0, System.nanoTime());
            Window.sleep(Watching.SETTLE.toNanos());
            final Map<Metric, Double> figures = level(target, run, progress, stage, rooms);
            figures.putAll(moment);
            levels.add(figures);
            byRooms.computeIfAbsent(rooms, _ -> new ArrayList<>()).add(figures);
        }
        final Map<Metric, Double> last = levels.getLast();
        joinLate(run, last);
        recover(target, run, last);
        final double peak = levels.stream()
                .mapToDouble(figures -> figures.get(Metric.GOODPUT_MBIT))
                .max()
                .orElse(0);
        for (final Map<Metric, Double> figures : levels) {
            figures.put(Metric.OFFERED_PERCENT, 100 * figures.get(Metric.OFFERED_MBIT) / peak);
            figures.put(Metric.GOODPUT_PERCENT, 100 * figures.get(Metric.GOODPUT_MBIT) / peak);
        }
    }

    private Map<Metric, Double> level(
            final LianmaiTarget target, final LoadRun run, final Progress progress, final String stage, final int rooms)
            throws BenchException {
        final Map<String, Double> before = target.scrape().drops();
        final NativeHistogram residenceBefore = target.residence();
        final Window.View view = new Window(target, run).watch(plan.timing().round(), progress, stage);
        final Scrape after = target.scrape();
        final NativeHistogram residence = target.residence().minus(residenceBefore);
        final Map<Metric, Double> figures = new EnumMap<>(view.figures());
        figures.put(Metric.RESIDENCE_P50_US, residence.micros(50));
        figures.put(Metric.RESIDENCE_P99_US, residence.micros(99));
        new Watching(progress, null, findings, true).warn(target, figures);
        if (rooms == load.rooms()) {
            after.drops()
                    .forEach((reason, count) ->
                            drops.merge(reason, count - before.getOrDefault(reason, 0.0), Double::sum));
        }
        // Who was silent before has a gap in what is heard that nobody lost.
        List.of(Metric.STUTTER_PERCENT, Metric.PLAYOUT_DELAY_MS, Metric.MOUTH_TO_EAR_MS)
                .forEach(figures::remove);
        final LoadFigures.Usable usable = view.load().usable();
        final LoadFigures.Clients clients = view.load().clients();
        final double viewers = (double) load.rooms() * load.subscribers();
        final double seconds = (view.toNs() - view.fromNs()) * 1e-9;
        figures.put(Metric.OFFERED_MBIT, (double) rooms * load.subscribers() * videoBits(view.load(), rooms, seconds));
        figures.put(
                Metric.GOODPUT_MBIT, usable.videoBytes() * viewers / Math.max(1, clients.sampled()) * 8e-6 / seconds);
        figures.put(Metric.AUDIO_LOSS_PERCENT, 100 * usable.audioLossRatio());
        figures.put(Metric.RTCP_LOSS_PERCENT, 100 * usable.rtcpLossRatio());
        figures.put(Metric.SHED, after.value("lianmai_subscriptions_shed"));
        figures.put(Metric.SUBSCRIBERS, (double) rooms * load.subscribers());
        return figures;
    }

    /** Mbit/s of payload of one camera, its key frames included. */
    private static double videoBits(final LoadFigures load, final int rooms, final double seconds) {
        return load.sent().videoBytes() * 8e-6 / seconds / rooms;
    }

    private Set<String> rooms(final int count) {
        return LoadShape.plan(load).rooms().stream()
                .limit(count)
                .map(RoomPlan::room)
                .collect(Collectors.toSet());
    }

    /** More want to join. */
    private void joinLate(final LoadRun run, final Map<Metric, Double> figures) throws BenchException {
        final int failedBefore = run.total().clients().failed();
        final int connectedBefore = run.total().clients().connected();
        run.addViewers(LoadShape.plan(load).rooms().getFirst().room(), LATECOMERS);
        LoadFigures.Clients clients = run.total().clients();
        for (int i = 0;
                i < 100 && clients.failed() - failedBefore + clients.connected() - connectedBefore < LATECOMERS;
                i++) {
            Window.sleep(Duration.ofMillis(50).toNanos());
            clients = run.total().clients();
        }
        final long refused = clients.reasons().stream()
                .filter(reason -> reason.contains("busy"))
                .count();
        figures.put(Metric.JOINS_TRIED, (double) LATECOMERS);
        figures.put(Metric.JOINS_REFUSED, refused > 0 ? (double) clients.failed() - failedBefore : 0);
        if (clients.failed() - failedBefore > 0) {
            findings.warn("Latecomers: " + String.join("; ", clients.reasons()) + ".");
        }
    }

    /** The load falls to what the first level was. */
    private void recover(final LianmaiTarget target, final LoadRun run, final Map<Metric, Double> figures)
            throws BenchException {
        final boolean wasShedding = target.scrape().value("lianmai_subscriptions_shed") > 0;
        run.takeInterval();
        run.send(rooms(levels().getFirst()));
        Window.sleep(RECOVERY.toNanos());
        final LoadFigures after = run.takeInterval();
        if (wasShedding && after.usable().resumed().getTotalCount() > 0) {
            figures.put(Metric.RECOVERY_MS, after.usable().resumed().getMaxValue() / 1e6);
        }
        final double still = target.scrape().value("lianmai_subscriptions_shed");
        if (still > 0) {
            findings.warn(String.format(
                    Locale.ROOT,
                    "%.0f viewers still waited %d s after the load had fallen.",
                    still,
                    RECOVERY.toSeconds()));
        }
    }

    private void tell() {
        final Map<Integer, Contender> contenders = new LinkedHashMap<>();
        byRooms.forEach((rooms, rounds) -> contenders.put(
                rooms,
                new Contender(
                        rooms + (rooms == 1 ? " room" : " rooms"),
                        String.format(
                                Locale.ROOT,
                                "%d of %d rooms send, %d viewers each, %.0f %% of all viewers verify every packet",
                                rooms,
                                load.rooms(),
                                load.subscribers(),
                                SAMPLED * 100),
                        rounds.stream().map(Round::new).toList(),
                        List.of())));
        contenders.values().forEach(findings::add);
        contenders.values().stream()
                .map(Contender::spreads)
                .min((a, b) -> Double.compare(distance(a), distance(b)))
                .ifPresent(level -> findings.warn(String.format(
                        Locale.ROOT,
                        "At %.0f %% of the peak offered, %.1f %% of the peak can be used; audio lost %.4f %%,"
                                + " RTCP %.4f %%.",
                        level.get(Metric.OFFERED_PERCENT).median(),
                        level.get(Metric.GOODPUT_PERCENT).median(),
                        level.get(Metric.AUDIO_LOSS_PERCENT).median(),
                        level.get(Metric.RTCP_LOSS_PERCENT).median())));
        findings.warn("Packets that went no further, by reason, while all rooms sent: "
                + (drops.values().stream().allMatch(count -> count == 0)
                        ? "none"
                        : drops.entrySet().stream()
                                .filter(drop -> drop.getValue() > 0)
                                .map(drop -> String.format(Locale.ROOT, "%s %,.0f", drop.getKey(), drop.getValue()))
                                .collect(Collectors.joining(", ")))
                + ".");
    }

    private static double distance(final Map<Metric, Spread> level) {
        return Math.abs(level.get(Metric.OFFERED_PERCENT).median() - MOST_PERCENT);
    }
}
