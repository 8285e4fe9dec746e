package lianmai.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import lianmai.bench.BenchException;
import lianmai.bench.HeapTraffic;
import lianmai.bench.JvmLog;
import lianmai.bench.LianmaiTarget;
import lianmai.bench.Progress;
import lianmai.bench.Window;
import lianmai.door.SocketCrowd;
import lianmai.report.BenchResult.Pause;
import lianmai.report.Metric;
import org.HdrHistogram.Histogram;

/**
 * One round of a cell: its load from beginning to end, and what was seen.
 *
 * <p>Thread: one. Owns: the load while it runs. Units: ns of {@link System#nanoTime}.
 */
final class CellRound {
    private static final int PLOTTED = 200;
    private static final double MB = 1e6;

    private final Duration length;

    /** What a round saw: its figures, and the JVM's stops in it. */
    record Seen(Map<Metric, Double> figures, List<Pause> pauses) {}

    /** About how long joining and leaving take. */
    static double overheadSeconds() {
        return 2;
    }

    CellRound(final Duration length) {
        this.length = length;
    }

    /**
     * Measures a server that runs.
     *
     * @param settle under load before the measurement
     * @throws BenchException when the server does not bear the load
     */
    Seen run(
            final Cell cell,
            final CellServer server,
            final Duration settle,
            final Progress progress,
            final String stage)
            throws BenchException, IOException {
        final Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        final LianmaiTarget target = server.target();
        progress.show(stage, "joining", overheadSeconds(), System.nanoTime());
        try (CellLoad load = CellLoad.start(target)) {
            load.animate(settle.plus(length));
            Window.sleep(settle.toNanos());
            progress.show(stage, "", settle.toMillis() / 1e3, System.nanoTime());
            final Residence residence = Residence.begin(server.statFile());
            final Window.View view = new Window(target, load.run()).watch(length, progress, stage);
            residence.end(figures);
            figures.put(Metric.RSS_MB, new HeapTraffic(target.pid().getAsLong()).resident() / MB);
            addLoad(figures, view, load.quiet());
            if (cell.pressure() > 0) {
                figures.put(Metric.PRESSURE_MB_PER_S, server.pressure(view.fromNs(), view.toNs()));
            }
            return new Seen(
                    figures, addStops(figures, target.jvmLog().events(view.fromNs(), view.toNs()), view.fromNs()));
        }
    }

    private static void addLoad(
            final Map<Metric, Double> figures, final Window.View view, final SocketCrowd.Chat chat) {
        for (final Metric metric : List.of(
                Metric.FORWARDED_PER_S,
                Metric.SERVER_CORE_PERCENT,
                Metric.GENERATOR_CORE_PERCENT,
                Metric.RELAY_NS_PER_PACKET,
                Metric.LOSS_PERCENT,
                Metric.INTEGRITY_ERRORS,
                Metric.RECEIVE_DROPS,
                Metric.LATENCY_P99_US,
                Metric.LATENCY_P999_US,
                Metric.LATENCY_MAX_US,
                Metric.STUTTER_PERCENT)) {
            final Double value = view.figures().get(metric);
            if (value != null) {
                figures.put(metric, value);
            }
        }
        final Histogram first = view.load().joins().firstPacket();
        if (first.getTotalCount() > 0) {
            figures.put(Metric.JOIN_P50_MS, first.getValueAtPercentile(50) / 1e6);
            figures.put(Metric.JOIN_P99_MS, first.getValueAtPercentile(99) / 1e6);
        }
        figures.put(Metric.FAILED_JOINS, (double) view.load().clients().failed());
        figures.put(Metric.CHAT_P99_MS, chat.delay().getValueAtPercentile(99) / 1e6);
        figures.put(
                Metric.CHAT_LOST_PERCENT, 100.0 * (chat.expected() - chat.delivered()) / Math.max(1, chat.expected()));
    }

    private static List<Pause> addStops(
            final Map<Metric, Double> figures, final JvmLog.Events events, final long fromNs) {
        final List<JvmLog.Safepoint> all = events.safepoints();
        final List<JvmLog.Safepoint> ofCollector =
                all.stream().filter(JvmLog.Safepoint::isCollection).toList();
        figures.put(Metric.GC_CYCLES, (double) events.collections());
        figures.put(Metric.ALLOCATION_STALLS, (double) events.stalls().size());
        events.stalls().stream()
                .max(Comparator.naturalOrder())
                .ifPresent(longest -> figures.put(Metric.STALL_MAX_MS, longest / 1e6));
        if (!ofCollector.isEmpty()) {
            figures.put(Metric.GC_PAUSE_P99_US, rank(ofCollector, JvmLog.Safepoint::heldNs, 0.99) / 1e3);
            figures.put(Metric.GC_PAUSE_MAX_US, rank(ofCollector, JvmLog.Safepoint::heldNs, 1) / 1e3);
        }
        if (!all.isEmpty()) {
            figures.put(Metric.SAFEPOINT_P99_US, rank(all, JvmLog.Safepoint::totalNs, 0.99) / 1e3);
            figures.put(Metric.SAFEPOINT_MAX_US, rank(all, JvmLog.Safepoint::totalNs, 1) / 1e3);
            figures.put(Metric.SAFEPOINT_REACH_MAX_US, rank(all, JvmLog.Safepoint::reachNs, 1) / 1e3);
        }
        return all.stream()
                .sorted(Comparator.comparingLong(JvmLog.Safepoint::totalNs).reversed())
                .limit(PLOTTED)
                .sorted(Comparator.comparingLong(JvmLog.Safepoint::endNs))
                .map(stop -> new Pause(
                        LabResult.rounded((stop.endNs() - stop.totalNs() - fromNs) * 1e-9),
                        LabResult.rounded(stop.totalNs() * 1e-3),
                        stop.operation(),
                        stop.isCollection()))
                .toList();
    }

    /** The value that this share of all does not exceed, by nearest rank: of few values the largest. */
    static <T> long rank(final List<T> values, final ToLongFunction<T> part, final double share) {
        final long[] sorted = values.stream().mapToLong(part).sorted().toArray();
        return sorted[Math.clamp((long) Math.ceil(share * sorted.length) - 1, 0, sorted.length - 1)];
    }
}
