package lianmai.impair;

import java.util.Locale;

/**
 * The counters of one direction at one moment. Once nothing is under way,
 * {@code received + duplicated = passed + lost + queueDropped + relayFull + oversized + sendErrors}.
 *
 * @param received came in
 * @param passed went out, copies included
 * @param lost lost as the profile says
 * @param queueDropped found the queue of a limited rate full
 * @param duplicated second copies made
 * @param reordered went out after one that had come in later; copies do not count
 * @param relayFull dropped by the relay itself: no slot, or no room for one more client
 * @param oversized dropped by the relay itself: longer than a slot
 * @param sendErrors refused by the kernel on the way out: socket buffer full, nobody there
 */
public record ImpairCounts(
        long received,
        long passed,
        long lost,
        long queueDropped,
        long duplicated,
        long reordered,
        long relayFull,
        long oversized,
        long sendErrors) {
    /** Before the first packet. */
    public static final ImpairCounts ZERO = new ImpairCounts(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** One short phrase; what the relay itself did wrong is named only when there is any. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%,d passed, %,d lost, %,d queue-dropped, %,d reordered, %,d duplicated",
                passed,
                lost,
                queueDropped,
                reordered,
                duplicated));
        append(text, relayFull, "DROPPED FOR WANT OF ROOM");
        append(text, oversized, "TOO LONG");
        append(text, sendErrors, "NOT SENT");
        return text.toString();
    }

    private static void append(final StringBuilder text, final long count, final String what) {
        if (count > 0) {
            text.append(String.format(Locale.ROOT, ", %,d %s", count, what));
        }
    }
}
