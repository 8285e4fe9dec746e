package lianmai.room;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import lianmai.message.CloseCode;
import lianmai.message.Role;
import lianmai.message.ServerMessage;
import lianmai.message.ServerMessage.AudienceInfo;
import lianmai.message.ServerMessage.Event;
import lianmai.message.ServerMessage.MemberInfo;
import lianmai.message.ServerMessage.RoomInfo;

/**
 * The membership of one room: who is in it, who is its host, and who hears of what.
 *
 * <p>Thread: signaling (confined). Owns: its members, its stage. Units: ns.
 */
final class Room extends Wakeups.Sleeper implements Fanout.Hall {
    /** How long a room waits for a host. */
    static final long HOSTLESS_NS = 30_000_000_000L;
    /** How often prominent members are asked for a sign of life; three misses make 3 s. */
    static final long PING_NS = 1_000_000_000L;

    private static final int NEWEST = 50;

    final String name;
    final long stageId;
    final Spread spread;
    final Stage stage;
    final Seating seating;
    final Fanout fanout;
    final Pks pks = new Pks(this);
    private final House house;
    private final NavigableMap<Long, Member> members = new TreeMap<>();
    /** Those who are told about by name: on the stage, host, moderators. */
    private final Set<Member> prominent = new LinkedHashSet<>();

    private Member host;
    private boolean hadHost;
    private boolean locked;
    private boolean over;
    private long closesAtNs = Wakeups.NEVER;
    private long nextPingNs;

    Room(final House house, final String name, final long stageId, final long nowNs) {
        this.house = house;
        this.name = name;
        this.stageId = stageId;
        stage = new Stage(house.limits.seats());
        spread = new Spread(house, stageId, house.limits.seats());
        seating = new Seating(house, this);
        fanout = new Fanout(house.budget, house.limits.batchWritesPerSecond(), nowNs);
        nextPingNs = nowNs + PING_NS;
    }

    /** Null when there is none. */
    Member host() {
        return host;
    }

    /** Whether it ever had a host; one that only waits for its first is not closed for want of one. */
    boolean hadHost() {
        return hadHost;
    }

    boolean isLocked() {
        return locked;
    }

    void lock(final boolean lock) {
        if (locked != lock) {
            locked = lock;
            tellAll(new ServerMessage.Locked(lock));
        }
    }

    Collection<Member> members() {
        return members.values();
    }

    /** Those who came after the member of that number, in the order of coming. */
    NavigableMap<Long, Member> membersAfter(final long number) {
        return members.tailMap(number, false);
    }

    /** The member of that id, or null. */
    Member find(final String memberId) {
        if (memberId.length() < 2 || memberId.length() > 19 || memberId.charAt(0) != 'm') {
            return null;
        }
        final long number = numberOf(memberId);
        final Member member = members.get(number);
        return member != null && member.id.equals(memberId) ? member : null;
    }

    /** The number in a member's id; -1 when there is none. */
    static long numberOf(final String memberId) {
        long number = 0;
        for (int i = 1; i < memberId.length(); i++) {
            final char digit = memberId.charAt(i);
            if (digit < '0' || digit > '9' || i > 18) {
                return -1;
            }
            number = number * 10 + digit - '0';
        }
        return number;
    }

    // Who is in it.

    /** Lets a member in; the others hear of it. The caller tells the member itself. */
    void enter(final Member member) {
        if (members.isEmpty()) {
            house.directory.add(this);
        }
        if (member.isProminent()) {
            tellAll(new ServerMessage.MemberJoined(member.info()));
        }
        members.put(member.number, member);
        house.directory.add(member);
        refreshProminence(member);
        fanout.audienceChanged();
        house.wakeups.arm(member);
        house.wakeups.arm(this);
    }

