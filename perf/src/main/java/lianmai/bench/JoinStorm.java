package lianmai.bench;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import lianmai.load.LoadFigures;
import lianmai.load.LoadPlan;
import lianmai.load.LoadRun;
import lianmai.load.RoomPlan;
import lianmai.report.BenchResult.Round;
import lianmai.report.Metric;
import org.HdrHistogram.Histogram;

/**
 * A room plays to a few viewers; then an audience comes as fast as it can. How long until each has its first packet,
 * and do the few notice?
 */
final class JoinStorm {
    /** Those who were there already. */
    private static final int RESIDENTS = 20;

    private static final Duration SETTLE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_NS = 20_000_000;
    private static final int AS_FAST_AS_POSSIBLE = 1_000_000;
    private static final String ROOM = "storm";
    /** Clients of the storm have addresses behind those of the residents. */
    private static final int ADDRESSES_APART = 1 << 12;

    private final BenchPlan plan;
    private final ReferenceLoops loops;
    private final Findings findings;

    JoinStorm(final BenchPlan plan, final ReferenceLoops loops, final Findings findings) {
        this.plan = plan;
        this.loops = loops;
        this.findings = findings;
    }

    void run(final List<Target> targets) throws BenchException {
        final int rounds = plan.timing().rounds();
        final Progress progress = Progress.onConsole(targets.size() * (rounds + 1) * (2 * SETTLE.toSeconds() + 4.0));
        final List<Tallying> tallies = targets.stream().map(Tallying::new).toList();
        try (Impairment impairment = Impairment.of(plan.impair())) {
            for (int round = -1; round < rounds; round++) {
                for (int i = 0; i < tallies.size(); i++) {
                    final Tallying tally = tallies.get((i + round + 1) % tallies.size());
                    final String stage = round < 0
                            ? "warming up " + tally.target().name()
                            : String.format(
                                    Locale.ROOT,
                                    "round %d of %d: %s",
                                    round + 1,
                                    rounds,
                                    tally.target().name());
                    final Map<Metric, Double> reference = loops.moment();
                    final Storm storm = storm(tally.target(), impairment, progress, stage);
                    storm.figures.putAll(reference);
                    if (round >= 0) {
                        tally.add(new Round(storm.figures), storm.firstPackets);
                        warn(tally.target(), storm.figures);
                    }
                }
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        } finally {
            progress.end();
        }
        tallies.forEach(tally -> findings.add(tally.contender()));
    }

    private record Storm(Map<Metric, Double> figures, Histogram firstPackets) {}

    private Storm storm(final Target target, final Impairment impairment, final Progress progress, final String stage)
            throws BenchException, InterruptedException {
        final LoadPlan residents =
                LoadShape.local(LoadPlan.of(List.of(RoomPlan.fanout(ROOM, LoadShape.publisher(plan.load()), RESIDENTS)))
                        .withRoute(impairment));
        try (LoadRun there = LoadRun.start(residents, target.door())) {
            progress.show(stage, "the room begins to play", 0, System.nanoTime());
            there.awaitReady(PATIENCE);
            Window.sleep(SETTLE.toNanos());
            progress.show(stage, "the audience comes", SETTLE.toMillis() / 1e3, System.nanoTime());
            there.takeInterval();
            final ThreadTimes server =
                    target.pid().isPresent() ? new ThreadTimes(target.pid().getAsLong()) : null;
            final ThreadTimes.Sample before = server == null ? null : server.sample();
            final Storm storm = audience(target, residents);
            if (server != null) {
                storm.figures.put(
                        Metric.SERVER_MS_PER_JOIN,
                        server.sample().minus(before).process()
                                / 1e6
                                / plan.load().subscribers());
            }
            final LoadFigures.Received others = there.takeInterval().received();
            storm.figures.put(Metric.OTHERS_LOSS_PERCENT, 100 * others.lossRatio());
            progress.show(stage, "", SETTLE.toMillis() / 1e3, System.nanoTime());
            return storm;
        }
    }

    private Storm audience(final Target target, final LoadPlan residents) throws BenchException {
        final int viewers = plan.load().subscribers();
        final LoadPlan storm = LoadPlan.of(List.of(new RoomPlan(ROOM, List.of(), viewers, 1)))
                .withSampled(0)
                .withSeed(2)
                .withFirstAddress(behind(residents.firstAddress()))
                .withRoute(residents.route())
                .withJoins(AS_FAST_AS_POSSIBLE, viewers);
        final ThreadTimes self = new ThreadTimes(ProcessHandle.current().pid());
        final ThreadTimes.Sample selfBefore = self.sample();
        final long startNs = System.nanoTime();
        try (LoadRun run = LoadRun.start(storm, target.door())) {
            LoadFigures figures = run.total();
            while (!isOver(figures, viewers) && System.nanoTime() - startNs < PATIENCE.toNanos()) {
                Window.sleep(LOOK_NS);
                figures = run.total();
            }
            final double seconds = (System.nanoTime() - startNs) * 1e-9;
            final Histogram first = figures.joins().firstPacket();
            final Map<Metric, Double> found = new EnumMap<>(Metric.class);
            found.put(Metric.FAILED_JOINS, (double) viewers - first.getTotalCount());
            found.put(
                    Metric.GENERATOR_CORE_PERCENT,
                    self.sample().minus(selfBefore).process() / seconds / 1e7);
            found.put(Metric.SUBSCRIBERS, (double) viewers);
            if (first.getTotalCount() > 0) {
                found.put(Metric.JOINS_PER_S, first.getTotalCount() / seconds);
                found.put(Metric.JOIN_P50_MS, first.getValueAtPercentile(50) / 1e6);
                found.put(Metric.JOIN_P99_MS, first.getValueAtPercentile(99) / 1e6);
            }
            figures.clients().reasons().forEach(reason -> findings.warn(target.name() + ": " + reason));
            return new Storm(found, first);
        }
    }

    private static boolean isOver(final LoadFigures figures, final int viewers) {
        return figures.joins().firstPacket().getTotalCount() + figures.clients().failed() >= viewers;
    }

    private static InetAddress behind(final InetAddress first) throws BenchException {
        try {
            final int number = ByteBuffer.wrap(first.getAddress()).getInt() + ADDRESSES_APART;
            return InetAddress.getByAddress(
                    ByteBuffer.allocate(4).putInt(number).array());
        } catch (final java.net.UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    private void warn(final Target target, final Map<Metric, Double> figures) {
        if (figures.get(Metric.FAILED_JOINS) > 0) {
            findings.warn("Not all of the audience got in at " + target.name() + ".");
        }
        if (figures.get(Metric.GENERATOR_CORE_PERCENT) > 80) {
            findings.warn("The generator's core was busy for more than 80 % of a storm at " + target.name()
                    + ": the clients' halves of the handshakes are part of the times.");
        }
    }
}
