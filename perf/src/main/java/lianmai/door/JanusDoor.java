package lianmai.door;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import lianmai.sdp.IceCandidate;
import lianmai.sdp.SdpDescription;
import tools.jackson.databind.JsonNode;

/**
 * Janus's videoroom (1.x), over its WebSocket transport. Each client has a session of its own, as browsers do; all
 * sessions share one connection.
 *
 * <p>A publisher offers. To a viewer Janus offers, one pair of lines a publisher, and the viewer answers; its seats are
 * the room's publishers in the order in which this door let them in. Janus denies a publisher until its media is
 * connected, so a viewer waits for those it is to see.
 *
 * <p>Thread: any; {@link #open} blocks. Owns: the connection and its sessions until closed.
 */
public final class JanusDoor implements Door {
    private static final int ROOM_EXISTS = 427;

    /** More than ever sit on a stage of ours. */
    private static final int MOST_PUBLISHERS = 64;

    /** Gathering takes Janus milliseconds; without STUN servers there is nothing to wait for. */
    private static final long CANDIDATES_WITHIN_S = 5;

    private static final String REQUEST = "request";
    private static final String ROOM = "room";

    private final JanusConnection connection;
    private final Map<String, List<Client>> publishers = new ConcurrentHashMap<>();
    private final Set<String> rooms = ConcurrentHashMap.newKeySet();

    /**
     * @param server its WebSocket transport, such as {@code ws://198.18.0.1:8188/}
     * @throws IllegalArgumentException with a sentence when it is no such address
     */
    public JanusDoor(final URI server) {
        connection = new JanusConnection(server);
    }

    @Override
    public String name() {
        return "janus";
    }

    @Override
    public Session open(final String room, final String name, final MediaRole role, final LocalTransport local)
            throws DoorException {
        connection.connect();
        final Client client = new Client(room);
        try {
            ensureRoom(room, client);
            return switch (role) {
                case MediaRole.Publisher publisher -> publish(client, name, publisher, local);
                case MediaRole.Viewer viewer -> subscribe(client, viewer, local);
            };
        } catch (final DoorException e) {
            client.close();
            throw new DoorException(
                    name + " in room " + room + " at " + connection.address() + ": " + e.getMessage(), e);
        }
    }

    /** Janus names rooms by numbers unless it is configured otherwise. */
    private static long number(final String room) {
        return (room.hashCode() & 0x7FFF_FFFFL) + 1;
    }

    private void ensureRoom(final String room, final Client client) throws DoorException {
        if (rooms.contains(room)) {
            return;
        }
        final JsonNode made = JanusConnection.data(client.handle.tell(
                Map.of(
                        REQUEST,
                        "create",
                        ROOM,
                        number(room),
                        "description",
                        room,
                        "publishers",
                        MOST_PUBLISHERS,
                        // No limit: what publishers send is the measurement's business.
                        "bitrate",
                        0,
                        "audiocodec",
                        "opus",
                        "videocodec",
                        "vp8,h264,vp9,av1"),
                null,
                null));
        final int error = made.path("error_code").asInt(0);
        if (error != 0 && error != ROOM_EXISTS) {
            throw new DoorException("Janus makes no room: " + made.path("error").asString("") + " (" + error + ')');
        }
        rooms.add(room);
    }

    private Session publish(
            final Client client, final String name, final MediaRole.Publisher role, final LocalTransport local)
            throws DoorException {
        final JsonNode joined = JanusConnection.data(client.handle.ask(
                Map.of(REQUEST, "join", "ptype", "publisher", ROOM, number(client.room), "display", name)));
        client.feed = joined.path("id").asLong();
        final JsonNode configured =
                client.handle.ask(Map.of(REQUEST, "publish"), "offer", ClientSdp.offer(role, local));
        final SdpDescription answer = client.description(configured);
        final Session session = new Agreement(answer, role, local, true, Map.of()).session(client);
        publishers
                .computeIfAbsent(client.room, _ -> new CopyOnWriteArrayList<>())
                .add(client);
        return session;
    }

