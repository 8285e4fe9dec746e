package lianmai.gc;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a thread allocates on the heap, for the gates that hold the packet path to nothing (design law 3).
 *
 * <p>Counts what the calling thread allocates, exactly; other threads do not disturb it.
 *
 * <p>Thread: any. Units: bytes.
 */
public final class AllocationMeter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocationMeter() {}

    /** What the calling thread has allocated since its start; differences of two readings count. */
    public static long reading() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** What the calling thread allocates while it does this. */
    public static long bytesOf(final Runnable work) {
        final long before = reading();
        work.run();
        return reading() - before;
    }

    /**
     * The least of several rounds: what is left once the JIT has compiled the path and put its boxes into registers.
     * Stops at the first round that allocates nothing.
     *
     * @param rounds at least 1
     */
    public static long leastBytesOf(final int rounds, final Runnable work) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < rounds && least > 0; round++) {
            least = Math.min(least, bytesOf(work));
        }
        return least;
    }
}
