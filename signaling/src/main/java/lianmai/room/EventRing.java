package lianmai.room;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.function.ObjLongConsumer;
import lianmai.message.ServerMessage.Event;

/** A member's last {@value #KEPT} events; older ones are forgotten and make a resume a snapshot. */
final class EventRing {
    /** Ten times what a lively stage says in the 30 s of a resume; bounds what 10,000 viewers cost. */
    static final int KEPT = 128;

    private final ArrayDeque<Event> kept = new ArrayDeque<>(4);
    private long lastSeq;

    /** Adds an event and answers its number. */
    long add(final Event event) {
        if (kept.size() == KEPT) {
            kept.removeFirst();
        }
        kept.addLast(event);
        return ++lastSeq;
    }

    long lastSeq() {
        return lastSeq;
    }

    /** Whether everything after {@code seq} is still here. */
    boolean reaches(final long seq) {
        return seq <= lastSeq && seq >= lastSeq - kept.size();
    }

    /** Everything after {@code seq}, which must be {@linkplain #reaches reached}, with its number. */
    void replay(final long seq, final ObjLongConsumer<Event> sink) {
        long number = lastSeq - kept.size();
        for (final Iterator<Event> events = kept.iterator(); events.hasNext(); ) {
            final Event event = events.next();
            if (++number > seq) {
                sink.accept(event, number);
            }
        }
    }
}
