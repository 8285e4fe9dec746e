package lianmai.gc;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * At most a line a second of violations, so that a storm of them does not fill the disk; a line says how many it stands
 * for.
 *
 * <p>Thread: any; locked. Units: ns.
 */
final class ViolationLog {
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final Consumer<String> log;
    private boolean isFirst = true;
    private long loggedNs;
    private long unsaid;

    ViolationLog(final Consumer<String> log) {
        this.log = log;
    }

    synchronized void onViolation(final LatencyBudget.Violation violation, final long nowNs) {
        if (!isFirst && nowNs - loggedNs < INTERVAL_NS) {
            unsaid++;
            return;
        }
        log.accept("the latency budget is exceeded: " + violation
                + (unsaid == 0 ? "" : " (and " + unsaid + " more before it)"));
        isFirst = false;
        loggedNs = nowNs;
        unsaid = 0;
    }
}
