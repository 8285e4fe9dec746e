package lianmai.bench;

/**
 * Looks for the number of viewers that makes a certain load: the share of its core that the relay's thread takes.
 * The first guess is in proportion; then it follows the line through the last two, since a relay has work that viewers
 * do not add to.
 *
 * <p>Thread: one. Units: viewers in each room, percent.
 */
final class ShareSearch {
    /** Near enough: the share itself moves that much from one round to the next. */
    static final double CLOSE = 2;

    static final int MOST_STEPS = 5;

    /** From here on more viewers do not make more of it. */
    private static final double FULL = 90;

    private static final int HIGHEST = 10_000;

    private final double wanted;
    private int next;
    private int steps;
    private int before;
    private double shareBefore;
    private int best;
    private double bestShare = Double.MAX_VALUE;

    ShareSearch(final double wanted, final int first) {
        this.wanted = wanted;
        next = first;
    }

    boolean isOver() {
        return steps == MOST_STEPS || Math.abs(bestShare - wanted) <= CLOSE || steps > 0 && next == before;
    }

    /** What to try. */
    int next() {
        return next;
    }

    /** What share that made. */
    void found(final double share) {
        steps++;
        final int tried = next;
        if (Math.abs(share - wanted) < Math.abs(bestShare - wanted)) {
            best = tried;
            bestShare = share;
        }
        double estimate = tried * wanted / Math.max(share, 0.1);
        if (steps > 1 && tried != before && (share - shareBefore) * (tried - before) > 0) {
            estimate = tried + (wanted - share) * (tried - before) / (share - shareBefore);
        }
        if (share >= FULL && wanted < FULL) {
            // How much too many cannot be seen from there.
            estimate = tried / 2.0;
        }
        before = tried;
        shareBefore = share;
        // A first step from far away overshoots: what is sent together gets cheaper.
        next = Math.clamp(Math.round(estimate), Math.max(1, tried / 3), Math.min(HIGHEST, tried * 3));
    }

    /** What came nearest. */
    int best() {
        return best;
    }

    double bestShare() {
        return bestShare;
    }
}
