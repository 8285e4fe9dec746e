package lianmai.room;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lianmai.message.ServerMessage.SeatState;

/**
 * The seats of a room and who has applied for one.
 *
 * <p>Thread: signaling (confined). Units: ns.
 */
final class Stage {
    /** A host needs time to read the list. */
    static final long APPLICATION_NS = 60_000_000_000L;
    /** A seat kept for nobody keeps others away. */
    static final long INVITATION_NS = 30_000_000_000L;
    /** More than a host can read; bounds what applications cost those who are told of them. */
    static final int MAX_APPLICATIONS = 100;

    private final Seat[] seats;
    /** Applicant → when the application ends; all last equally long, so the first ends first. */
    private final LinkedHashMap<Member, Long> applications = new LinkedHashMap<>();

    Stage(final int seatCount) {
        seats = new Seat[seatCount];
        for (int i = 0; i < seatCount; i++) {
            seats[i] = new Seat(i);
        }
    }

    int size() {
        return seats.length;
    }

    Seat seat(final int number) {
        return seats[number];
    }

    /** The first empty seat, or null. */
    Seat firstEmpty() {
        for (final Seat seat : seats) {
            if (seat.state() == Seat.State.EMPTY) {
                return seat;
            }
        }
        return null;
    }

    /** The first occupied seat, or null. */
    Seat firstOccupied() {
        for (final Seat seat : seats) {
            if (seat.state() == Seat.State.OCCUPIED) {
                return seat;
            }
        }
        return null;
    }

    /** The seat kept for a member, or null. */
    Seat keptFor(final Member member) {
        for (final Seat seat : seats) {
            if (seat.state() == Seat.State.RESERVED && seat.member() == member) {
                return seat;
            }
        }
        return null;
    }

    /** On how many seats somebody is to be seen. */
    int taken() {
        int count = 0;
        for (final Seat seat : seats) {
            if (seat.isTaken()) {
                count++;
            }
        }
        return count;
    }

    Map<Member, Long> applications() {
        return applications;
    }

    boolean hasApplied(final Member member) {
        return applications.containsKey(member);
    }

    long nextDeadlineNs() {
        long deadline = applications.isEmpty()
                ? Wakeups.NEVER
                : applications.firstEntry().getValue();
        for (final Seat seat : seats) {
            deadline = Math.min(deadline, seat.reservedUntilNs());
        }
        return deadline;
    }

    /** An applicant whose time is over, or null. */
    Member overdueApplicant(final long nowNs) {
        final Map.Entry<Member, Long> first = applications.firstEntry();
        return first != null && first.getValue() <= nowNs ? first.getKey() : null;
    }

    /** A reserved seat whose time is over, or null. */
    Seat overdueReservation(final long nowNs) {
        for (final Seat seat : seats) {
            if (seat.reservedUntilNs() <= nowNs) {
                return seat;
            }
        }
        return null;
    }

    SeatState state(final int number) {
        final Seat seat = seats[number];
        final Member member = seat.member();
        return new SeatState(
                number,
                seat.state().text(),
                seat.info(),
                seat.isTaken() && member.mutes().audio(),
                seat.isTaken() && member.mutes().video(),
                seat.state() == Seat.State.PK ? member.room.name : null);
    }

    List<SeatState> states() {
        final List<SeatState> states = new ArrayList<>(seats.length);
        for (int i = 0; i < seats.length; i++) {
            states.add(state(i));
        }
        return states;
    }
}
