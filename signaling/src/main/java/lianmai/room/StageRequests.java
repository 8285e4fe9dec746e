package lianmai.room;

import java.util.Map;
import lianmai.message.ErrorCode;
import lianmai.message.ServerMessage;

/**
 * What members ask about seats: whether it is allowed and fits the state, and then {@link Seating} does it. Null means
 * done.
 *
 * <p>Thread: signaling (confined). Units: ns.
 */
final class StageRequests {
    private StageRequests() {}

    static Refusal apply(final Member member, final long nowNs) {
        final Room room = member.room;
        if (member.isSeated() || room.stage.hasApplied(member)) {
            return refuse(ErrorCode.BAD_STATE, "You are on the stage or have applied already.");
        }
        final Refusal unfit = Seating.whyNotSeated(member);
        if (unfit != null) {
            return unfit;
        }
        final Seat kept = room.stage.keptFor(member);
        if (kept != null) {
            room.seating.acceptInvitation(member, kept, nowNs);
            return null;
        }
        if (member.mayModerate()) {
            return sitDown(member, nowNs);
        }
        final Map<Member, Long> applications = room.stage.applications();
        if (applications.size() >= Stage.MAX_APPLICATIONS) {
            return refuse(ErrorCode.BUSY, "Too many have applied; try again soon.");
        }
        room.seating.apply(member, nowNs);
        return null;
    }

    static Refusal cancel(final Member member, final String other) {
        if (other == null) {
            return member.room.seating.endApplication(member, "cancelled")
                    ? null
                    : refuse(ErrorCode.BAD_STATE, "You have not applied.");
        }
        final Member invited = member.room.find(other);
        final Refusal refusal = mayNotAskFor(member, invited);
        if (refusal != null) {
            return refusal;
        }
        return member.room.seating.endInvitation(invited, "cancelled")
                ? null
                : refuse(ErrorCode.BAD_STATE, "This member is not invited.");
    }

    static Refusal invite(final Member member, final String other, final Integer wanted, final long nowNs) {
        final Room room = member.room;
        final Member invited = room.find(other);
        final Refusal refusal = mayNotAskFor(member, invited);
        if (refusal != null) {
            return refusal;
        }
        if (wanted != null && wanted >= room.stage.size()) {
            return Refusal.of(ErrorCode.NO_SUCH_SEAT);
        }
        if (invited.isSeated() || room.stage.keptFor(invited) != null) {
            return refuse(ErrorCode.BAD_STATE, "This member is on the stage or invited already.");
        }
        final Seat seat = wanted == null ? room.stage.firstEmpty() : room.stage.seat(wanted);
        if (seat == null) {
            return Refusal.of(ErrorCode.STAGE_FULL);
        }
        if (seat.state() != Seat.State.EMPTY) {
            return refuse(ErrorCode.BAD_STATE, "This seat is not free.");
        }
        final Refusal unfit = Seating.whyNotSeated(invited);
        if (unfit != null) {
            return unfit;
        }
        if (room.stage.hasApplied(invited)) {
            room.stage.applications().remove(invited);
            room.seating.occupy(invited, seat, nowNs);
            room.tellModerators(new ServerMessage.ApplicationEnded(invited.info(), "invited"), invited);
        } else {
            room.seating.invite(member, invited, seat, nowNs);
        }
        return null;
    }

    static Refusal accept(final Member member, final String other, final long nowNs) {
        final Room room = member.room;
        if (other == null) {
            final Seat kept = room.stage.keptFor(member);
            if (kept == null) {
                return refuse(ErrorCode.BAD_STATE, "You are not invited.");
            }
            final Refusal unfit = Seating.whyNotSeated(member);
            if (unfit == null) {
                room.seating.acceptInvitation(member, kept, nowNs);
            }
            return unfit;
        }
        final Member applicant = room.find(other);
        final Refusal refusal = mayNotAskFor(member, applicant);
        if (refusal != null) {
            return refusal;
        }
        if (!room.stage.hasApplied(applicant)) {
            return refuse(ErrorCode.BAD_STATE, "This member has not applied.");
        }
        final Refusal unfit = sitDown(applicant, nowNs);
        if (unfit == null) {
            room.seating.endApplication(applicant, "accepted");
        }
        return unfit;
    }

    static Refusal decline(final Member member, final String other) {
        final Room room = member.room;
        if (other == null) {
            return room.seating.endInvitation(member, "declined")
                    ? null
                    : refuse(ErrorCode.BAD_STATE, "You are not invited.");
        }
        final Member applicant = room.find(other);
        final Refusal refusal = mayNotAskFor(member, applicant);
        if (refusal != null) {
            return refusal;
        }
        return room.seating.endApplication(applicant, "declined")
                ? null
                : refuse(ErrorCode.BAD_STATE, "This member has not applied.");
    }

    static Refusal leaveSeat(final Member member) {
        if (!member.isSeated()) {
            return refuse(ErrorCode.BAD_STATE, "You are not on the stage.");
        }
        member.room.seating.vacate(member, "left");
        return null;
    }

    static Refusal removeFromSeat(final Member member, final String other, final long nowNs) {
        final Room room = member.room;
        final Member removed = room.find(other);
        final Refusal refusal = Moderation.mayNotTouch(member, removed);
        if (refusal != null) {
            return refusal;
        }
        if (!removed.isSeated()) {
            return refuse(ErrorCode.BAD_STATE, "This member is not on the stage.");
        }
        if (removed.entry == Member.Entry.WHIP) {
            // It came for the seat and has nothing to hear us with.
            room.remove(removed, "left", nowNs);
        } else {
            room.seating.vacate(removed, "removed");
        }
        return null;
    }

    private static Refusal sitDown(final Member member, final long nowNs) {
        final Refusal unfit = Seating.whyNotSeated(member);
        if (unfit != null) {
            return unfit;
        }
        final Seat seat = member.room.stage.firstEmpty();
        if (seat == null) {
            return Refusal.of(ErrorCode.STAGE_FULL);
        }
        member.room.seating.occupy(member, seat, nowNs);
        return null;
    }

    private static Refusal mayNotAskFor(final Member member, final Member other) {
        if (!member.mayModerate()) {
            return Refusal.of(ErrorCode.NOT_ALLOWED);
        }
        return other == null ? Refusal.of(ErrorCode.NO_SUCH_MEMBER) : null;
    }

    private static Refusal refuse(final ErrorCode code, final String sentence) {
        return new Refusal(code, sentence);
    }
}
