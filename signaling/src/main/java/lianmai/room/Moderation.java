package lianmai.room;

import lianmai.message.CloseCode;
import lianmai.message.ErrorCode;
import lianmai.message.Role;
import lianmai.message.ServerMessage;

/**
 * What hosts and moderators do to others. Null means done.
 *
 * <p>Thread: signaling (confined). Units: ns.
 */
final class Moderation {
    private Moderation() {}

    /** Why one member may not act on another, or null: a moderator does nothing to the host. */
    static Refusal mayNotTouch(final Member member, final Member other) {
        if (!member.mayModerate()) {
            return Refusal.of(ErrorCode.NOT_ALLOWED);
        }
        if (other == null) {
            return Refusal.of(ErrorCode.NO_SUCH_MEMBER);
        }
        if (other.role == Role.HOST && member != other) {
            return new Refusal(ErrorCode.NOT_ALLOWED, "Nobody may do this to the host.");
        }
        return null;
    }

    static Refusal mute(
            final Member member, final String other, final boolean audio, final boolean video, final boolean on) {
        final Member target = other == null ? member : member.room.find(other);
        final boolean self = target == member;
        final Refusal refusal = self ? null : mayNotTouch(member, target);
        if (refusal != null) {
            return refusal;
        }
        if (!target.isSeated()) {
            return new Refusal(ErrorCode.BAD_STATE, "Only members on the stage can be muted.");
        }
        final Mutes now = target.mutes();
        if (self && !on && (audio && now.audioByHost() || video && now.videoByHost())) {
            return new Refusal(ErrorCode.NOT_ALLOWED, "The host has muted you.");
        }
        final Mutes next = self ? now.bySelf(audio, video, on) : now.byHost(audio, video, on);
        member.room.seating.mute(target, next, member);
        return null;
    }

    static Refusal kick(final House house, final Member member, final String other, final long nowNs) {
        final Member target = member.room.find(other);
        final Refusal refusal = mayNotTouch(member, target);
        if (refusal != null) {
            return refusal;
        }
        if (target == member) {
            return new Refusal(ErrorCode.BAD_STATE, "You cannot kick yourself; leave instead.");
        }
        house.bans.add(member.room.name, target.claims.identity(), nowNs);
        final Connection connection = target.connection;
        member.room.remove(target, "kicked", nowNs);
        if (connection != null) {
            house.effects.send(connection, 0, new ServerMessage.Closing("kicked"));
            connection.close(CloseCode.KICKED);
        }
        return null;
    }

    static Refusal transferHost(final Member member, final String other, final long nowNs) {
        if (member.role != Role.HOST) {
            return Refusal.of(ErrorCode.NOT_ALLOWED);
        }
        final Member next = member.room.find(other);
        if (next == null) {
            return Refusal.of(ErrorCode.NO_SUCH_MEMBER);
        }
        if (next == member || next.entry == Member.Entry.WHEP) {
            return new Refusal(ErrorCode.BAD_STATE, "This member cannot become host.");
        }
        member.room.makeHost(next, nowNs);
        return null;
    }

    static Refusal lock(final Member member, final boolean lock) {
        if (!member.mayModerate()) {
            return Refusal.of(ErrorCode.NOT_ALLOWED);
        }
        member.room.lock(lock);
        return null;
    }
}
