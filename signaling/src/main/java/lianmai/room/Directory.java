package lianmai.room;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Finds rooms and members by each of their names.
 *
 * <p>Thread: signaling (confined). Owns: all rooms and members.
 */
final class Directory {
    private final Map<String, Room> rooms = new LinkedHashMap<>();
    private final Map<Long, Room> roomsByStage = new HashMap<>();
    private final Map<String, Member> membersByToken = new HashMap<>();
    private final Map<Long, Member> membersByPeer = new HashMap<>();
    private long lastStageId;
    private long lastPeerId;
    private long lastMemberNumber;

    long nextStageId() {
        return ++lastStageId;
    }

    long nextPeerId() {
        return ++lastPeerId;
    }

    long nextMemberNumber() {
        return ++lastMemberNumber;
    }

    void add(final Room room) {
        rooms.put(room.name, room);
        roomsByStage.put(room.stageId, room);
    }

    void remove(final Room room) {
        rooms.remove(room.name);
        roomsByStage.remove(room.stageId);
    }

    void add(final Member member) {
        membersByToken.put(member.resumeToken, member);
    }

    void remove(final Member member) {
        membersByToken.remove(member.resumeToken);
    }

    void addPeer(final Member member) {
        membersByPeer.put(member.peerId(), member);
    }

    void removePeer(final Member member) {
        membersByPeer.remove(member.peerId());
    }

    Collection<Room> rooms() {
        return rooms.values();
    }

    /** The room of that name, or null. */
    Room room(final String name) {
        return rooms.get(name);
    }

    /** The room with that stage, or null. */
    Room roomByStage(final long stageId) {
        return roomsByStage.get(stageId);
    }

    /** The member with that resume token or resource, or null. */
    Member memberByToken(final String token) {
        return membersByToken.get(token);
    }

    /** The member with that relay peer, or null. */
    Member memberByPeer(final long peerId) {
        return membersByPeer.get(peerId);
    }

    int members() {
        return membersByToken.size();
    }

    int peers() {
        return membersByPeer.size();
    }
}
