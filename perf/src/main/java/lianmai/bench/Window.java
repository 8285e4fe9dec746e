package lianmai.bench;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import lianmai.load.LoadFigures;
import lianmai.load.LoadRun;
import lianmai.report.Metric;
import org.HdrHistogram.Histogram;

/**
 * One measured interval of a load that flows: what the server's threads had of their core, what was forwarded, what the
 * generator says.
 *
 * <p>Thread: one. Units: ns.
 */
public final class Window {
    /** How often the live figures are drawn. */
    private static final Duration TICK = Duration.ofMillis(500);

    private final Target target;
    private final LoadRun run;
    private final ThreadTimes server;
    private final ThreadTimes self = new ThreadTimes(ProcessHandle.current().pid());

    /** What a window saw. */
    public record View(Map<Metric, Double> figures, LoadFigures load, Histogram latency, long fromNs, long toNs) {}

    public Window(final Target target, final LoadRun run) {
        this.target = target;
        this.run = run;
        this.server = target.pid().isPresent() ? new ThreadTimes(target.pid().getAsLong()) : null;
    }

    /** Looks for so long. */
    public View watch(final Duration length, final Progress progress, final String stage) throws BenchException {
        run.takeInterval();
        final OptionalLong forwardedBefore = target.forwarded();
        final ThreadTimes.Sample serverBefore = server == null ? null : server.sample();
        final ThreadTimes.Sample selfBefore = self.sample();
        final long fromNs = System.nanoTime();
        sleepUntil(fromNs + length.toNanos(), progress, stage);
        final long toNs = System.nanoTime();
        final ThreadTimes.Sample selfTimes = self.sample().minus(selfBefore);
        final ThreadTimes.Sample serverTimes =
                server == null ? null : server.sample().minus(serverBefore);
        final OptionalLong forwardedAfter = target.forwarded();
        final LoadFigures load = run.takeInterval();
        final double forwarded = forwardedAfter.isPresent()
                ? forwardedAfter.getAsLong() - forwardedBefore.getAsLong()
                : load.received().packets() + load.received().repairs();
        final Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        addCosts(figures, forwarded, (double) (toNs - fromNs), serverTimes, selfTimes);
        final Histogram latency = addLoad(figures, load);
        return new View(figures, load, latency, fromNs, toNs);
    }

    private void sleepUntil(final long endNs, final Progress progress, final String stage) throws BenchException {
        long lastNs = System.nanoTime();
        long lastDatagrams = UdpCounts.received();
        ThreadTimes.Sample lastServer = server == null ? null : server.sample();
        while (endNs - lastNs > 0) {
            sleep(Math.min(TICK.toNanos(), endNs - lastNs));
            final long nowNs = System.nanoTime();
            final double seconds = (nowNs - lastNs) * 1e-9;
            final long datagrams = UdpCounts.received();
            String live = String.format(Locale.ROOT, "%,.0f datagrams/s", (datagrams - lastDatagrams) / seconds);
            if (server != null) {
                final ThreadTimes.Sample sample = server.sample();
                live += String.format(
                        Locale.ROOT,
                        ", server %.0f %% of its core",
                        sample.minus(lastServer).process() / seconds / 1e7);
                lastServer = sample;
            }
            progress.show(stage, live, seconds, nowNs);
            lastNs = nowNs;
            lastDatagrams = datagrams;
        }
    }

    /** The main thread has nothing else to do. */
    public static void sleep(final long ns) throws BenchException {
        try {
            TimeUnit.NANOSECONDS.sleep(ns);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    private static void addCosts(
            final Map<Metric, Double> figures,
            final double forwarded,
            final double lengthNs,
            final ThreadTimes.Sample server,
            final ThreadTimes.Sample self) {
        figures.put(Metric.FORWARDED_PER_S, forwarded / lengthNs * 1e9);
        figures.put(Metric.GENERATOR_CORE_PERCENT, 100 * self.process() / lengthNs);
        if (server != null && forwarded > 0) {
            figures.put(Metric.SERVER_CORE_PERCENT, 100 * server.process() / lengthNs);
            figures.put(Metric.SERVER_NS_PER_PACKET, server.process() / forwarded);
            if (server.relay() > 0) {
                figures.put(Metric.RELAY_CORE_PERCENT, 100 * server.relay() / lengthNs);
                figures.put(Metric.RELAY_WAITED_PERCENT, 100 * server.relayWaited() / lengthNs);
                figures.put(Metric.RELAY_NS_PER_PACKET, server.relay() / forwarded);
            }
        }
    }

    private static Histogram addLoad(final Map<Metric, Double> figures, final LoadFigures load) {
        final LoadFigures.Received received = load.received();
        final Histogram latency = latency(load);
        if (received.packets() > 0) {
            figures.put(Metric.GENERATOR_NS_PER_PACKET, (double) load.cost().cpuNs() / received.packets());
        }
        figures.put(Metric.LOSS_PERCENT, 100 * received.lossRatio());
        figures.put(Metric.UNDELIVERED_PERCENT, 100 * Math.max(0, 1 - received.deliveryRatio()));
        figures.put(Metric.DUPLICATES, (double) received.duplicates());
        figures.put(
                Metric.INTEGRITY_ERRORS,
                (double) load.checked().integrityErrors() + load.checked().undecryptable());
        figures.put(Metric.RECEIVE_DROPS, (double) load.cost().receiveDrops());
        addPlayout(figures, load.playout());
        if (latency.getTotalCount() > 0) {
            figures.put(Metric.LATENCY_P50_US, latency.getValueAtPercentile(50) / 1e3);
            figures.put(Metric.LATENCY_P99_US, latency.getValueAtPercentile(99) / 1e3);
            figures.put(Metric.LATENCY_P999_US, latency.getValueAtPercentile(99.9) / 1e3);
            figures.put(Metric.LATENCY_MAX_US, latency.getMaxValue() / 1e3);
        }
        return latency;
    }

    private static void addPlayout(final Map<Metric, Double> figures, final LoadFigures.Playout playout) {
        if (playout.playedNs() > 0) {
            figures.put(Metric.STUTTER_PERCENT, 100 * playout.stutterRate());
            figures.put(Metric.PLAYOUT_DELAY_MS, playout.delay().getValueAtPercentile(50) / 1e6);
            figures.put(Metric.MOUTH_TO_EAR_MS, playout.mouthToEar().getValueAtPercentile(99) / 1e6);
        }
    }

    /** Of the picture where there is one: its bursts are what a fan-out is measured by. */
    private static Histogram latency(final LoadFigures load) {
        final Histogram video = load.video().fromDue();
        return video.getTotalCount() > 0 ? video : load.audio().fromDue();
    }
}
