package lianmai.door;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Janus's JSON API over one WebSocket ({@code janus-protocol}), which carries the sessions of many clients.
 *
 * <p>Thread: any; handles are told of events on the loop. Owns: the loop and the WebSocket until closed.
 */
final class JanusConnection implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TRANSACTION = "transaction";

    /** Janus ends sessions that say nothing for a minute. */
    private static final long KEEP_ALIVE_S = 25;

    private final WebSockets sockets;
    private final AtomicLong transactions = new AtomicLong();
    private final Map<String, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final Map<Long, Consumer<JsonNode>> handles = new ConcurrentHashMap<>();
    private final Set<Long> sessions = ConcurrentHashMap.newKeySet();
    private volatile WebSocketLine line;
    private Future<?> keepingAlive;

    JanusConnection(final URI address) {
        sockets = new WebSockets(address, "janus-protocol");
    }

    URI address() {
        return sockets.address();
    }

    /** Connects if that has not been done. */
    synchronized void connect() throws DoorException {
        if (line != null) {
            return;
        }
        line = Waiting.until(sockets.open(null, new Incoming()), "WebSocket to " + address());
        keepingAlive =
                sockets.loop().scheduleAtFixedRate(this::keepAlive, KEEP_ALIVE_S, KEEP_ALIVE_S, TimeUnit.SECONDS);
    }

    private void keepAlive() {
        for (final long session : sessions) {
            line.send(JSON.writeValueAsString(
                    Map.of("janus", "keepalive", "session_id", session, TRANSACTION, "keepalive")));
        }
    }

    /** A new session with one handle of the videoroom; {@code listener} is told of that handle's events. */
    Handle attach(final Consumer<JsonNode> listener) throws DoorException {
        final long session = ask("create", Map.of()).path("data").path("id").asLong();
        sessions.add(session);
        try {
            final long handle = ask("attach", Map.of("session_id", session, "plugin", "janus.plugin.videoroom"))
                    .path("data")
                    .path("id")
                    .asLong();
            handles.put(handle, listener);
            return new Handle(session, handle);
        } catch (final DoorException e) {
            sessions.remove(session);
            throw e;
        }
    }

    /** The reply to a request; for one to a plugin that is its event. */
    private JsonNode ask(final String verb, final Map<String, ?> fields) throws DoorException {
        final String transaction = Long.toString(transactions.incrementAndGet());
        final Map<String, Object> message = new LinkedHashMap<>(fields);
        message.put("janus", verb);
        message.put(TRANSACTION, transaction);
        final CompletableFuture<JsonNode> reply = new CompletableFuture<>();
        waiting.put(transaction, reply);
        if (line.closed().isDone()) {
            waiting.remove(transaction);
            throw new DoorException("Janus: " + line.closed().resultNow());
        }
        line.send(JSON.writeValueAsString(message));
        try {
            return Waiting.until(reply, "reply of Janus to " + verb);
        } finally {
            waiting.remove(transaction);
        }
    }

    private void onMessage(final JsonNode message) {
        final String kind = message.path("janus").asString("");
        // "ack" only says that the plugin's event will come.
        if (kind.equals("ack")) {
            return;
        }
        final CompletableFuture<JsonNode> asked =
                waiting.remove(message.path(TRANSACTION).asString(""));
        if (asked == null) {
            handles.getOrDefault(message.path("sender").asLong(), _ -> {}).accept(message);
        } else if (kind.equals("error")) {
            final JsonNode error = message.path("error");
            asked.completeExceptionally(refusal(
                    error.path("reason").asString(""), error.path("code").asInt()));
        } else {
            asked.complete(message);
        }
    }

    /** What the videoroom says in a reply. */
    static JsonNode data(final JsonNode reply) {
        return reply.path("plugindata").path("data");
    }

    private static DoorException refusal(final String reason, final int code) {
        return new DoorException("Janus refused: " + reason + " (" + code + ')');
    }

    @Override
    public synchronized void close() {
        if (keepingAlive != null) {
            keepingAlive.cancel(false);
        }
        sockets.close();
    }

    /** One client's session and its handle of the videoroom. Thread: any. */
    final class Handle {
        private final long session;
        private final long id;

        Handle(final long session, final long id) {
            this.session = session;
            this.id = id;
        }

        /** A request to the videoroom; the reply's {@code plugindata.data} and {@code jsep} are of interest. */
        JsonNode ask(final Map<String, ?> body) throws DoorException {
            return ask(body, null, null);
        }

        /** The same with a description. */
        JsonNode ask(final Map<String, ?> body, final String type, final String sdp) throws DoorException {
            final JsonNode reply = tell(body, type, sdp);
            final JsonNode data = data(reply);
            if (data.has("error")) {
                throw refusal(
                        data.path("error").asString(""), data.path("error_code").asInt());
            }
            return reply;
        }

        /** The same, refused by the videoroom or not: then the data have an {@code error_code}. */
        JsonNode tell(final Map<String, ?> body, final String type, final String sdp) throws DoorException {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("session_id", session);
            fields.put("handle_id", id);
            fields.put("body", body);
            if (sdp != null) {
                // The one candidate is in the description; none will follow.
                fields.put("jsep", Map.of("type", type, "sdp", sdp, "trickle", false));
            }
            return JanusConnection.this.ask("message", fields);
        }

        /** Ends the session and all that hangs on it. */
        void destroy() throws DoorException {
            handles.remove(id);
            if (sessions.remove(session)) {
                JanusConnection.this.ask("destroy", Map.of("session_id", session));
            }
        }
    }

    private final class Incoming implements WebSocketLine.Listener {
        @Override
        public void onText(final ByteBuf json) {
            onMessage(JSON.readTree(ByteBufUtil.getBytes(json)));
        }

        @Override
        public void onClosed(final String reason) {
            final DoorException ended = new DoorException("Janus: " + reason);
            waiting.values().forEach(reply -> reply.completeExceptionally(ended));
            sessions.clear();
        }
    }
}
