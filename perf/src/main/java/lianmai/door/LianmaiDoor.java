package lianmai.door;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/**
 * Our own WebSocket protocol. A room's first publisher is its host; those after it apply for the stage, are accepted by
 * the host and have a seat when they are let in. Viewers need the room: the first publisher comes before them.
 *
 * <p>Thread: any; all WebSockets are on one loop. Owns: the loop and the members' WebSockets until closed.
 */
public final class LianmaiDoor implements Door {
    static final String SUBPROTOCOL = "lianmai.v1";

    /** The host's own reply may be read after that of who came second. */
    private static final long HOST_WITHIN_S = 2;

    private final WebSockets sockets;
    private final Map<String, CompletableFuture<LianmaiMember>> hosts = new ConcurrentHashMap<>();
    private final Hosts watcher = new Hosts();

    /**
     * @param server the address of its pages, such as {@code http://127.0.0.1:8090/}
     * @throws IllegalArgumentException with a sentence when it is no such address
     */
    public LianmaiDoor(final URI server) {
        sockets = new WebSockets(webSocket(server), SUBPROTOCOL);
    }

    /** Where the WebSocket of a server is. */
    static URI webSocket(final URI server) {
        return server.resolve("/ws");
    }

    @Override
    public String name() {
        return "lianmai";
    }

    @Override
    public Session open(final String room, final String name, final MediaRole role, final LocalTransport local)
            throws DoorException {
        final Session session = enter(room, name, role, local);
        if (role instanceof MediaRole.Publisher && !member(session).isHost()) {
            try {
                takeSeat(member(session));
            } catch (final DoorException e) {
                session.handle().close();
                throw e;
            }
        }
        return session;
    }

    /**
     * Lets a client into the room and no further: a publisher that is not the host waits in the audience, its lines
     * negotiated, until it {@link LianmaiMember#apply applies} and is accepted.
     */
    public Session enter(final String room, final String name, final MediaRole role, final LocalTransport local)
            throws DoorException {
        final String wish = role instanceof MediaRole.Publisher ? "host" : "viewer";
        final LianmaiMember member = LianmaiMember.connect(sockets, room, name, watcher);
        try {
            final JsonNode joined =
                    member.join(wish, ClientSdp.offer(role, local)).message();
            final String answer = joined.path("answer").asString("");
            return new Agreement(Agreement.read(answer), role, local, true, seats(joined)).session(member);
        } catch (final DoorException e) {
            member.close();
            throw e;
        }
    }

    private static Map<String, Integer> seats(final JsonNode joined) {
        final Map<String, Integer> seats = new HashMap<>();
        for (final JsonNode line : joined.path("seats")) {
            seats.put(line.path("audioMid").asString(""), line.path("seat").asInt());
            seats.put(line.path("videoMid").asString(""), line.path("seat").asInt());
        }
        return seats;
    }

    private void takeSeat(final LianmaiMember guest) throws DoorException {
        guest.apply();
        final CompletableFuture<LianmaiMember> host = host(guest.room());
        try {
            final LianmaiMember ours =
                    Waiting.until(host, HOST_WITHIN_S, "host of room " + guest.room() + " among our clients");
            ours.accept(guest);
        } catch (final DoorException e) {
            if (host.isDone()) {
                throw e;
            }
            // Somebody else's room: its host accepts or does not, and the wait below says so.
        }
        guest.awaitSeat();
    }

    private CompletableFuture<LianmaiMember> host(final String room) {
        return hosts.computeIfAbsent(room, _ -> new CompletableFuture<>());
    }

    /** The member behind a session that this kind of door opened. */
    public static LianmaiMember member(final Session session) {
        return (LianmaiMember) session.handle();
    }

    @Override
    public void close() {
        sockets.close();
    }

    /** Who of our clients is host where. Thread: the loop. */
    private final class Hosts implements LianmaiMember.Watcher {
        @Override
        public void onHost(final LianmaiMember member) {
            final CompletableFuture<LianmaiMember> known = host(member.room());
            if (!known.complete(member)) {
                hosts.put(member.room(), CompletableFuture.completedFuture(member));
            }
        }

        @Override
        public void onGone(final LianmaiMember member) {
            hosts.computeIfPresent(member.room(), (_, host) -> host.getNow(null) == member ? null : host);
        }
    }
}
