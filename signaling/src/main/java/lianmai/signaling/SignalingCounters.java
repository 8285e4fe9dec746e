package lianmai.signaling;

import java.util.concurrent.atomic.AtomicLongArray;
import lianmai.message.ErrorCode;
import lianmai.message.ServerMessage;

/**
 * What signaling counts since the start.
 *
 * <p>Thread: written by signaling alone, read by any.
 */
public final class SignalingCounters {
    /** One counter each. */
    public enum Event {
        SOCKETS_OPENED("WebSockets opened"),
        MESSAGES_IN("messages received over WebSockets"),
        MESSAGES_OUT("messages sent over WebSockets, once for each receiver"),
        JOINS("joins over WebSockets that were admitted"),
        RESUMES("sessions taken up again after a broken connection"),
        HTTP_JOINS("WHIP and WHEP sessions that were admitted");

        private final String sentence;

        Event(final String sentence) {
            this.sentence = sentence;
        }

        /** One sentence for people who look at the counter. */
        public String sentence() {
            return sentence;
        }
    }

    private final AtomicLongArray events = new AtomicLongArray(Event.values().length);
    private final AtomicLongArray refusals = new AtomicLongArray(ErrorCode.values().length);

    void add(final Event event, final long more) {
        // A single writer needs no atomic add.
        events.setRelease(event.ordinal(), events.getPlain(event.ordinal()) + more);
    }

    void refused(final ErrorCode code) {
        refusals.setRelease(code.ordinal(), refusals.getPlain(code.ordinal()) + 1);
    }

    /** A message goes out to so many. */
    void sent(final ServerMessage message, final long receivers) {
        add(Event.MESSAGES_OUT, receivers);
        switch (message) {
            case ServerMessage.Joined _ -> add(Event.JOINS, 1);
            case ServerMessage.Resumed _, ServerMessage.Snapshot _ -> add(Event.RESUMES, 1);
            case ServerMessage.Failed failed -> {
                for (final ErrorCode code : ErrorCode.values()) {
                    if (code.code().equals(failed.code())) {
                        refused(code);
                    }
                }
            }
            default -> {}
        }
    }

    public long value(final Event event) {
        return events.get(event.ordinal());
    }

    /** Requests refused for this reason. */
    public long value(final ErrorCode code) {
        return refusals.get(code.ordinal());
    }
}
