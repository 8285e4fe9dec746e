package lianmai.impair;

import java.util.SplittableRandom;

/**
 * One direction of one client's path as a seeded object: the same seed and the same packets at the same times give the
 * same arrivals.
 *
 * <pre>
 *   send ─→ lost? ─→ room in the queue? ─→ leaves when the rate allows ─→ + delay + jitter (+ held back) ─→ arrives
 *                                                                        └→ copy, within 1 ms ──────────→ arrives
 * </pre>
 *
 * <p>Thread: one, that of its {@link PacketsUnderWay}. Owns: nothing; slots go on to what is under way or back to the
 * pool. Units: ns, bytes.
 */
final class ImpairedLink {
    private static final long DUPLICATE_SPREAD_NS = 1_000_000L;
    /** A byte at one bit a second takes this many nanoseconds. */
    private static final long BITS_PER_BYTE_NS = 8_000_000_000L;

    private final ImpairProfile profile;
    private final SplittableRandom random;
    private final PacketsUnderWay underWay;
    private final LinkCounts counts;
    private final int id;
    private boolean isBad;
    private long busyUntilNs = Long.MIN_VALUE;
    private long lastArrivalNs = Long.MIN_VALUE;
    private long newestOrder = -1;
    private int departed;

    /** @param id the owner's, who finds it in {@link #id()} when packets arrive */
    ImpairedLink(
            final ImpairProfile profile,
            final long seed,
            final PacketsUnderWay underWay,
            final LinkCounts counts,
            final int id) {
        this.profile = profile;
        random = new SplittableRandom(seed);
        this.underWay = underWay;
        this.counts = counts;
        this.id = id;
    }

    int id() {
        return id;
    }

    /** How many packets are under way here, copies included. */
    int underWay() {
        return departed;
    }

    /**
     * Takes a packet to carry, and the caller's reference to its slot.
     *
     * @param nowNs never before that of an earlier call
     */
    void send(final int slot, final int length, final long nowNs) {
        counts.received++;
        if (isLost()) {
            counts.lost++;
            underWay.pool().release(slot);
            return;
        }
        long leavesNs = nowNs;
        if (profile.bitsPerSecond() > 0) {
            if (!fits(length, nowNs)) {
                counts.queueDropped++;
                underWay.pool().release(slot);
                return;
            }
            final long wireBytes = (long) length + profile.overheadBytes();
            busyUntilNs = Math.max(nowNs, busyUntilNs) + wireBytes * BITS_PER_BYTE_NS / profile.bitsPerSecond();
            leavesNs = busyUntilNs;
        }
        final long arrivalNs = arrival(leavesNs);
        underWay.add(this, slot, length, arrivalNs, false);
        if (chance(profile.duplicate())) {
            counts.duplicated++;
            underWay.pool().retain(slot);
            underWay.add(this, slot, length, arrivalNs + random.nextLong(DUPLICATE_SPREAD_NS), true);
        }
    }

    void onDeparted() {
        departed++;
    }

    void onArrived(final long order, final boolean isCopy) {
        departed--;
        if (isCopy) {
            return;
        }
        if (order < newestOrder) {
            counts.reordered++;
        } else {
            newestOrder = order;
        }
    }

    private boolean isLost() {
        isBad = isBad ? !chance(profile.leaveBad()) : chance(profile.enterBad());
        return chance(isBad ? profile.badLoss() : profile.goodLoss());
    }

    private boolean fits(final int length, final long nowNs) {
        final long waitingNs = busyUntilNs > nowNs ? busyUntilNs - nowNs : 0;
        final long waitingBytes = waitingNs * profile.bitsPerSecond() / BITS_PER_BYTE_NS;
        return waitingBytes + length + profile.overheadBytes() <= profile.queueBytes();
    }

    private long arrival(final long leavesNs) {
        final long soonestNs = leavesNs + profile.delayNs() + jitter();
        final long arrivalNs = profile.overtakes() ? soonestNs : Math.max(soonestNs, lastArrivalNs);
        if (chance(profile.reorder())) {
            return arrivalNs + profile.reorderNs();
        }
        lastArrivalNs = arrivalNs;
        return arrivalNs;
    }

    private long jitter() {
        if (profile.jitterNs() == 0) {
            return 0;
        }
        return switch (profile.shape()) {
            case UNIFORM -> random.nextLong(profile.jitterNs());
            case EXPONENTIAL -> {
                final double means = -Math.log1p(-random.nextDouble());
                yield (long) (profile.jitterNs() * Math.min(means, ImpairProfile.CUT_AT_MEANS));
            }
        };
    }

    private boolean chance(final double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}
