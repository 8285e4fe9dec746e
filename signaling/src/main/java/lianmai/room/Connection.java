package lianmai.room;

import lianmai.message.CloseCode;

/**
 * One open WebSocket.
 *
 * <p>Thread: signaling (confined). Units: ns.
 */
final class Connection extends Wakeups.Sleeper {
    /** A connection that says nothing costs a socket; a slow phone needs some seconds to make an offer. */
    static final long JOIN_WITHIN_NS = 10_000_000_000L;

    private static final int MESSAGES_PER_SECOND = 50;
    private static final int MESSAGES_AT_ONCE = 100;
    /** Each refusal is answered, so refusals are bounded too. */
    private static final int REFUSALS_AT_ONCE = 100;

    final long id;
    final RateBucket messages;
    final RateBucket refusals;
    private final RoomRegistry registry;
    private final long openedAtNs;
    /** Null before the join, and after a resume elsewhere. */
    Member member;

    long lastHeardNs;
    boolean closed;

    Connection(final RoomRegistry registry, final long id, final long nowNs) {
        this.registry = registry;
        this.id = id;
        openedAtNs = nowNs;
        lastHeardNs = nowNs;
        messages = new RateBucket(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE, nowNs);
        refusals = new RateBucket(1, REFUSALS_AT_ONCE, nowNs);
    }

    void close(final CloseCode code) {
        registry.closeConnection(this, code);
    }

    @Override
    long nextDeadlineNs() {
        return closed || member != null ? Wakeups.NEVER : openedAtNs + JOIN_WITHIN_NS;
    }

    @Override
    void onTime(final long nowNs) {
        if (nextDeadlineNs() <= nowNs) {
            close(CloseCode.PROTOCOL);
        }
    }
}