    /** Takes a member out: {@code reason} is {@code left}, {@code kicked} or {@code gone}. */
    void remove(final Member member, final String reason, final long nowNs) {
        if (member.gone) {
            return;
        }
        member.gone = true;
        final boolean toldByName = member.isProminent();
        final MemberInfo info = member.info();
        seating.endApplication(member, "left");
        seating.endInvitation(member, "left");
        seating.vacate(member, reason);
        members.remove(member.number);
        prominent.remove(member);
        house.directory.remove(member);
        house.removePeer(member);
        house.wakeups.forget(member);
        if (member.connection != null) {
            member.connection.member = null;
            if ("gone".equals(reason)) {
                closeConnection(member, CloseCode.SILENT);
            }
        }
        if (members.isEmpty()) {
            dissolve();
            return;
        }
        if (toldByName) {
            tellAll(new ServerMessage.MemberLeft(info, reason));
        }
        if (host == member) {
            host = null;
        }
        electHost(nowNs);
        fanout.audienceChanged();
        house.wakeups.arm(this);
    }

    /** Sends everybody away. */
    void close(final String reason, final CloseCode code) {
        pks.onClosed();
        for (final Member member : List.copyOf(members.values())) {
            house.effects.send(member.connection, 0, new ServerMessage.Closing(reason));
            member.gone = true;
            house.directory.remove(member);
            house.removePeer(member);
            house.wakeups.forget(member);
            closeConnection(member, code);
        }
        members.clear();
        prominent.clear();
        dissolve();
    }

    private void dissolve() {
        pks.onClosed();
        over = true;
        host = null;
        house.directory.remove(this);
        house.wakeups.forget(this);
    }

    void closeConnection(final Member member, final CloseCode code) {
        final Connection connection = member.connection;
        if (connection != null) {
            member.connection = null;
            connection.member = null;
            connection.close(code);
        }
    }

    // Who is host.

    /** Gives a member the host's role; the old host, if any, becomes a guest or viewer. */
    void makeHost(final Member next, final long nowNs) {
        final Member previous = host;
        final boolean moderated = next.role == Role.MODERATOR;
        pks.onHostChange();
        host = next;
        hadHost = true;
        closesAtNs = Wakeups.NEVER;
        if (previous != null && !previous.gone) {
            changeRole(previous, previous.isSeated() ? Role.GUEST : Role.VIEWER);
        }
        changeRole(next, Role.HOST);
        tellAll(new ServerMessage.Host(next.id));
        if (!moderated) {
            seating.tellApplications(next, nowNs);
            pks.tellInvitations(next, nowNs);
        }
        seating.rebindWatchers();
        house.wakeups.arm(this);
    }

    void changeRole(final Member member, final Role role) {
        if (member.role == role) {
            return;
        }
        member.role = role;
        refreshProminence(member);
        tellAll(new ServerMessage.RoleChanged(member.id, role.text()));
        house.wakeups.arm(member);
    }

    /** Finds a new host for a room that has lost its own; without one the room ends soon. */
    void electHost(final long nowNs) {
        if (host != null || !hadHost) {
            return;
        }
        final Member next = candidate();
        if (next != null) {
            makeHost(next, nowNs);
        } else if (closesAtNs == Wakeups.NEVER) {
            closesAtNs = nowNs + HOSTLESS_NS;
            tellAll(new ServerMessage.Host(null));
            seating.rebindWatchers();
        }
    }

    /** A moderator, oldest first; else a guest, the longest seated; else null. */
    private Member candidate() {
        Member best = null;
        for (final Member member : prominent) {
            if (best == null || before(member, best)) {
                best = member;
            }
        }
        return best;
    }

    private static boolean before(final Member a, final Member b) {
        final boolean aModerates = a.role == Role.MODERATOR;
        final boolean bModerates = b.role == Role.MODERATOR;
        if (aModerates != bModerates) {
            return aModerates;
        }
        return aModerates ? a.number < b.number : a.seatedAtNs < b.seatedAtNs;
    }

    /** To be called when a member's seat or role has changed. */
    void refreshProminence(final Member member) {
        final boolean changed = member.isProminent() ? prominent.add(member) : prominent.remove(member);
        if (changed) {
            fanout.audienceChanged();
            house.wakeups.arm(this);
        }
    }

    // Who hears what.

