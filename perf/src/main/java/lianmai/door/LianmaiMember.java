package lianmai.door;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A simulated client in one of our rooms: its WebSocket, and what it asks over it ({@code docs/protocol.md}).
 *
 * <p>Requests block, so they are made on virtual threads. The server lets a member make five stage requests a second,
 * twenty at once, and as many chat lines (ten at once).
 *
 * <p>Thread: any; events are told on the loop. Owns: its WebSocket until closed. Units: ns of {@link System#nanoTime}.
 */
public final class LianmaiMember implements Session.Handle {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long LEAVE_WITHIN_S = 2;

    /** A request that was granted, with the times when it left and when its reply came. */
    public record Reply(JsonNode message, long sentNs, long answeredNs) {}

    /** Told what the server says unasked; on the loop, so it must not block. */
    @FunctionalInterface
    public interface EventListener {
        void onEvent(String type, JsonNode event, long arrivedNs);
    }

    /** What the door needs to know of its members. */
    interface Watcher {
        void onHost(LianmaiMember member);

        void onGone(LianmaiMember member);
    }

    private record Pending(String type, long sentNs, CompletableFuture<Reply> reply) {}

    private final String name;
    private final String room;
    private final Watcher watcher;
    private final Map<String, Pending> pending = new ConcurrentHashMap<>();
    private final AtomicLong requests = new AtomicLong();
    private volatile WebSocketLine line;
    private volatile String id = "";
    private volatile boolean host;
    private volatile int seat = -1;
    private volatile CompletableFuture<Long> seated = new CompletableFuture<>();
    private volatile EventListener listener = (type, event, arrivedNs) -> {};

    private LianmaiMember(final String room, final String name, final Watcher watcher) {
        this.room = room;
        this.name = name;
        this.watcher = watcher;
    }

    /** Connects; the member joins next. */
    static LianmaiMember connect(final WebSockets sockets, final String room, final String name, final Watcher watcher)
            throws DoorException {
        final LianmaiMember member = new LianmaiMember(room, name, watcher);
        member.line = Waiting.until(sockets.open(null, member.new Incoming()), "WebSocket to " + sockets.address());
        return member;
    }

    /** Joins; the reply has the answer. */
    Reply join(final String role, final String offer) throws DoorException {
        return ask("join", Map.of("room", room, "name", name, "role", role, "offer", offer));
    }

    /** The server's name for this member. */
    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    public String room() {
        return room;
    }

    /** Whether it is its room's host. */
    public boolean isHost() {
        return host;
    }

    /** The seat it sits on, or −1. */
    public int seat() {
        return seat;
    }

    /** From now on this one is told of events. */
    public void listen(final EventListener newListener) {
        listener = newListener;
    }

    /** Says something to everybody in the room. */
    public Reply chat(final String text) throws DoorException {
        return ask("chat", Map.of("text", text));
    }

    /** Asks for a seat. */
    public Reply apply() throws DoorException {
        return ask("apply", Map.of());
    }

    /** Waits until it has a seat; answers when {@code onStage} came. */
    public long awaitSeat() throws DoorException {
        return Waiting.until(seated, "seat for " + name + " in room " + room);
    }

    /** Leaves its seat and stays in the room. */
    public Reply leaveSeat() throws DoorException {
        return ask("leaveSeat", Map.of());
    }

    /** As host: gives the first free seat to one who has applied. */
    public Reply accept(final LianmaiMember applicant) throws DoorException {
        return ask("accept", Map.of("member", applicant.id));
    }

    /** As host: offers a seat; one who has applied sits on it at once. */
    public Reply invite(final LianmaiMember member, final int toSeat) throws DoorException {
        return ask("invite", Map.of("member", member.id, "seat", toSeat));
    }

    /** Takes the seat it was invited to. */
    public Reply acceptInvitation() throws DoorException {
        return ask("accept", Map.of());
    }

    /** As host: sends somebody off the stage, back into the audience. */
    public Reply removeFromSeat(final LianmaiMember member) throws DoorException {
        return ask("removeFromSeat", Map.of("member", member.id));
    }

    /** As host: out of the room; the server keeps that name out for ten minutes. */
    public Reply kick(final LianmaiMember member) throws DoorException {
        return ask("kick", Map.of("member", member.id));
    }

    /** Any request of the protocol. */
    public Reply ask(final String type, final Map<String, ?> fields) throws DoorException {
        return Waiting.until(send(type, fields), "reply to " + type + " of " + name + " in room " + room);
    }

    private CompletableFuture<Reply> send(final String type, final Map<String, ?> fields) {
        final Map<String, Object> message = new LinkedHashMap<>(fields);
        final String request = Long.toString(requests.incrementAndGet());
        message.put("type", type);
        message.put("id", request);
        final String text = JSON.writeValueAsString(message);
        final Pending asked = new Pending(type, System.nanoTime(), new CompletableFuture<>());
        pending.put(request, asked);
        if (line.closed().isDone()) {
            pending.remove(request);
            asked.reply.completeExceptionally(new DoorException(line.closed().resultNow()));
        } else {
            line.send(text);
        }
        return asked.reply;
    }

    /** Leaves, and waits until the server has let go of it. */
    @Override
    public void close() {
        if (id.isEmpty()) {
            line.close();
            return;
        }
        try {
            if (!line.closed().isDone()) {
                Waiting.until(send("leave", Map.of()), LEAVE_WITHIN_S, "reply to leave");
                Waiting.until(line.closed(), LEAVE_WITHIN_S, "goodbye of the server");
            }
        } catch (final DoorException unheard) {
            // It notices the cut.
            line.close();
        }
    }

    private void onMessage(final JsonNode message) {
        final long nowNs = System.nanoTime();
        final String type = message.path("type").asString("");
        final Pending asked = pending.remove(message.path("id").asString(""));
        if (asked == null) {
            onEvent(type, message);
            listener.onEvent(type, message, nowNs);
        } else if (type.equals("error")) {
            asked.reply.completeExceptionally(new DoorException("the server refused " + asked.type + " of " + name
                    + " in room " + room + ": " + message.path("message").asString("") + " ("
                    + message.path("code").asString("") + ')'));
        } else {
            if (type.equals("joined")) {
                onJoined(message.path("you"));
            }
            asked.reply.complete(new Reply(message, asked.sentNs, nowNs));
        }
    }

    private void onJoined(final JsonNode you) {
        id = you.path("id").asString("");
        if (you.path("role").asString("").equals("host")) {
            becomeHost();
        }
    }

    private void becomeHost() {
        host = true;
        watcher.onHost(this);
    }

    private void onEvent(final String type, final JsonNode event) {
        switch (type) {
            case "onStage" -> {
                seat = event.path("seat").asInt(-1);
                seated.complete(System.nanoTime());
            }
            case "offStage" -> {
                seat = -1;
                seated = new CompletableFuture<>();
            }
            case "host" -> {
                if (event.path("member").asString("").equals(id)) {
                    becomeHost();
                } else {
                    host = false;
                }
            }
            default -> {
                // Of no consequence for a simulated client; its listener may think otherwise.
            }
        }
    }

    @Override
    public String toString() {
        return name + " (" + id + ") in room " + room;
    }

    private final class Incoming implements WebSocketLine.Listener {
        @Override
        public void onText(final ByteBuf json) {
            onMessage(JSON.readTree(ByteBufUtil.getBytes(json)));
        }

        @Override
        public void onClosed(final String reason) {
            final DoorException ended = new DoorException(reason);
            pending.values().forEach(asked -> asked.reply.completeExceptionally(ended));
            pending.clear();
            seated.completeExceptionally(ended);
            watcher.onGone(LianmaiMember.this);
        }
    }
}
