package lianmai.gc;

/**
 * Counts what one thread allocates while the window is open, and nothing of what it does between: a test can prepare
 * its input and look at the output without that counting.
 *
 * <p>Thread: one. Units: bytes.
 */
public final class AllocationWindow {
    private long bytes;
    private long opened;

    /** Counts from now on. */
    public void open() {
        opened = AllocationMeter.reading();
    }

    /** Counts no longer. */
    public void close() {
        bytes += AllocationMeter.reading() - opened;
    }

    /** What was allocated while it was open, in total since the last {@link #clear()}. */
    public long bytes() {
        return bytes;
    }

    /** Begins at nothing again. */
    public void clear() {
        bytes = 0;
    }
}
