package lianmai.room;

import lianmai.message.ClientMessage;
import lianmai.message.ErrorCode;

/**
 * What hosts and moderators ask about PKs: whether it is allowed and fits the state, and then {@link Pk} does it. Null
 * means done.
 *
 * <p>Thread: signaling (confined). Units: ns.
 */
final class PkRequests {
    private PkRequests() {}

    /** Asks another room for a PK; one that has asked for the same is taken at its word. */
    static Refusal invite(final House house, final Member member, final ClientMessage.PkInvite ask, final long nowNs) {
        final Room room = member.room;
        if (!member.mayModerate()) {
            return Refusal.of(ErrorCode.NOT_ALLOWED);
        }
        if (ask.room().equals(room.name)) {
            return refuse("A room cannot have a PK with itself.");
        }
        final Room other = house.directory.room(ask.room());
        if (other == null) {
            return Refusal.of(ErrorCode.ROOM_NOT_FOUND);
        }
        if (room.pks.running() != null) {
            return refuse("Your room is in a PK already.");
        }
        final Pk crossing = room.pks.from(other);
        if (crossing != null) {
            return start(crossing, room, other, nowNs);
        }
        if (room.pks.sent() != null) {
            return refuse("Your room has invited another already; withdraw that first.");
        }
        if (other.pks.running() != null) {
            return refuse("That room is in a PK with another.");
        }
        if (other.isLocked()) {
            return new Refusal(ErrorCode.ROOM_LOCKED, "That room is locked and takes no invitations.");
        }
        if (other.pks.received().size() >= Pks.MAX_RECEIVED) {
            return new Refusal(ErrorCode.BUSY, "Too many rooms have invited that one; try again soon.");
        }
        final Refusal notReady = whyNotReady(room, "your room");
        if (notReady != null) {
            return notReady;
        }
        if (!hostIsSeated(other)) {
            return refuse("The host of that room is not on its stage.");
        }
        final int durationMs = ask.durationMs() == null ? Pk.DEFAULT_DURATION_MS : ask.durationMs();
        Pk.invite(house, room, other, durationMs * 1_000_000L, nowNs);
        return null;
    }

    /** @param from null: the only room that has invited */
    static Refusal accept(final Member member, final String from, final long nowNs) {
        final Room room = member.room;
        if (!member.mayModerate()) {
            return Refusal.of(ErrorCode.NOT_ALLOWED);
        }
        final Pk pk = invitation(room, from);
        return pk == null ? whichInvitation(room, from) : start(pk, room, pk.against(room).room, nowNs);
    }

    /** @param from null: the only room that has invited */
    static Refusal decline(final Member member, final String from) {
        final Room room = member.room;
        if (!member.mayModerate()) {
            return Refusal.of(ErrorCode.NOT_ALLOWED);
        }
        final Pk pk = invitation(room, from);
        if (pk == null) {
            return whichInvitation(room, from);
        }
        pk.refuse("declined");
        return null;
    }

    /** Ends the PK; while none runs, withdraws the invitation to one. */
    static Refusal end(final Member member) {
        final Pks pks = member.room.pks;
        if (!member.mayModerate()) {
            return Refusal.of(ErrorCode.NOT_ALLOWED);
        }
        if (pks.running() != null) {
            pks.running().end("ended", member.room);
            return null;
        }
        if (pks.sent() != null) {
            pks.sent().refuse("cancelled");
            return null;
        }
        return refuse("Your room is in no PK and has invited nobody to one.");
    }

    static Refusal score(final Member member, final int points, final long nowNs) {
        final Pk running = member.room.pks.running();
        if (!member.mayModerate()) {
            return Refusal.of(ErrorCode.NOT_ALLOWED);
        }
        if (running == null) {
            return refuse("Your room is in no PK.");
        }
        return running.raise(member.room, points, nowNs) ? null : Refusal.of(ErrorCode.RATE_LIMITED);
    }

    /** Why nothing is done to the other room's host, whom this room only sees; null when a verb is about another. */
    static Refusal aboutOpponent(final Member member, final ClientMessage message) {
        final String target =
                switch (message) {
                    case ClientMessage.Kick kick -> kick.member();
                    case ClientMessage.Mute mute -> mute.member();
                    case ClientMessage.Unmute unmute -> unmute.member();
                    case ClientMessage.RemoveFromSeat remove -> remove.member();
                    case ClientMessage.TransferHost transfer -> transfer.member();
                    case ClientMessage.Invite invite -> invite.member();
                    case ClientMessage.Accept accept -> accept.member();
                    case ClientMessage.Decline decline -> decline.member();
                    case ClientMessage.Cancel cancel -> cancel.member();
                    default -> null;
                };
        return target == null || !member.room.pks.isOpponent(target)
                ? null
                : new Refusal(ErrorCode.NOT_ALLOWED, "This is the host of the other room; pkEnd ends the PK.");
    }

    private static Refusal start(final Pk pk, final Room room, final Room other, final long nowNs) {
        final Refusal own = whyNotReady(room, "your room");
        final Refusal refusal = own == null ? whyNotReady(other, "the other room") : own;
        if (refusal == null) {
            pk.start(nowNs);
        }
        return refusal;
    }

    private static Refusal whyNotReady(final Room room, final String called) {
        if (!hostIsSeated(room)) {
            return refuse("The host of " + called + " is not on its stage.");
        }
        return room.stage.firstEmpty() == null
                ? new Refusal(ErrorCode.STAGE_FULL, "No seat of " + called + " is free to show the other host on.")
                : null;
    }

    private static boolean hostIsSeated(final Room room) {
        return room.host() != null && room.host().isSeated();
    }

    private static Pk invitation(final Room room, final String from) {
        for (final Pk pk : room.pks.received()) {
            final boolean meant =
                    from == null ? room.pks.received().size() == 1 : from.equals(pk.against(room).room.name);
            if (meant) {
                return pk;
            }
        }
        return null;
    }

    private static Refusal whichInvitation(final Room room, final String from) {
        return refuse(
                from == null && !room.pks.received().isEmpty()
                        ? "Several rooms have invited yours; say which is meant."
                        : "Your room has no such invitation.");
    }

    private static Refusal refuse(final String sentence) {
        return new Refusal(ErrorCode.BAD_STATE, sentence);
    }
}
