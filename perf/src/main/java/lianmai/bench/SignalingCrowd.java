package lianmai.bench;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import lianmai.door.DoorException;
import lianmai.door.SocketCrowd;
import lianmai.report.BenchResult.Round;
import lianmai.report.Metric;

/** WebSockets without media: how many come in a second, what they cost while they are idle, how quickly chat flows. */
final class SignalingCrowd {
    /** Half of what the server's batches can carry to the largest room: two batches a second of at most 100 lines. */
    private static final int LINES_PER_SECOND = 100;

    private static final int AT_ONCE = 64;
    private static final double GB = 1e9;
    /** For compilers and pools, before the first footprint is taken. */
    private static final int WARM_UP_SHARE = 10;

    private final BenchPlan plan;
    private final ReferenceLoops loops;
    private final Findings findings;

    SignalingCrowd(final BenchPlan plan, final ReferenceLoops loops, final Findings findings) {
        this.plan = plan;
        this.loops = loops;
        this.findings = findings;
    }

    void run(final LianmaiTarget target) throws BenchException {
        final int rounds = plan.timing().rounds();
        final double chatS = plan.timing().round().toMillis() / 1e3;
        final Progress progress = Progress.onConsole((rounds + 0.2) * (2 * chatS + 5));
        final Tallying tally = new Tallying(target);
        try {
            final int crowd = plan.load().rooms() * plan.load().subscribers();
            round(target, "warm-up", Math.max(10, crowd / WARM_UP_SHARE), progress, "warming up");
            for (int round = 0; round < rounds; round++) {
                final Map<Metric, Double> reference = loops.moment();
                final String stage = String.format(Locale.ROOT, "round %d of %d", round + 1, rounds);
                final Map<Metric, Double> figures = round(target, "crowd-" + round, crowd, progress, stage);
                figures.putAll(reference);
                tally.add(new Round(figures), null);
            }
        } catch (final DoorException e) {
            throw new BenchException(e.getMessage(), e);
        } finally {
            progress.end();
        }
        findings.add(tally.contender());
    }

    private Map<Metric, Double> round(
            final LianmaiTarget target, final String room, final int crowd, final Progress progress, final String stage)
            throws BenchException, DoorException {
        final HeapTraffic memory = new HeapTraffic(target.pid().getAsLong());
        final Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        final long emptyBytes = memory.footprint();
        try (SocketCrowd sockets = new SocketCrowd(target.url(), room)) {
            progress.show(stage, crowd + " sockets join", 0, System.nanoTime());
            final SocketCrowd.Joins joins = sockets.join(crowd, AT_ONCE);
            figures.put(Metric.SOCKETS, (double) joins.members());
            figures.put(Metric.FAILED_JOINS, (double) joins.refused());
            figures.put(Metric.SOCKET_JOINS_PER_S, joins.perSecond());
            figures.put(Metric.SOCKET_JOIN_P99_MS, joins.latency().getValueAtPercentile(99) / 1e6);
            if (joins.refused() > 0) {
                findings.warn("Not all of the crowd got in: " + joins.firstRefusal());
            }
            final double bytes = Math.max(1, memory.footprint() - emptyBytes) / (double) joins.members();
            figures.put(Metric.SOCKET_BYTES, bytes);
            figures.put(Metric.SOCKETS_PER_GB, GB / bytes);
            progress.show(stage, "chat", joins.elapsedNs() * 1e-9, System.nanoTime());
            chat(target, sockets, joins.members(), figures);
            progress.show(stage, "", plan.timing().round().toMillis() / 1e3, System.nanoTime());
        }
        return figures;
    }

    private void chat(
            final LianmaiTarget target, final SocketCrowd sockets, final int members, final Map<Metric, Double> figures)
            throws BenchException, DoorException {
        final ThreadTimes server = new ThreadTimes(target.pid().getAsLong());
        final ThreadTimes self = new ThreadTimes(ProcessHandle.current().pid());
        final ThreadTimes.Sample serverBefore = server.sample();
        final ThreadTimes.Sample selfBefore = self.sample();
        final long startNs = System.nanoTime();
        // Members may speak four lines a second each; a small crowd says less.
        final SocketCrowd.Chat chat = sockets.chat(
                Math.min(LINES_PER_SECOND, members * 2), plan.timing().round().toNanos());
        final double tenMs = (System.nanoTime() - startNs) / 100.0;
        figures.put(Metric.CHAT_PER_S, chat.deliveredPerSecond());
        figures.put(Metric.CHAT_P50_MS, chat.delay().getValueAtPercentile(50) / 1e6);
        figures.put(Metric.CHAT_P99_MS, chat.delay().getValueAtPercentile(99) / 1e6);
        figures.put(
                Metric.CHAT_LOST_PERCENT, 100.0 * (chat.expected() - chat.delivered()) / Math.max(1, chat.expected()));
        figures.put(
                Metric.SERVER_CORE_PERCENT, server.sample().minus(serverBefore).process() / tenMs);
        final double busy = self.sample().minus(selfBefore).process() / tenMs;
        figures.put(Metric.GENERATOR_CORE_PERCENT, busy);
        if (busy > 80) {
            findings.warn("The crowd was busy for more than 80 % of its core: delays may be its own.");
        }
    }
}