    private Session subscribe(final Client client, final MediaRole.Viewer role, final LocalTransport local)
            throws DoorException {
        final List<Long> feeds = feeds(client, role.seats());
        if (feeds.isEmpty()) {
            throw new DoorException("nobody publishes there yet");
        }
        final JsonNode attached = client.handle.ask(Map.of(
                REQUEST,
                "join",
                "ptype",
                "subscriber",
                ROOM,
                number(client.room),
                "streams",
                feeds.stream().map(feed -> Map.of("feed", feed)).toList()));
        final SdpDescription offer = client.description(attached);
        final Map<String, Integer> seats = new HashMap<>();
        for (final JsonNode stream : JanusConnection.data(attached).path("streams")) {
            seats.put(
                    stream.path("mid").asString(""),
                    feeds.indexOf(stream.path("feed_id").asLong()));
        }
        final Session session = new Agreement(offer, role, local, false, seats).session(client);
        client.handle.ask(Map.of(REQUEST, "start"), "answer", ClientSdp.answer(offer, role, local));
        return session;
    }

    /** The first publishers of a room: ours, once Janus has their media and would not deny them, then others. */
    private List<Long> feeds(final Client client, final int most) throws DoorException {
        final List<Long> feeds = new ArrayList<>();
        for (final Client publisher : publishers.getOrDefault(client.room, List.of())) {
            if (feeds.size() < most) {
                Waiting.until(publisher.isUp, "media of publisher " + publisher.feed);
                feeds.add(publisher.feed);
            }
        }
        if (feeds.size() == most) {
            return feeds;
        }
        final Map<String, Object> list = Map.of(REQUEST, "listparticipants", ROOM, number(client.room));
        for (final JsonNode participant :
                JanusConnection.data(client.handle.ask(list)).path("participants")) {
            final long feed = participant.path("id").asLong();
            final boolean publishes = participant.path("publisher").asBoolean(false);
            if (publishes && feeds.size() < most && !feeds.contains(feed)) {
                feeds.add(feed);
            }
        }
        return feeds;
    }

    @Override
    public void close() {
        connection.close();
    }

    /** One client's session on Janus. Thread: any. */
    private final class Client implements Session.Handle {
        private final String room;
        private final JanusConnection.Handle handle;
        private final List<IceCandidate> trickled = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Void> gathered = new CompletableFuture<>();
        private final CompletableFuture<Boolean> isUp = new CompletableFuture<>();
        private volatile long feed;

        Client(final String room) throws DoorException {
            this.room = room;
            handle = connection.attach(this::onEvent);
        }

        private void onEvent(final JsonNode event) {
            switch (event.path("janus").asString("")) {
                case "webrtcup" -> isUp.complete(true);
                case "hangup" ->
                    isUp.completeExceptionally(new DoorException(
                            "Janus hung up: " + event.path("reason").asString("")));
                case "trickle" -> onTrickle(event.path("candidate"));
                default -> {
                    // How much flows, and who comes and goes, is counted elsewhere.
                }
            }
        }

        private void onTrickle(final JsonNode candidate) {
            final IceCandidate parsed =
                    IceCandidate.parse(candidate.path("candidate").asString(""));
            if (parsed != null) {
                trickled.add(parsed);
            }
            if (candidate.path("completed").asBoolean(false)) {
                gathered.complete(null);
            }
        }

        /** Janus's description, with its candidates: inside, or trickled where it is configured for that. */
        SdpDescription description(final JsonNode reply) throws DoorException {
            final SdpDescription description =
                    Agreement.read(reply.path("jsep").path("sdp").asString(""));
            if (!description.candidates().isEmpty()) {
                return description;
            }
            Waiting.until(gathered, CANDIDATES_WITHIN_S, "candidates of Janus");
            return new SdpDescription(
                    description.media(),
                    description.iceLite(),
                    description.fingerprint(),
                    description.setup(),
                    description.iceUfrag(),
                    description.icePassword(),
                    List.copyOf(trickled));
        }

        @Override
        public void close() {
            publishers.computeIfPresent(room, (_, feeds) -> {
                feeds.remove(this);
                return feeds;
            });
            isUp.completeExceptionally(new DoorException("the publisher has left"));
            try {
                handle.destroy();
            } catch (final DoorException e) {
                // Janus is gone, and the session with it.
            }
        }
    }
}
