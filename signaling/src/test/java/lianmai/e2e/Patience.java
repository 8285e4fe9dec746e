package lianmai.e2e;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what other processes do: by looking again and again, within a limit that a busy machine keeps. */
final class Patience {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(15);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private Patience() {}

    /** Returns once it is true; fails the test with {@code what} when it never is. */
    static void until(final String what, final BooleanSupplier condition) {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNs > LIMIT_NS) {
                throw new AssertionError(TimeUnit.NANOSECONDS.toSeconds(LIMIT_NS) + " s went by without: " + what);
            }
            LockSupport.parkNanos(LOOK_NS);
        }
    }
}
