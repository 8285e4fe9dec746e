package lianmai.room;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import lianmai.message.ClientMessage;
import lianmai.message.ErrorCode;
import lianmai.message.ServerMessage;
import lianmai.message.ServerMessage.MemberInfo;
import lianmai.message.ServerMessage.Reply;
import lianmai.relay.RelayCommand;

/**
 * Answers what a member asks, each request with exactly one reply.
 *
 * <p>Thread: signaling (confined). Units: ns.
 */
final class Requests {
    private final House house;
    private final long epochOffsetNs;

    Requests(final House house, final long epochOffsetNs) {
        this.house = house;
        this.epochOffsetNs = epochOffsetNs;
    }

    long epochMillis(final long nowNs) {
        return (nowNs + epochOffsetNs) / 1_000_000;
    }

    Reply reply(final Member member, final ClientMessage message, final long nowNs) {
        return switch (message) {
            case ClientMessage.Ping ping -> new ServerMessage.Pong(ping.id(), epochMillis(nowNs));
            case ClientMessage.Participants page -> participants(member.room, page);
            case ClientMessage.Offer offer -> offer(member, offer, nowNs);
            case ClientMessage.Chat chat -> outcome(chat.id(), chat(member, chat, nowNs));
            case ClientMessage.Reaction reaction -> outcome(reaction.id(), reaction(member, reaction, nowNs));
            case ClientMessage.PkScore raise -> outcome(raise.id(), PkRequests.score(member, raise.points(), nowNs));
            default -> outcome(message.id(), member.verbs.take(nowNs) ? verb(member, message, nowNs) : rateLimited());
        };
    }

    /** Whether a reply only says to ask again, and so must not be remembered. */
    static boolean isRateLimited(final Reply reply) {
        return reply instanceof ServerMessage.Failed failed && failed.code().equals(ErrorCode.RATE_LIMITED.code());
    }

    private Refusal verb(final Member member, final ClientMessage message, final long nowNs) {
        final Refusal aboutOpponent = PkRequests.aboutOpponent(member, message);
        if (aboutOpponent != null) {
            return aboutOpponent;
        }
        return switch (message) {
            case ClientMessage.PkInvite invite -> PkRequests.invite(house, member, invite, nowNs);
            case ClientMessage.PkAccept accept -> PkRequests.accept(member, accept.room(), nowNs);
            case ClientMessage.PkDecline decline -> PkRequests.decline(member, decline.room());
            case ClientMessage.PkEnd _ -> PkRequests.end(member);
            case ClientMessage.Apply _ -> StageRequests.apply(member, nowNs);
            case ClientMessage.Cancel cancel -> StageRequests.cancel(member, cancel.member());
            case ClientMessage.Invite invite -> StageRequests.invite(member, invite.member(), invite.seat(), nowNs);
            case ClientMessage.Accept accept -> StageRequests.accept(member, accept.member(), nowNs);
            case ClientMessage.Decline decline -> StageRequests.decline(member, decline.member());
            case ClientMessage.LeaveSeat _ -> StageRequests.leaveSeat(member);
            case ClientMessage.RemoveFromSeat remove -> StageRequests.removeFromSeat(member, remove.member(), nowNs);
            case ClientMessage.Kick kick -> Moderation.kick(house, member, kick.member(), nowNs);
            case ClientMessage.Mute mute -> Moderation.mute(member, mute.member(), mute.audio(), mute.video(), true);
            case ClientMessage.Unmute mute -> Moderation.mute(member, mute.member(), mute.audio(), mute.video(), false);
            case ClientMessage.TransferHost transfer -> Moderation.transferHost(member, transfer.member(), nowNs);
            case ClientMessage.Lock _ -> Moderation.lock(member, true);
            case ClientMessage.Unlock _ -> Moderation.lock(member, false);
            default -> throw new IllegalArgumentException("no verb: " + message);
        };
    }

