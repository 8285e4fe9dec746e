package lianmai.gc;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * At most a line a second of violations of each cause, so that a storm of them does not fill the disk, and none of them
 * hides another; a line says how many it stands for.
 *
 * <p>Thread: any; locked. Units: ns.
 */
final class ViolationLog {
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int CAUSES = PauseCause.values().length;

    private final Consumer<String> log;
    private final boolean[] isLogged = new boolean[CAUSES];
    private final long[] loggedNs = new long[CAUSES];
    private final long[] unsaid = new long[CAUSES];

    ViolationLog(final Consumer<String> log) {
        this.log = log;
    }

    synchronized void onViolation(final LatencyBudget.Violation violation, final long nowNs) {
        final int cause = violation.cause().ordinal();
        if (isLogged[cause] && nowNs - loggedNs[cause] < INTERVAL_NS) {
            unsaid[cause]++;
            return;
        }
        log.accept("the latency budget is exceeded: " + violation
                + (unsaid[cause] == 0 ? "" : " (and " + unsaid[cause] + " more before it)"));
        isLogged[cause] = true;
        loggedNs[cause] = nowNs;
        unsaid[cause] = 0;
    }
}
