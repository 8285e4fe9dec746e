package lianmai.gc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A JVM of its own that is watched while something holds it, for {@link PauseMonitorTest}; prints a line for each
 * violation, and what the monitor says when it ends by itself. Arguments: what is done, the budget, the cause to wait
 * for.
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
            if (arguments[0].equals("break") && Thread.currentThread().getName().equals("monitor-jfr")) {
                throw new AssertionError("broken listener");
            }
            if (violation.cause() == awaited && state.isOverspent()) {
                seen.set(true);
            }
        });
        final Consumer<String> log = line -> System.out.println("log " + line);
        try (PauseMonitor monitor = PauseMonitor.start(budget, () -> {}, log)) {
            System.out.println("listening " + monitor.awaitListening(Duration.ofSeconds(30)));
            final long heldBefore =
                    monitor.held().map(SafepointClock::getAsLong).orElse(-1L);
            switch (arguments[0]) {
                case "gc", "break" -> System.gc();
                case "stall" -> allocate(seen);
                case "stop" -> System.out.println("stop me");
                default -> throw new IllegalArgumentException(arguments[0]);
            }
            final long endNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!seen.get() && monitor.shortcoming().isEmpty() && System.nanoTime() < endNs) {
                Thread.sleep(20);
            }
            monitor.shortcoming().ifPresent(why -> System.out.println("shortcoming " + why));
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