    private Refusal chat(final Member member, final ClientMessage.Chat chat, final long nowNs) {
        if (!member.chats.take(nowNs)) {
            return rateLimited();
        }
        final MemberInfo from = new MemberInfo(member.id, member.name, member.role.text(), null);
        member.room.fanout.chat(new ServerMessage.ChatLine(from, chat.text(), epochMillis(nowNs)));
        house.wakeups.arm(member.room);
        return null;
    }

    private Refusal reaction(final Member member, final ClientMessage.Reaction reaction, final long nowNs) {
        if (!member.chats.take(nowNs)) {
            return rateLimited();
        }
        member.room.fanout.reaction(reaction.kind());
        house.wakeups.arm(member.room);
        return null;
    }

    private static Reply participants(final Room room, final ClientMessage.Participants page) {
        final long after = page.after() == null ? 0 : Room.numberOf(page.after());
        final NavigableMap<Long, Member> rest = room.membersAfter(after);
        final List<MemberInfo> members = new ArrayList<>();
        String last = null;
        for (final Map.Entry<Long, Member> entry : rest.entrySet()) {
            if (members.size() == page.limit()) {
                return new ServerMessage.Participants(
                        page.id(), members, last, room.members().size());
            }
            members.add(entry.getValue().info());
            last = entry.getValue().id;
        }
        return new ServerMessage.Participants(
                page.id(), members, null, room.members().size());
    }

    /**
     * An ICE restart or changed lines for the peer there is; a new peer when there is none or its certificate is
     * new.
     */
    private Reply offer(final Member member, final ClientMessage.Offer offer, final long nowNs) {
        if (!member.verbs.take(nowNs)) {
            return outcome(offer.id(), rateLimited());
        }
        if (member.spec != null) {
            final Negotiator.Result result = house.negotiator.renegotiate(member.peerId(), offer.offer());
            if (result instanceof Negotiator.Refused(final Refusal refusal)) {
                return outcome(offer.id(), refusal);
            }
            final Negotiator.Accepted accepted = (Negotiator.Accepted) result;
            if (accepted.spec().fingerprint().equals(member.spec.fingerprint())) {
                return renewed(member, offer.id(), accepted);
            }
        }
        return switch (house.negotiate(member.shard, member.room.stageId, Negotiator.Kind.JOIN, offer.offer())) {
            case Negotiator.Refused(final Refusal refusal) -> outcome(offer.id(), refusal);
            case Negotiator.Accepted accepted
            when accepted.spec().fingerprint().equals(member.givenUp) -> {
                // Its ICE could start anew, but its DTLS would wait for ever for ours to go on.
                house.negotiator.forget(accepted.spec().peerId());
                yield outcome(offer.id(), Refusal.of(ErrorCode.MEDIA_OVER));
            }
            case Negotiator.Accepted accepted -> replaced(member, offer.id(), accepted, nowNs);
        };
    }

    private Reply renewed(final Member member, final String id, final Negotiator.Accepted accepted) {
        if (!accepted.spec().ice().equals(member.spec.ice())) {
            house.effects.relay(
                    member.shard,
                    new RelayCommand.RestartIce(member.peerId(), accepted.spec().ice()));
        }
        member.spec = accepted.spec();
        return new ServerMessage.Answer(id, accepted.answer(), accepted.seats());
    }

    private Reply replaced(final Member member, final String id, final Negotiator.Accepted accepted, final long nowNs) {
        house.removePeer(member);
        house.addPeer(member, accepted.spec(), member.shard);
        if (member.isSeated() && !member.canPublish()) {
            member.room.seating.vacate(member, "mediaLost");
        }
        member.room.seating.replacePeer(member);
        member.room.refreshPresence(member, nowNs);
        return new ServerMessage.Answer(id, accepted.answer(), accepted.seats());
    }

    private static Refusal rateLimited() {
        return Refusal.of(ErrorCode.RATE_LIMITED);
    }

    private static Reply outcome(final String id, final Refusal refusal) {
        return refusal == null
                ? new ServerMessage.Ok(id)
                : new ServerMessage.Failed(id, refusal.code().code(), refusal.sentence());
    }
}
