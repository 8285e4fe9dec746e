package lianmai.bench;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import lianmai.load.LoadException;
import lianmai.load.LoadPlan;
import lianmai.load.LoadRun;
import lianmai.load.RoomPlan;
import lianmai.report.Metric;

/**
 * Puts a load on a server, lets it settle and looks at it; what a reader has to know about the generator is told.
 *
 * <p>Thread: one. Owns: nothing between two calls.
 */
final class Watching {
    /** Whoever has joined last has its key frame and its jitter behind it. */
    static final Duration SETTLE = Duration.ofSeconds(2);

    private static final Duration READY = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 3;
    /** Beyond it the generator may be what is measured. */
    private static final double BUSY_PERCENT = 80;

    private final Progress progress;
    private final Impairment impairment;
    private final Findings findings;
    private final boolean isHeld;

    /** What is done with a load that flows. */
    @FunctionalInterface
    interface Look {
        Window.View at(Window window) throws BenchException;
    }

    /**
     * @param isHeld whether everybody joins before anything is sent: thousands of handshakes beside a full load leave a
     *     backlog that takes its time
     */
    Watching(final Progress progress, final Impairment impairment, final Findings findings, final boolean isHeld) {
        this.isHeld = isHeld;
        this.progress = progress;
        this.impairment = impairment;
        this.findings = findings;
    }

    Progress progress() {
        return progress;
    }

    /** One measured interval. */
    Window.View watch(final Target target, final Scenario.Load offered, final Duration length, final String stage)
            throws BenchException {
        return watch(target, offered, stage, window -> window.watch(length, progress, stage));
    }

    /** A server that does not take everybody in at once gets two more chances, which the report tells. */
    Window.View watch(final Target target, final Scenario.Load offered, final String stage, final Look look)
            throws BenchException {
        for (int attempt = 1; ; attempt++) {
            try {
                return watchOnce(target, offered, stage, look);
            } catch (final LoadException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                findings.warn(target.name() + ", so that the round was begun again: " + e.getMessage());
            }
        }
    }

    private Window.View watchOnce(final Target target, final Scenario.Load offered, final String stage, final Look look)
            throws BenchException {
        final LoadPlan plan = LoadShape.plan(offered).withRoute(impairment);
        try (LoadRun run = LoadRun.start(isHeld ? plan.held() : plan, target.door())) {
            progress.show(stage, "joining", 0, System.nanoTime());
            if (isHeld) {
                run.awaitConnected(READY);
                run.send(plan.rooms().stream().map(RoomPlan::room).collect(Collectors.toSet()));
            }
            run.awaitReady(READY);
            progress.show(stage, "settling", 0, System.nanoTime());
            Window.sleep(SETTLE.toNanos());
            progress.show(stage, "", SETTLE.toMillis() / 1e3, System.nanoTime());
            return look.at(new Window(target, run));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    /** What a reader has to know before believing a round's figures. */
    void warn(final Target target, final Map<Metric, Double> figures) {
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
