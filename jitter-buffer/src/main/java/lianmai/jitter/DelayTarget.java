package lianmai.jitter;

/**
 * How long a packet should wait, measured from the moment at which the quickest packet would have come: long enough for
 * nearly all of them, as NetEQ's delay manager sees it.
 *
 * <ul>
 *   <li>Of packets in order the largest relative delay of each half second goes into a histogram that forgets one half
 *       in 20 s. The target is the upper edge of the bucket below which 95 % of it lies: one half second in twenty may
 *       have a packet that comes too late.
 *   <li>Packets out of order (passed on the way, or sent again) have a histogram of their own, because to wait for all
 *       of those may cost more than to miss some: one per cent of loss is worth 20 ms of delay, no more.
 * </ul>
 *
 * <p>Thread: one (confined). Units: RTP ticks.
 */
final class DelayTarget {
    private static final double QUANTILE = 0.95;
    private static final double FORGET = 0.983;
    private static final double REORDER_FORGET = 0.9993;
    /** 20 ms for each of 100 per cent, in buckets of 20 ms. */
    private static final double PRICE_OF_ALL = 100;

    private static final int BUCKETS_PER_SECOND = 50;

    private final int bucketTicks;
    private final int intervalTicks;
    private final long least;
    private final long most;
    private final long start;
    private final DelayHistogram ordered = new DelayHistogram(FORGET);
    private final DelayHistogram reordered = new DelayHistogram(REORDER_FORGET);
    private boolean anyReordered;
    private boolean anyInInterval;
    private long intervalStart;
    private long largest;
    private long target;

    DelayTarget(final JitterBufferConfig config) {
        bucketTicks = Math.max(1, config.clockRate() / BUCKETS_PER_SECOND);
        intervalTicks = config.clockRate() / 2;
        least = config.ticks(config.minTargetNs());
        most = config.ticks(config.maxTargetNs());
        start = config.ticks(config.startTargetNs());
        target = clamp(start);
    }

    /** Takes every packet but duplicates; late ones are what it is for. */
    void onPacket(final long relativeDelay, final boolean isReordered, final long now) {
        final boolean changed = !isReordered && onOrdered(relativeDelay, now);
        reordered.add(isReordered ? relativeDelay / bucketTicks : 0);
        anyReordered |= isReordered;
        if (changed || anyReordered) {
            update();
        }
    }

    /** The wanted delay. */
    long ticks() {
        return target;
    }

    /** The width of a histogram bucket: the target moves in such steps. */
    int bucketTicks() {
        return bucketTicks;
    }

    /** A new source begins; the path is the same, so what is known of its jitter stays. */
    void startInterval() {
        anyInInterval = false;
    }

    private boolean onOrdered(final long relativeDelay, final long now) {
        final boolean isOver = anyInInterval && now - intervalStart >= intervalTicks;
        if (isOver) {
            ordered.add(largest / bucketTicks);
        }
        if (isOver || !anyInInterval) {
            intervalStart = now;
            largest = 0;
            anyInInterval = true;
        }
        largest = Math.max(largest, relativeDelay);
        return isOver;
    }

    private void update() {
        final long byOrder = ordered.isEmpty() ? start : (1L + ordered.quantile(QUANTILE)) * bucketTicks;
        final int free = (int) (byOrder / bucketTicks);
        final long byReorder = anyReordered ? (1L + reordered.cheapest(free, PRICE_OF_ALL)) * bucketTicks : 0;
        target = clamp(Math.max(byOrder, byReorder));
    }

    private long clamp(final long ticks) {
        return Math.max(least, Math.min(most, ticks));
    }
}
