package lianmai.room;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import lianmai.message.ServerMessage;
import lianmai.message.ServerMessage.PkInfo;

/**
 * The PKs of one room: the one that runs, and the invitations that are open. While one runs there are no invitations.
 *
 * <p>Thread: signaling (confined). Units: ns.
 */
final class Pks {
    /** More than a host can read; bounds what other rooms can make a room remember. */
    static final int MAX_RECEIVED = 8;

    private final Room room;
    private Pk running;
    private Pk sent;
    /** By whom it is invited, oldest first. */
    private final Map<Room, Pk> received = new LinkedHashMap<>();

    Pks(final Room room) {
        this.room = room;
    }

    /** The one that runs, or null. */
    Pk running() {
        return running;
    }

    /** The invitation of this room to another, or null. */
    Pk sent() {
        return sent;
    }

    /** The invitation that this room has from another, or null. */
    Pk from(final Room other) {
        return received.get(other);
    }

    /** The invitations that this room has, oldest first. */
    Collection<Pk> received() {
        return received.values();
    }

    // Kept by Pk.

    void sent(final Pk pk) {
        sent = pk;
    }

    void received(final Pk pk) {
        received.put(pk.against(room).room, pk);
    }

    /** An invitation is no longer open. */
    void forget(final Pk pk) {
        if (sent == pk) {
            sent = null;
        }
        received.remove(pk.against(room).room, pk);
    }

    /** A PK begins: whoever else has been asked, or asks, is told that it comes to nothing. */
    void start(final Pk pk) {
        running = pk;
        refuseAll("busy");
    }

    void end() {
        running = null;
    }

    // What happens to the room.

    /** A member is about to leave its seat. */
    void onUnseated(final Member member, final String reason) {
        if (showsElsewhere(member)) {
            running.end("mediaLost".equals(reason) ? reason : "hostLeft", room);
        }
    }

    /** The host is about to be somebody else. */
    void onHostChange() {
        if (running != null) {
            running.end("hostChanged", room);
        }
    }

    void onClosed() {
        if (running != null) {
            running.end("roomClosed", room);
        }
        refuseAll("roomClosed");
    }

    /** A peer is about to be removed; the relay takes it off its seats by itself. */
    void onPeerRemoved(final Member member) {
        if (showsElsewhere(member)) {
            running.against(room).room.spread.forget(member.peerId());
        }
    }

    /** A seated member has a new peer, which the other room is to show from now on. */
    void onNewPeer(final Member member) {
        if (showsElsewhere(member)) {
            final Pk.Side other = running.against(room);
            other.room.spread.seat(other.seat().number(), member.peerId(), member.shard);
            other.room.seating.tellAllUnsupported(other.seat());
        }
    }

    /** Tells those who see a member by a PK what its own room is told of it. */
    void tellElsewhere(final Member member, final ServerMessage.Event event) {
        if (showsElsewhere(member)) {
            running.against(room).room.tellAll(event);
        }
    }

    // What is to be seen.

    /** Whether this is the other room's host, whom this room sees. */
    boolean isOpponent(final Member member) {
        return running != null && running.against(room).host() == member;
    }

    /** Whether this is the id of the other room's host, whom this room sees. */
    boolean isOpponent(final String memberId) {
        return running != null && running.against(room).host().id.equals(memberId);
    }

    /** The running PK as the room sees it, or null. */
    PkInfo info(final long nowNs) {
        return running == null ? null : running.info(room, nowNs);
    }

    /** The score as the room sees it; null when no PK runs. */
    ServerMessage.PkScore score(final long nowNs) {
        return running == null ? null : running.score(room, nowNs);
    }

    /** Tells a new moderator of the invitations that are open. */
    void tellInvitations(final Member moderator, final long nowNs) {
        if (sent != null) {
            room.tell(moderator, sent.invitation(room, nowNs));
        }
        received.values().forEach(pk -> room.tell(moderator, pk.invitation(room, nowNs)));
    }

    private boolean showsElsewhere(final Member member) {
        return running != null && running.of(room).host() == member;
    }

    private void refuseAll(final String reason) {
        if (sent != null) {
            sent.refuse(reason);
        }
        List.copyOf(received.values()).forEach(pk -> pk.refuse(reason));
    }
}
