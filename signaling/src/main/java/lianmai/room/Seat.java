package lianmai.room;

import lianmai.message.ServerMessage.MemberInfo;

/**
 * One seat of a stage: who sits on it, for whom it is kept, or whom of another room it shows.
 *
 * <pre>
 *             reserve                occupy (by whom it is kept)
 *   EMPTY ──────────────► RESERVED ──────────────────────────────► OCCUPIED
 *    │ ▲ ▲                   │                                      │    ▲
 *    │ │ └─────release───────┘                                      │    │
 *    │ └──────────────────────────vacate────────────────────────────┘    │
 *    ├────────────────────────────occupy─────────────────────────────────┘
 *    │ ▲
 *    │ └──────hide────────┐
 *    └────────show───────► PK
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
        OCCUPIED("occupied"),
        /** Shows the host of another room. */
        PK("pk");

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

    /** Who sits here, for whom it is kept, or which other room's host it shows; null when empty. */
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
            case RESERVED, OCCUPIED, PK -> false;
        };
    }

    /** Sits down. */
    boolean occupy(final Member occupant) {
        return switch (state) {
            case EMPTY -> transitionTo(State.OCCUPIED, occupant, Wakeups.NEVER);
            case RESERVED -> occupant == member && transitionTo(State.OCCUPIED, occupant, Wakeups.NEVER);
            case OCCUPIED, PK -> false;
        };
    }

    /** Ends a reservation: declined, cancelled, timed out, or the invited left. */
    boolean release() {
        return switch (state) {
            case RESERVED -> transitionTo(State.EMPTY, null, Wakeups.NEVER);
            case EMPTY, OCCUPIED, PK -> false;
        };
    }

    /** Gets up. */
    boolean vacate() {
        return switch (state) {
            case OCCUPIED -> transitionTo(State.EMPTY, null, Wakeups.NEVER);
            case EMPTY, RESERVED, PK -> false;
        };
    }

    /** Shows the host of another room. */
    boolean show(final Member opponent) {
        return switch (state) {
            case EMPTY -> transitionTo(State.PK, opponent, Wakeups.NEVER);
            case RESERVED, OCCUPIED, PK -> false;
        };
    }

    /** Shows the host of another room no longer. */
    boolean hide() {
        return switch (state) {
            case PK -> transitionTo(State.EMPTY, null, Wakeups.NEVER);
            case EMPTY, RESERVED, OCCUPIED -> false;
        };
    }

    /** Whether somebody is to be seen here. */
    boolean isTaken() {
        return state == State.OCCUPIED || state == State.PK;
    }

    /** Whom to name here, in this seat when it shows somebody of another room; null when empty. */
    MemberInfo info() {
        if (member == null) {
            return null;
        }
        return state == State.PK ? new MemberInfo(member.id, member.name, member.role.text(), number) : member.info();
    }

    private boolean transitionTo(final State next, final Member nextMember, final long untilNs) {
        state = next;
        member = nextMember;
        reservedUntilNs = untilNs;
        return true;
    }
}
