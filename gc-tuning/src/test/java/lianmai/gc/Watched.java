package lianmai.gc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A JVM of its own that is watched while something holds it, for {@link PauseMonitorTest}; prints a line for each
 * violation. Arguments: what is done, the budget, the cause to wait for.
 */
final class Watched {
    private static final int MOST_BLOCKS = 100_000;
    static volatile Object kept;

    private Watched() {}

    public static void main(final String[] arguments) throws InterruptedException {
        final AtomicBoolean seen = new AtomicBoolean();
        final PauseCause awaited = PauseCause.valueOf(arguments[2]);
        final LatencyBudget budget = new LatencyBudget(LatencyBudget.Limits.parse(arguments[1]), (violation, state) -> {
            System.out.println("violation " + violation.cause() + " " + violation.detail());
            if (violation.cause() == awaited && state.isOverspent()) {
                seen.set(true);
            }
        });
        try (PauseMonitor monitor = PauseMonitor.start(budget)) {
            System.out.println("listening " + monitor.awaitListening(Duration.ofSeconds(30)));
            final long heldBefore =
                    monitor.held().map(SafepointClock::getAsLong).orElse(-1L);
            switch (arguments[0]) {
                case "gc" -> System.gc();
                case "stall" -> allocate(seen);
                case "stop" -> System.out.println("stop me");
                default -> throw new IllegalArgumentException(arguments[0]);
            }
            final long endNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!seen.get() && System.nanoTime() < endNs) {
                Thread.sleep(20);
            }
            final long heldAfter = monitor.held().map(SafepointClock::getAsLong).orElse(-1L);
            System.out.println("held more " + (heldAfter > heldBefore));
        }
        System.out.println("end");
    }

    /** Garbage faster than it can be collected, in a heap that is too small. */
    private static void allocate(final AtomicBoolean seen) throws InterruptedException {
        final Runnable work = () -> {
            for (int i = 0; i < MOST_BLOCKS && !seen.get(); i++) {
                kept = new byte[1 << 20];
            }
        };
        final Thread other = new Thread(work);
        other.start();
        work.run();
        other.join();
    }
}
