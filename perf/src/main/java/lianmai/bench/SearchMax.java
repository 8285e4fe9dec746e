package lianmai.bench;

/**
 * Looks for the highest good load: doubles (or halves) until good and bad are known, then bisects.
 *
 * <p>Thread: one. Units: viewers in each room.
 */
final class SearchMax {
    /** Loss up to this is none: a thousandth. */
    static final double GOOD_LOSS_PERCENT = 0.1;

    /** Enough to double six times and bisect to a few percent. */
    static final int MOST_STEPS = 12;

    /** Closer is not worth another step: the boundary itself is not that sharp. */
    private static final double CLOSE = 1.05;

    private static final int HIGHEST = 20_000;

    private int good;
    private int bad = Integer.MAX_VALUE;
    private int tried;
    private int next;
    private int steps;

    SearchMax(final int first) {
        next = first;
    }

    boolean isOver() {
        final boolean isBracketed = good > 0 && (bad <= good + 1 || bad <= good * CLOSE);
        return steps == MOST_STEPS || isBracketed || good >= HIGHEST || bad == 1;
    }

    /** What to try. */
    int next() {
        tried = next;
        steps++;
        return tried;
    }

    /** How it went. */
    void found(final boolean isGood) {
        if (isGood) {
            good = Math.max(good, tried);
        } else {
            bad = Math.min(bad, tried);
        }
        if (bad == Integer.MAX_VALUE) {
            next = good * 2;
        } else {
            next = good == 0 ? Math.max(1, bad / 2) : (good + bad) / 2;
        }
    }

    /** The highest good one; 0 when none was. */
    int best() {
        return good;
    }

    /** The lowest one tried that was too much. */
    int lowest() {
        return bad;
    }
}
