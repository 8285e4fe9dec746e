package lianmai.impair;

/**
 * What happened to the packets of one direction. Once nothing is under way,
 * {@code received + duplicated = passed + lost + queueDropped + relayFull + oversized + sendErrors}.
 *
 * <p>Thread: the relay's (confined).
 */
final class LinkCounts {
    /** Came in, of known clients. */
    long received;
    /** Went out, copies included. */
    long passed;
    /** Lost as the profile says. */
    long lost;
    /** Found the queue of a limited rate full. */
    long queueDropped;
    /** Second copies made. */
    long duplicated;
    /** Went out after one that had come in later; copies do not count. */
    long reordered;
    /** Dropped by the relay itself: no slot, or no room for one more client. */
    long relayFull;
    /** Dropped by the relay itself: longer than a slot. */
    long oversized;
    /** Refused by the kernel on the way out: socket buffer full, nobody there. */
    long sendErrors;
}
