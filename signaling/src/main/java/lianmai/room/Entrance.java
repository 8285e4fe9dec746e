package lianmai.room;

import lianmai.message.ErrorCode;
import lianmai.message.Role;

/**
 * The one way into a room, for WebSocket, WHIP and WHEP: who may, as what, and with which media.
 *
 * <p>Nothing is changed before everything has been allowed and negotiated.
 *
 * <p>Thread: signaling (confined). Units: ns.
 */
final class Entrance {
    /** @param watch null unless by WHEP */
    record Request(
            String room, Claims claims, Role wish, Member.Entry entry, Watch watch, String resumeToken, String offer) {}

    /** Either a member with its negotiated media, or a refusal. */
    record Outcome(Member member, Negotiator.Accepted accepted, Refusal refusal) {
        static Outcome refused(final ErrorCode code) {
            return new Outcome(null, null, Refusal.of(code));
        }
    }

    private final House house;

    Entrance(final House house) {
        this.house = house;
    }

    /** Lets somebody in, or says why not. The others have been told when this returns; the member itself has not. */
    Outcome enter(final Request request, final long nowNs) {
        final Room there = house.directory.room(request.room());
        final Role role = roleFor(request, there);
        final ErrorCode refused = whyNot(request, there, role, nowNs);
        if (refused != null) {
            return Outcome.refused(refused);
        }
        final long stageId = there == null ? house.directory.nextStageId() : there.stageId;
        final int shard = there == null ? house.placement.place(stageId) : there.spread.place();
        if (shard == ShardPlacement.NONE) {
            return Outcome.refused(ErrorCode.BUSY);
        }
        return switch (house.negotiate(shard, stageId, request.entry().kind(), request.offer())) {
            case Negotiator.Refused no -> new Outcome(null, null, no.refusal());
            case Negotiator.Accepted yes -> {
                final Room room = there == null ? new Room(house, request.room(), stageId, nowNs) : there;
                yield new Outcome(letIn(request, room, role, yes, shard, nowNs), yes, null);
            }
        };
    }

    private Member letIn(
            final Request request,
            final Room room,
            final Role role,
            final Negotiator.Accepted accepted,
            final int shard,
            final long nowNs) {
        final long number = house.directory.nextMemberNumber();
        // A guest is who sits: a role that comes with the seat.
        final Role first = role == Role.GUEST ? Role.VIEWER : role;
        final Member member =
                new Member(room, number, request.resumeToken(), request.entry(), request.claims(), first, nowNs);
        house.addPeer(member, accepted.spec(), shard);
        room.enter(member);
        if (role == Role.HOST) {
            room.makeHost(member, nowNs);
        }
        final Seat seat = room.stage.firstEmpty();
        if ((role == Role.HOST || role == Role.GUEST) && seat != null && member.canPublish()) {
            room.seating.occupy(member, seat, nowNs);
        }
        room.electHost(nowNs);
        if (request.watch() != null) {
            member.watch = request.watch();
            member.watchedSeat = accepted.spec().downlinks().getFirst().seat();
            room.seating.bind(member);
        }
        return member;
    }

    private ErrorCode whyNot(final Request request, final Room room, final Role role, final long nowNs) {
        final Claims claims = request.claims();
        if (house.bans.holds(request.room(), claims.identity(), nowNs)) {
            return ErrorCode.KICKED;
        }
        if (request.entry() == Member.Entry.WHIP && !claims.publish()) {
            return ErrorCode.CANNOT_PUBLISH;
        }
        if (room == null) {
            if (role == Role.VIEWER && request.entry() == Member.Entry.WEB_SOCKET) {
                return ErrorCode.ROOM_NOT_FOUND;
            }
            final boolean full = house.directory.rooms().size() >= house.limits.maxRooms();
            return full ? ErrorCode.TOO_MANY_ROOMS : null;
        }
        if (room.isLocked() && claims.role() != Role.HOST && claims.role() != Role.MODERATOR) {
            return ErrorCode.ROOM_LOCKED;
        }
        if (room.members().size() >= house.limits.maxMembersPerRoom()) {
            return ErrorCode.ROOM_FULL;
        }
        final boolean needsSeat = request.entry() == Member.Entry.WHIP;
        return needsSeat && room.stage.firstEmpty() == null ? ErrorCode.STAGE_FULL : null;
    }

    private static Role roleFor(final Request request, final Room room) {
        final Member host = room == null ? null : room.host();
        final Role vouched = request.claims().role();
        switch (request.entry()) {
            case WHEP:
                return Role.VIEWER;
            case WHIP:
                final boolean first = host == null && (vouched == Role.HOST || room == null || !room.hadHost());
                return first || host == null && vouched == null ? Role.HOST : Role.GUEST;
            default:
                return vouched == null ? wishedRole(request.wish(), host) : vouchedRole(request.claims(), host);
        }
    }

    private static Role wishedRole(final Role wish, final Member host) {
        // Who streams by WHIP has no buttons: the studio of the same streamer takes over.
        final boolean free = host == null || wish == Role.HOST && host.entry == Member.Entry.WHIP;
        return free && (wish == null || wish == Role.HOST) ? Role.HOST : Role.VIEWER;
    }

    private static Role vouchedRole(final Claims claims, final Member host) {
        if (claims.role() != Role.HOST || host == null) {
            return claims.role();
        }
        final boolean same = host.claims.identity().equals(claims.identity());
        return same || host.entry == Member.Entry.WHIP ? Role.HOST : Role.MODERATOR;
    }
}
