package lianmai.room;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import lianmai.message.ClientMessage;
import lianmai.message.CloseCode;
import lianmai.message.ErrorCode;
import lianmai.message.PlainText;
import lianmai.message.ServerMessage;
import lianmai.message.ServerMessage.Reply;
import lianmai.relay.PeerSpec;
import lianmai.relay.RelayCommand;
import lianmai.relay.RelayEvent;

/**
 * All rooms: takes what clients, relay and clock say, one at a time; {@link #drain} then gives what is to be done. To
 * be
 * drained after every call, and {@link #onTime} to be called when {@link #nextDeadlineNs} has come.
 *
 * <p>Connections are numbers that the caller chooses, never twice. Never throws for anything a client does.
 *
 * <p>Thread: signaling (confined). Owns: all rooms, members, and the decision which peers exist. Units: ns.
 */
public final class RoomRegistry {
    private final House house;
    private final Entrance entrance;
    private final Requests requests;
    private final Admission admission;
    private final Supplier<String> secrets;
    private final Map<Long, Connection> connections = new HashMap<>();
    private boolean closing;

    /**
     * @param secrets makes resume tokens that nobody can guess, never the same twice
     * @param epochOffsetNs what to add to {@code nowNs} to get ns since the Unix epoch
     */
    public RoomRegistry(
            final RoomLimits limits,
            final Negotiator negotiator,
            final Admission admission,
            final ShardPlacement placement,
            final Supplier<String> secrets,
            final long epochOffsetNs) {
        house = new House(limits, negotiator, placement);
        entrance = new Entrance(house);
        this.admission = admission;
        this.secrets = secrets;
        requests = new Requests(house, epochOffsetNs);
    }

    /** Hands over, in order, what is to be done since the last call. */
    public void drain(final Consumer<RoomEffect> sink) {
        house.effects.drain(sink);
    }

    // Connections.

    public void onConnectionOpened(final long connection, final long nowNs) {
        final Connection opened = new Connection(this, connection, nowNs);
        connections.put(connection, opened);
        if (closing) {
            opened.close(CloseCode.GOING_AWAY);
        } else {
            house.wakeups.arm(opened);
        }
    }

    /** The connection is gone, by whomever; unknown ones are ignored. */
    public void onConnectionClosed(final long connection, final long nowNs) {
        final Connection lost = connections.remove(connection);
        if (lost == null) {
            return;
        }
        lost.closed = true;
        house.wakeups.forget(lost);
        final Member member = lost.member;
        if (member != null) {
            lost.member = null;
            member.connection = null;
            member.lostAtNs = nowNs;
            house.wakeups.arm(member);
        }
    }

    /** Anything came over the connection, if only a pong. */
    public void onHeard(final long connection, final long nowNs) {
        final Connection heard = connections.get(connection);
        if (heard == null) {
            return;
        }
        heard.lastHeardNs = nowNs;
        if (heard.member != null && heard.member.reconnecting) {
            heard.member.room.refreshPresence(heard.member, nowNs);
        }
    }

    public void onMessage(final long connection, final ClientMessage message, final long nowNs) {
        final Connection from = admit(connection, message.id(), nowNs);
        if (from == null) {
            return;
        }
        final Member member = from.member;
        final Reply again = member == null ? null : member.replies.find(message.id());
        if (again != null) {
            house.effects.send(from, 0, again);
            return;
        }
        switch (message) {
            case ClientMessage.Join join -> join(from, join, nowNs);
            case ClientMessage.Resume resume -> resume(from, resume, nowNs);
            case ClientMessage.Leave leave
            when member != null -> {
                house.effects.send(from, 0, new ServerMessage.Ok(leave.id()));
                member.room.remove(member, "left", nowNs);
                from.close(CloseCode.NORMAL);
            }
            default -> {
                if (member == null) {
                    fail(from, message.id(), Refusal.of(ErrorCode.NOT_JOINED));
                    return;
                }
                final Reply reply = requests.reply(member, message, nowNs);
                if (!Requests.isRateLimited(reply)) {
                    member.replies.put(reply, nowNs);
                    house.wakeups.arm(member);
                }
                house.effects.send(from, 0, reply);
            }
        }
    }

