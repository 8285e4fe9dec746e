package lianmai.dtls;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What happened to associations and datagrams since the start.
 *
 * <p>Thread: any. Units: datagrams or associations, as the entry says.
 */
public final class DtlsCounters {
    /** One counter each. */
    public enum Event {
        /** Handshakes begun. */
        STARTED,
        /** Handshakes that ended with keys. */
        ESTABLISHED,
        /** Handshakes that ended without. */
        FAILED,
        /** Established associations that the peer has ended, or that broke. */
        CLOSED,
        /** Datagrams dropped because all handshakes were taken. */
        BUSY,
        /** Datagrams dropped because the association's inbox was full. */
        INBOX_FULL
    }

    private final AtomicLongArray events = new AtomicLongArray(Event.values().length);
    private final AtomicLongArray refusals = new AtomicLongArray(DtlsGate.STATUSES);

    void add(final Event event) {
        events.incrementAndGet(event.ordinal());
    }

    void refused(final int status) {
        refusals.incrementAndGet(-status);
    }

    /** The counter's value. */
    public long get(final Event event) {
        return events.get(event.ordinal());
    }

    /** Datagrams that {@link DtlsGate} refused with the given status. */
    public long refusals(final int status) {
        return refusals.get(-status);
    }

    /** Datagrams that {@link DtlsGate} refused for any reason. */
    public long refusals() {
        long sum = 0;
        for (int i = 0; i < refusals.length(); i++) {
            sum += refusals.get(i);
        }
        return sum;
    }
}