    void tell(final Member member, final Event event) {
        if (member.entry == Member.Entry.WEB_SOCKET) {
            house.effects.send(member.connection, member.events.add(event), event);
        }
    }

    void tellAll(final Event event) {
        final long[] connections = new long[members.size()];
        final long[] seqs = new long[members.size()];
        int count = 0;
        for (final Member member : members.values()) {
            if (member.entry != Member.Entry.WEB_SOCKET) {
                continue;
            }
            final long seq = member.events.add(event);
            if (member.connection != null) {
                connections[count] = member.connection.id;
                seqs[count++] = seq;
            }
        }
        house.effects.broadcast(Arrays.copyOf(connections, count), Arrays.copyOf(seqs, count), event);
    }

    /** Tells host and moderators, and {@code alsoTo} when that is neither. */
    void tellModerators(final Event event, final Member alsoTo) {
        for (final Member member : prominent) {
            if (member.mayModerate()) {
                tell(member, event);
            }
        }
        if (alsoTo != null && !alsoTo.mayModerate()) {
            tell(alsoTo, event);
        }
    }

    void tellStage(final ServerMessage.Passing message) {
        for (final Member member : prominent) {
            if (member.isSeated()) {
                house.effects.send(member.connection, 0, message);
            }
        }
    }

    @Override
    public long[] connections() {
        return members.values().stream()
                .filter(member -> member.connection != null)
                .mapToLong(member -> member.connection.id)
                .toArray();
    }

    @Override
    public void broadcast(final long[] connections, final ServerMessage.Passing message) {
        house.effects.broadcast(connections, null, message);
    }

    @Override
    public ServerMessage.Audience audience() {
        final AudienceInfo info = audienceInfo();
        return new ServerMessage.Audience(info.count(), info.newest());
    }

    @Override
    public ServerMessage.PkScore pkScore(final long nowNs) {
        return pks.score(nowNs);
    }

    AudienceInfo audienceInfo() {
        final List<MemberInfo> newest = new ArrayList<>();
        for (final Member member : members.descendingMap().values()) {
            if (newest.size() == NEWEST) {
                break;
            }
            if (!prominent.contains(member)) {
                newest.add(member.info());
            }
        }
        return new AudienceInfo(members.size() - prominent.size(), newest);
    }

    List<MemberInfo> prominentInfo() {
        return prominent.stream().map(Member::info).toList();
    }

    RoomInfo info() {
        return new RoomInfo(name, locked, stage.size());
    }

    RoomSummary summary() {
        final String hostName = host == null ? null : host.name;
        return new RoomSummary(name, hostName, stage.taken(), stage.size(), members.size(), locked);
    }

    // Time.

    void refreshPresence(final Member member, final long nowNs) {
        final boolean silent = member.isProminent() && member.isSilent(nowNs);
        if (silent != member.reconnecting) {
            member.reconnecting = silent;
            final ServerMessage.Presence presence =
                    new ServerMessage.Presence(member.id, silent ? "reconnecting" : "online");
            tellAll(presence);
            pks.tellElsewhere(member, presence);
        }
        house.wakeups.arm(member);
    }

    @Override
    long nextDeadlineNs() {
        if (over) {
            return Wakeups.NEVER;
        }
        final long ping = prominent.isEmpty() ? Wakeups.NEVER : nextPingNs;
        return Math.min(Math.min(ping, closesAtNs), Math.min(fanout.nextDeadlineNs(), stage.nextDeadlineNs()));
    }

    @Override
    void onTime(final long nowNs) {
        if (closesAtNs <= nowNs) {
            close("roomClosed", CloseCode.ROOM_CLOSED);
            return;
        }
        seating.onTime(nowNs);
        fanout.onTime(nowNs, this);
        if (nextPingNs <= nowNs) {
            nextPingNs = nowNs + PING_NS;
            for (final Member member : prominent) {
                if (member.connection != null && nowNs - member.connection.lastHeardNs >= PING_NS) {
                    house.effects.ping(member.connection);
                }
            }
        }
    }
}
