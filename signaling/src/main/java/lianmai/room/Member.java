package lianmai.room;

import lianmai.dtls.Fingerprint;
import lianmai.message.Role;
import lianmai.message.ServerMessage.MemberInfo;
import lianmai.relay.PeerSpec;

/**
 * Somebody in a room, through a WebSocket or, without one, through WHIP or WHEP.
 *
 * <p>Thread: signaling (confined). Units: ns.
 */
final class Member extends Wakeups.Sleeper {
    /** How long nothing may be heard until the others are told. */
    static final long SILENT_NS = 3_000_000_000L;
    /** How long a member without its WebSocket, or a WHIP or WHEP peer that never connects, stays. */
    static final long GONE_NS = 30_000_000_000L;

    static final int NO_SEAT = -1;

    private static final int CHATS_PER_SECOND = 5;
    private static final int CHATS_AT_ONCE = 10;
    private static final int VERBS_PER_SECOND = 5;
    private static final int VERBS_AT_ONCE = 20;

    /** How somebody came in. */
    enum Entry {
        WEB_SOCKET("web", Negotiator.Kind.JOIN),
        WHIP("whip", Negotiator.Kind.WHIP),
        WHEP("whep", Negotiator.Kind.WHEP);

        private final String text;
        private final Negotiator.Kind kind;

        Entry(final String text, final Negotiator.Kind kind) {
            this.text = text;
            this.kind = kind;
        }

        /** The name of who comes this way without one. */
        String text() {
            return text;
        }

        Negotiator.Kind kind() {
            return kind;
        }
    }

    final long number;
    final String id;
    final String resumeToken;
    final Room room;
    final Entry entry;
    final Claims claims;
    final String name;
    final long joinedAtNs;
    final EventRing events = new EventRing();
    final ReplyMemory replies = new ReplyMemory();
    final RateBucket chats;
    final RateBucket verbs;

    Role role;
    /** Null when there is none now. */
    Connection connection;
    /** When the connection was lost. */
    long lostAtNs;
    /** Null when its media is over. */
    PeerSpec spec;
    /** The relay shard of its peer. */
    int shard;
    /** The certificate of the peer that the relay gave up, null when there is another one since. */
    Fingerprint givenUp;

    boolean mediaConnected;
    boolean mediaSilent = true;
    boolean reconnecting;
    boolean gone;
    int seat = NO_SEAT;
    long seatedAtNs;
    /** Null unless it came by WHEP. */
    Watch watch;

    int watchedSeat;
    private Mutes mutes = Mutes.NONE;

    Member(
            final Room room,
            final long number,
            final String resumeToken,
            final Entry entry,
            final Claims claims,
            final Role role,
            final long nowNs) {
        this.room = room;
        this.number = number;
        id = "m" + number;
        this.resumeToken = resumeToken;
        this.entry = entry;
        this.claims = claims;
        name = claims.name();
        this.role = role;
        joinedAtNs = nowNs;
        lostAtNs = nowNs;
        chats = new RateBucket(CHATS_PER_SECOND, CHATS_AT_ONCE, nowNs);
        verbs = new RateBucket(VERBS_PER_SECOND, VERBS_AT_ONCE, nowNs);
    }

    MemberInfo info() {
        return new MemberInfo(id, name, role.text(), seat == NO_SEAT ? null : seat);
    }

    long peerId() {
        return spec == null ? 0 : spec.peerId();
    }

    boolean isSeated() {
        return seat != NO_SEAT;
    }

    boolean mayModerate() {
        return role == Role.HOST || role == Role.MODERATOR;
    }

    /** Whether everybody is told about it by name, and not only counted. */
    boolean isProminent() {
        return isSeated() || mayModerate();
    }

    boolean canPublish() {
        return claims.publish() && spec != null && (spec.uplinkAudio() != null || spec.uplinkVideo() != null);
    }

    Mutes mutes() {
        return mutes;
    }

    void mutes(final Mutes next) {
        mutes = next;
    }

    /** Since when nothing has come over the WebSocket. */
    long silentSinceNs() {
        return connection == null ? lostAtNs : connection.lastHeardNs;
    }

    /** Whether neither media nor WebSocket is heard. */
    boolean isSilent(final long nowNs) {
        if (entry != Entry.WEB_SOCKET) {
            return mediaConnected && mediaSilent;
        }
        return mediaSilent && nowNs - silentSinceNs() >= SILENT_NS;
    }

    /** Whether it is to be given up. */
    boolean isOver(final long nowNs) {
        return goneAtNs() <= nowNs;
    }

    private long goneAtNs() {
        if (entry != Entry.WEB_SOCKET) {
            return mediaConnected ? Wakeups.NEVER : joinedAtNs + GONE_NS;
        }
        final boolean waitsForSign = connection == null || mediaSilent && isProminent();
        return waitsForSign ? silentSinceNs() + GONE_NS : Wakeups.NEVER;
    }

    @Override
    long nextDeadlineNs() {
        if (gone) {
            return Wakeups.NEVER;
        }
        final boolean tellsSilence = entry == Entry.WEB_SOCKET && mediaSilent && isProminent() && !reconnecting;
        final long silentAtNs = tellsSilence ? silentSinceNs() + SILENT_NS : Wakeups.NEVER;
        return Math.min(Math.min(replies.nextDeadlineNs(), silentAtNs), goneAtNs());
    }

    @Override
    void onTime(final long nowNs) {
        replies.onTime(nowNs);
        if (isOver(nowNs)) {
            room.remove(this, "gone", nowNs);
        } else {
            room.refreshPresence(this, nowNs);
        }
    }
}