    /** A frame that is no message: {@code id} null when it could not be read. */
    public void onBadMessage(final long connection, final String id, final Refusal refusal, final long nowNs) {
        final Connection from = admit(connection, id, nowNs);
        if (from != null) {
            fail(from, id, refusal);
        }
    }

    private Connection admit(final long connection, final String id, final long nowNs) {
        final Connection from = connections.get(connection);
        if (from == null) {
            return null;
        }
        onHeard(connection, nowNs);
        if (from.messages.take(nowNs)) {
            return from;
        }
        if (from.refusals.take(nowNs)) {
            fail(from, id, Refusal.of(ErrorCode.RATE_LIMITED));
        } else {
            from.close(CloseCode.RATE);
            onConnectionLost(from, nowNs);
        }
        return null;
    }

    /** Closes one of our connections; used by connections and rooms. */
    void closeConnection(final Connection connection, final CloseCode code) {
        if (connection.closed) {
            return;
        }
        house.effects.close(connection, code);
        connection.closed = true;
        connections.remove(connection.id);
        house.wakeups.forget(connection);
    }

    private void onConnectionLost(final Connection connection, final long nowNs) {
        final Member member = connection.member;
        if (member != null) {
            connection.member = null;
            member.connection = null;
            member.lostAtNs = nowNs;
            house.wakeups.arm(member);
        }
    }

    private void fail(final Connection connection, final String id, final Refusal refusal) {
        house.effects.send(
                connection, 0, new ServerMessage.Failed(id, refusal.code().code(), refusal.sentence()));
    }

    // Coming in.

    private void join(final Connection from, final ClientMessage.Join join, final long nowNs) {
        if (from.member != null) {
            fail(from, join.id(), Refusal.of(ErrorCode.ALREADY_JOINED));
            return;
        }
        switch (admitTo(join.room(), join.token(), join.name(), nowNs)) {
            case Admission.Denied denied -> {
                fail(from, join.id(), denied.refusal());
                from.close(CloseCode.UNAUTHORIZED);
            }
            case Admission.Granted granted -> {
                final Entrance.Outcome outcome = entrance.enter(
                        new Entrance.Request(
                                join.room(),
                                granted.claims().named(join.name().strip()),
                                join.role(),
                                Member.Entry.WEB_SOCKET,
                                null,
                                secrets.get(),
                                join.offer()),
                        nowNs);
                if (outcome.refusal() == null) {
                    welcome(from, join.id(), outcome, nowNs);
                } else {
                    turnAway(from, join.id(), outcome.refusal());
                }
            }
        }
    }

    private void turnAway(final Connection from, final String id, final Refusal refusal) {
        fail(from, id, refusal);
        if (refusal.code() == ErrorCode.KICKED) {
            from.close(CloseCode.KICKED);
        }
    }

    private Admission.Result admitTo(final String room, final String token, final String name, final long nowNs) {
        if (closing) {
            return new Admission.Denied(Refusal.of(ErrorCode.SERVER_CLOSING));
        }
        final Admission.Result result = admission.admit(token, name, requests.epochMillis(nowNs));
        if (result instanceof Admission.Granted(final Claims claims) && !claims.covers(room)) {
            return new Admission.Denied(new Refusal(ErrorCode.BAD_TOKEN, "The token is for another room."));
        }
        return result;
    }

    /** Connects a new member; whatever it was told before this is in {@code joined}. */
    private void welcome(final Connection from, final String id, final Entrance.Outcome outcome, final long nowNs) {
        final Member member = outcome.member();
        final Room room = member.room;
        attach(member, from);
        final PeerSpec spec = member.spec;
        final Reply joined = new ServerMessage.Joined(
                id,
                room.info(),
                member.info(),
                outcome.accepted().answer(),
                outcome.accepted().seats(),
                room.stage.states(),
                room.prominentInfo(),
                room.audienceInfo(),
                resumePoint(member),
                Formats.media(spec),
                room.pks.info(nowNs));
        member.replies.put(joined, nowNs);
        house.effects.send(from, 0, joined);
        if (member.isSeated()) {
            room.tell(member, new ServerMessage.OnStage(member.seat));
        }
        tellOpenMatters(member, nowNs);
        room.seating.tellUnsupported(member);
        room.seating.tellSpeaker(member);
    }

