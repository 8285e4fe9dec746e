package lianmai.room;

/**
 * One seat of a stage: who sits on it, or for whom it is kept.
 *
 * <pre>
 *             reserve                occupy (by whom it is kept)
 *   EMPTY ──────────────► RESERVED ──────────────────────────────► OCCUPIED
 *    │ ▲ ▲                   │                                      │    ▲
 *    │ │ └─────release───────┘                                      │    │
 *    │ └──────────────────────────vacate────────────────────────────┘    │
 *    └────────────────────────────occupy─────────────────────────────────┘
 * </pre>
 *
 * Every other input is refused and changes nothing.
 *
 * <p>Thread: signaling (confined). Owns: who is on the seat. Units: ns.
 */
final class Seat {
    enum State {
        EMPTY("empty"),
        RESERVED("reserved"),
        OCCUPIED("occupied");

        private final String text;

        State(final String text) {
            this.text = text;
        }

        /** The name in messages. */
        String text() {
            return text;
        }
    }

    private final int number;
    private State state = State.EMPTY;
    private Member member;
    private long reservedUntilNs = Wakeups.NEVER;

    Seat(final int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    State state() {
        return state;
    }

    /** Who sits here or for whom it is kept; null when empty. */
    Member member() {
        return member;
    }

    /** When the reservation ends; {@link Wakeups#NEVER} when there is none. */
    long reservedUntilNs() {
        return reservedUntilNs;
    }

    /** Keeps the seat for somebody invited. */
    boolean reserve(final Member invited, final long untilNs) {
        return switch (state) {
            case EMPTY -> transitionTo(State.RESERVED, invited, untilNs);
            case RESERVED, OCCUPIED -> false;
        };
    }

    /** Sits down. */
    boolean occupy(final Member occupant) {
        return switch (state) {
            case EMPTY -> transitionTo(State.OCCUPIED, occupant, Wakeups.NEVER);
            case RESERVED -> occupant == member && transitionTo(State.OCCUPIED, occupant, Wakeups.NEVER);
            case OCCUPIED -> false;
        };
    }

    /** Ends a reservation: declined, cancelled, timed out, or the invited left. */
    boolean release() {
        return switch (state) {
            case RESERVED -> transitionTo(State.EMPTY, null, Wakeups.NEVER);
            case EMPTY, OCCUPIED -> false;
        };
    }

    /** Gets up. */
    boolean vacate() {
        return switch (state) {
            case OCCUPIED -> transitionTo(State.EMPTY, null, Wakeups.NEVER);
            case EMPTY, RESERVED -> false;
        };
    }

    private boolean transitionTo(final State next, final Member nextMember, final long untilNs) {
        state = next;
        member = nextMember;
        reservedUntilNs = untilNs;
        return true;
    }
}
