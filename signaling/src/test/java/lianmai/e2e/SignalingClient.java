package lianmai.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A member's WebSocket, speaking {@code lianmai.v1} (docs/protocol.md) one request at a time.
 *
 * <p>Thread: one.
 */
final class SignalingClient implements AutoCloseable {
    private static final long PATIENCE_S = 15;
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;
    private final BlockingQueue<JsonNode> replies = new LinkedBlockingQueue<>();
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private WebSocket socket;
    private volatile long lastSeq;
    private int nextId = 1;
    private JsonNode joined;

    /** @param url of the server's pages */
    SignalingClient(final String url) {
        address = URI.create(url.replaceFirst("^http", "ws") + "ws");
        open();
    }

    private void open() {
        socket = http.newWebSocketBuilder()
                .subprotocols("lianmai.v1")
                .buildAsync(address, new Frames())
                .join();
    }

    /** Joins; the answer is in {@link #joined()}. */
    String join(final String room, final String name, final String role, final String offer) {
        joined = request("join", Map.of("room", room, "name", name, "role", role, "offer", offer));
        return joined.get("answer").asString();
    }

    /** What the server said to the join. */
    JsonNode joined() {
        return joined;
    }

    /** This member's id. */
    String member() {
        return joined.get("you").get("id").asString();
    }

    /** The reply to a request; an {@code error} fails the test. */
    JsonNode request(final String type, final Map<String, ?> fields) {
        final JsonNode reply = ask(type, fields);
        if ("error".equals(reply.get("type").asString())) {
            throw new AssertionError(type + " was refused: " + reply);
        }
        return reply;
    }

    /** The reply to a request, {@code error} or not. */
    JsonNode ask(final String type, final Map<String, ?> fields) {
        final Map<String, Object> message = new LinkedHashMap<>(fields);
        final String id = Integer.toString(nextId++);
        message.put("type", type);
        message.put("id", id);
        socket.sendText(JSON.writeValueAsString(message), true).join();
        return await(replies, reply -> id.equals(reply.path("id").asString("")), "a reply to " + type);
    }

    /** Waits for an event; those before it are forgotten. */
    JsonNode event(final String type, final Predicate<JsonNode> condition) {
        return await(
                events, event -> type.equals(event.get("type").asString()) && condition.test(event), "event " + type);
    }

    private static JsonNode await(
            final BlockingQueue<JsonNode> queue, final Predicate<JsonNode> wanted, final String what) {
        try {
            for (JsonNode next = next(queue); next != null; next = next(queue)) {
                if (wanted.test(next)) {
                    return next;
                }
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("no " + what + " within " + PATIENCE_S + " s");
    }

    private static JsonNode next(final BlockingQueue<JsonNode> queue) throws InterruptedException {
        return queue.poll(PATIENCE_S, TimeUnit.SECONDS);
    }

    /** Cuts the connection as a network would: without a close frame. */
    void drop() {
        socket.abort();
    }

    /** Comes back on a new connection; the reply is {@code resumed} or {@code snapshot}. */
    JsonNode resume() {
        open();
        final String token = joined.get("resume").get("token").asString();
        return request("join", Map.of("resume", Map.of("token", token, "seq", lastSeq)));
    }

    @Override
    public void close() {
        socket.abort();
        http.close();
    }

    /** Collects whole frames; replies are what has an {@code id}. */
    private final class Frames implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(final WebSocket from, final CharSequence part, final boolean last) {
            text.append(part);
            if (last) {
                onMessage(JSON.readTree(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void onMessage(final JsonNode message) {
            if (message.has("id")) {
                replies.add(message);
            } else {
                lastSeq = Math.max(lastSeq, message.path("seq").asLong(0));
                events.add(message);
            }
        }
    }
}