    private void resume(final Connection from, final ClientMessage.Resume resume, final long nowNs) {
        if (from.member != null) {
            fail(from, resume.id(), Refusal.of(ErrorCode.ALREADY_JOINED));
            return;
        }
        final Member member = house.directory.memberByToken(resume.token());
        if (member == null || member.entry != Member.Entry.WEB_SOCKET) {
            fail(from, resume.id(), Refusal.of(ErrorCode.RESUME_EXPIRED));
            return;
        }
        member.room.closeConnection(member, CloseCode.REPLACED);
        attach(member, from);
        final long lastSeq = member.events.lastSeq();
        if (member.events.reaches(resume.seq())) {
            house.effects.send(from, 0, new ServerMessage.Resumed(resume.id(), (int) (lastSeq - resume.seq())));
            member.events.replay(resume.seq(), (event, seq) -> house.effects.send(from, seq, event));
        } else {
            house.effects.send(from, 0, snapshot(member, resume.id(), nowNs));
            tellOpenMatters(member, nowNs);
        }
        member.room.seating.tellSpeaker(member);
        // A replayed start of a PK tells the time that was left then.
        if (member.room.pks.running() != null) {
            house.effects.send(from, 0, member.room.pks.score(nowNs));
        }
        member.room.refreshPresence(member, nowNs);
    }

    private void attach(final Member member, final Connection connection) {
        member.connection = connection;
        connection.member = member;
        house.wakeups.forget(connection);
        house.wakeups.arm(member);
    }

    private static void tellOpenMatters(final Member member, final long nowNs) {
        if (member.mayModerate()) {
            member.room.seating.tellApplications(member, nowNs);
            member.room.pks.tellInvitations(member, nowNs);
        }
    }

    private static ServerMessage.Snapshot snapshot(final Member member, final String id, final long nowNs) {
        final Room room = member.room;
        return new ServerMessage.Snapshot(
                id,
                room.info(),
                member.info(),
                room.stage.states(),
                room.prominentInfo(),
                room.audienceInfo(),
                resumePoint(member),
                room.pks.info(nowNs));
    }

    private static ServerMessage.ResumePoint resumePoint(final Member member) {
        return new ServerMessage.ResumePoint(member.resumeToken, member.events.lastSeq());
    }

    // WHIP and WHEP: members without a connection.

    /**
     * Lets a WHIP publisher in (RFC 9725); it takes a seat, and the first in a new room is its host.
     *
     * @param claims null on a server without keys
     */
    public HttpEntry joinWhip(final String room, final Claims claims, final String offer, final long nowNs) {
        return enterByHttp(room, claims, Member.Entry.WHIP, null, offer, nowNs);
    }

    /**
     * Lets a WHEP viewer in; the room may be empty or not there yet.
     *
     * @param claims null on a server without keys
     */
    public HttpEntry joinWhep(
            final String room, final Claims claims, final String offer, final Watch watch, final long nowNs) {
        if (watch instanceof Watch.FixedSeat(final int seat) && (seat < 0 || seat >= house.limits.seats())) {
            return new HttpEntry.Refused(Refusal.of(ErrorCode.NO_SUCH_SEAT));
        }
        return enterByHttp(room, claims, Member.Entry.WHEP, watch, offer, nowNs);
    }

    /** Ends a WHIP or WHEP member; false when there is none of that resource. */
    public boolean leave(final String resource, final long nowNs) {
        final Member member = httpMember(resource);
        if (member != null) {
            member.room.remove(member, "left", nowNs);
        }
        return member != null;
    }

    /** The relay peer of a WHIP or WHEP member; 0 when there is none of that resource. */
    public long peerOf(final String resource) {
        final Member member = httpMember(resource);
        return member == null ? 0 : member.peerId();
    }

    /** New ICE credentials, negotiated by the caller, for a WHIP or WHEP member; false when there is none. */
    public boolean restartIce(final String resource, final PeerSpec.Ice ice) {
        final Member member = httpMember(resource);
        if (member != null) {
            house.effects.relay(member.shard, new RelayCommand.RestartIce(member.peerId(), ice));
        }
        return member != null;
    }

    private Member httpMember(final String resource) {
        final Member member = house.directory.memberByToken(resource);
        return member == null || member.entry == Member.Entry.WEB_SOCKET ? null : member;
    }

