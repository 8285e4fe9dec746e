package lianmai.bench;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import lianmai.door.Door;
import lianmai.door.DoorException;
import lianmai.door.LianmaiDoor;
import lianmai.door.LianmaiMember;
import lianmai.door.LocalTransport;
import lianmai.door.MediaRole;
import lianmai.door.Session;

/**
 * Lets publishers in without a seat, their media connected: the first of a room is its host, the others wait in the
 * audience until somebody has them take turns.
 *
 * <p>Thread: any. Owns: nothing; the door behind it belongs to the target.
 */
final class StageDoor implements Door {
    private final LianmaiDoor door;
    private final Map<String, List<LianmaiMember>> publishers = new ConcurrentHashMap<>();

    StageDoor(final LianmaiDoor door) {
        this.door = door;
    }

    @Override
    public Session open(final String room, final String name, final MediaRole role, final LocalTransport local)
            throws DoorException {
        final Session session = door.enter(room, name, role, local);
        if (role instanceof MediaRole.Publisher && session.handle() instanceof LianmaiMember member) {
            publishers
                    .computeIfAbsent(room, key -> new CopyOnWriteArrayList<>())
                    .add(member);
        }
        return session;
    }

    /** A room's host. */
    LianmaiMember host(final String room) {
        return publishers.get(room).stream()
                .filter(LianmaiMember::isHost)
                .findFirst()
                .orElseThrow();
    }

    /** A room's publishers but the host. */
    List<LianmaiMember> guests(final String room) {
        return publishers.get(room).stream().filter(member -> !member.isHost()).toList();
    }

    @Override
    public String name() {
        return door.name();
    }

    /** The door stays open for the next round. */
    @Override
    public void close() {
        publishers.clear();
    }
}