    private HttpEntry enterByHttp(
            final String room,
            final Claims claims,
            final Member.Entry entry,
            final Watch watch,
            final String offer,
            final long nowNs) {
        if (closing) {
            return new HttpEntry.Refused(Refusal.of(ErrorCode.SERVER_CLOSING));
        }
        if (!PlainText.isName(room) || room.indexOf('/') >= 0) {
            return new HttpEntry.Refused(new Refusal(ErrorCode.BAD_MESSAGE, "This cannot be the name of a room."));
        }
        final Claims known = claims == null ? Claims.anonymous(entry.text()) : claims.named(entry.text());
        if (!known.covers(room)) {
            return new HttpEntry.Refused(new Refusal(ErrorCode.BAD_TOKEN, "The token is for another room."));
        }
        final Entrance.Outcome outcome =
                entrance.enter(new Entrance.Request(room, known, null, entry, watch, secrets.get(), offer), nowNs);
        if (outcome.refusal() != null) {
            return new HttpEntry.Refused(outcome.refusal());
        }
        final Member member = outcome.member();
        return new HttpEntry.Admitted(
                member.resumeToken,
                member.id,
                member.peerId(),
                outcome.accepted().answer());
    }

    // Relay and clock.

    public void onRelayEvent(final RelayEvent event, final long nowNs) {
        switch (event) {
            case RelayEvent.Connected(final long peerId) -> onMedia(peerId, false, nowNs);
            case RelayEvent.Heard(final long peerId) -> onMedia(peerId, false, nowNs);
            case RelayEvent.Silent(final long peerId) -> onMedia(peerId, true, nowNs);
            case RelayEvent.Gone(final long peerId, final String _) -> onMediaGone(peerId, nowNs);
            case RelayEvent.ActiveSpeaker speaker -> {
                final Room room = house.directory.roomByStage(speaker.stageId());
                if (room != null) {
                    room.seating.onSpeaker(speaker.seat(), speaker.peerId());
                }
            }
        }
    }

    private void onMedia(final long peerId, final boolean silent, final long nowNs) {
        final Member member = house.directory.memberByPeer(peerId);
        if (member != null) {
            member.mediaConnected = true;
            member.mediaSilent = silent;
            member.room.refreshPresence(member, nowNs);
        }
    }

    private void onMediaGone(final long peerId, final long nowNs) {
        final Member member = house.directory.memberByPeer(peerId);
        if (member == null) {
            return;
        }
        if (member.entry != Member.Entry.WEB_SOCKET) {
            member.room.remove(member, "gone", nowNs);
            return;
        }
        member.room.seating.vacate(member, "mediaLost");
        member.givenUp = member.spec.fingerprint();
        house.removePeer(member);
        member.room.refreshPresence(member, nowNs);
    }

    /** Told to everybody on a stage. */
    public void onStats(final ServerMessage.Stats stats) {
        house.directory.rooms().forEach(room -> room.tellStage(stats));
    }

    public void onTime(final long nowNs) {
        house.wakeups.onTime(nowNs);
    }

    /** When {@link #onTime} has something to do; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        return house.wakeups.nextDeadlineNs();
    }

    /** Tells everybody that the server ends, and lets nobody in any more. */
    public void close() {
        closing = true;
        for (final Room room : List.copyOf(house.directory.rooms())) {
            room.close("serverClosing", CloseCode.GOING_AWAY);
        }
        for (final Connection connection : List.copyOf(connections.values())) {
            connection.close(CloseCode.GOING_AWAY);
        }
    }

    /** Whether joins are taken. */
    public boolean isOpen() {
        return !closing;
    }

    /** All rooms, oldest first. */
    public List<RoomSummary> rooms() {
        return house.directory.rooms().stream().map(Room::summary).toList();
    }

    /** The member with that resume token or resource, or null; for tests. */
    Member memberOf(final String token) {
        return house.directory.memberByToken(token);
    }

    /** All rooms; for tests. */
    Collection<Room> everyRoom() {
        return house.directory.rooms();
    }

    /** How much there is of everything, for counters and leak tests. */
    public Census census() {
        return new Census(
                connections.size(),
                house.directory.rooms().size(),
                house.directory.members(),
                house.directory.peers(),
                house.wakeups.size());
    }

    /** See {@link #census}; all are zero when everybody has left. */
    public record Census(int connections, int rooms, int members, int peers, int timers) {}
}
