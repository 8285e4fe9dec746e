package lianmai.door;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import lianmai.dtls.DtlsCertificate;
import lianmai.ice.IceCredentials;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An audience of WebSockets in one room of our server, for measuring signaling alone: how quickly it joins, how much
 * chat reaches it and how late, and, by the process's memory before and after, what a socket costs.
 *
 * <p>The protocol has no join without an offer, so each member offers one audio line and never connects it. The crowd's
 * first member is the host, which makes the room.
 *
 * <p>What of the server's limits matters: 10,000 members a room ({@code --max-members}) and 20,000 connections in all;
 * five chat lines a second and member, so lines are spoken in turn by as many members as the rate needs; and 20,000
 * socket writes a second for batches, so that 10,000 sockets get two batches a second of at most 100 lines, and lines
 * beyond those are dropped. That last limit has no option: it is what the server is built to do, and delivery times in
 * large rooms are mostly it.
 *
 * <p>Thread: one caller, which blocks; all sockets are on one loop. Owns: the loop and its sockets until closed. Units:
 * ns of {@link System#nanoTime}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What is done on the loop ends in the futures that callers wait for.
public final class SocketCrowd implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    /** Before the time in a chat line; nothing else in a batch has it. */
    private static final byte MARK = '@';

    private static final int TIME_DIGITS = 16;
    private static final byte[] CHAT = "{\"type\":\"chat\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ERROR = "{\"type\":\"error\"".getBytes(StandardCharsets.US_ASCII);

    /** Under the server's five a second, whose tokens come one by one. */
    private static final int LINES_PER_MEMBER_AND_SECOND = 4;

    /** Loopback source addresses to spread sockets over: each has some 28,000 ports. */
    private static final int SOURCES = 100;

    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(1);
    private static final long LAST_LINES_WITHIN_S = 5;

    /**
     * How the crowd came in.
     *
     * @param elapsedNs from the first connection to the last reply
     * @param latency of one member, from connecting to {@code joined}
     */
    public record Joins(int members, int refused, String firstRefusal, long elapsedNs, Histogram latency) {
        public double perSecond() {
            return members * 1e9 / elapsedNs;
        }
    }

    /**
     * What became of chat.
     *
     * @param lines spoken
     * @param refused of them by the server
     * @param delivered lines over all sockets
     * @param frames over all sockets, each a batch
     * @param expected lines times sockets
     * @param elapsedNs from the first line due to the last delivery
     * @param delay from when a line was due, spoken late or not, to each delivery
     */
    public record Chat(
            long lines,
            long refused,
            long delivered,
            long frames,
            long bytes,
            long expected,
            long elapsedNs,
            Histogram delay) {
        public double deliveredPerSecond() {
            return delivered * 1e9 / elapsedNs;
        }
    }

    private final WebSockets sockets;
    private final String room;
    private final String offer;
    private final boolean isLocal;
    // Confined to the loop.
    private final List<Member> members = new ArrayList<>();
    private int numbers;
    private Joining joining;
    private Talk talk;

    /**
     * @param server the address of its pages
     * @throws IllegalArgumentException with a sentence when it is no such address
     */
    public SocketCrowd(final URI server, final String room) {
        sockets = new WebSockets(LianmaiDoor.webSocket(server), LianmaiDoor.SUBPROTOCOL);
        this.room = room;
        final String host = sockets.address().getHost();
        isLocal = host.startsWith("127.") || host.equals("localhost");
        final SecureRandom random = new SecureRandom();
        offer = ClientSdp.offer(
                new MediaRole.Viewer(true, null, 1),
                new LocalTransport(
                        IceCredentials.random(random::nextLong),
                        DtlsCertificate.ecdsa().fingerprint(),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 9)));
    }

    /**
     * Lets more members in; those that are there stay.
     *
     * @param count how many
     * @param atOnce how many may be on their way at a time
     * @throws DoorException when not one gets in, with the first reason
     */
    public Joins join(final int count, final int atOnce) throws DoorException {
        final CompletableFuture<Joins> done = new CompletableFuture<>();
        sockets.loop().execute(() -> {
            joining = new Joining(count, atOnce, done);
            // The host makes the room; the others follow its reply.
            final int first = members.isEmpty() ? 1 : atOnce;
            for (int i = 0; i < first; i++) {
                joining.next();
            }
        });
        final Joins joins = Waiting.until(done, Waiting.PATIENCE_S + count / 50, "crowd of " + count);
        if (joins.members() == 0) {
            throw new DoorException("nobody gets in: " + joins.firstRefusal());
        }
        return joins;
    }

    /**
     * Talks evenly for a while, waits for the last lines (some seconds where one is missing), and says what arrived.
     *
     * @param linesPerSecond over all members
     */
    public Chat chat(final int linesPerSecond, final long durationNs) throws DoorException {
        final CompletableFuture<Chat> done = new CompletableFuture<>();
        sockets.loop().execute(() -> {
            if (members.isEmpty() || members.size() * LINES_PER_MEMBER_AND_SECOND < linesPerSecond) {
                done.completeExceptionally(new DoorException(members.size() + " members may not speak " + linesPerSecond
                        + " lines a second; the server takes 5 of each"));
                return;
            }
            talk = new Talk(linesPerSecond, durationNs, done);
            talk.onTime();
        });
        final long patience = TimeUnit.NANOSECONDS.toSeconds(durationNs) + 2 * LAST_LINES_WITHIN_S;
        return Waiting.until(done, patience + Waiting.PATIENCE_S, "end of the chat");
    }

    /** How many are in the room now. */
    public int size() throws DoorException {
        final CompletableFuture<Integer> size = new CompletableFuture<>();
        sockets.loop().execute(() -> size.complete(members.size()));
        return Waiting.until(size, "count");
    }

    @Override
    public void close() {
        sockets.close();
    }

    /** A crowd on its way in. Thread: the loop. */
    private final class Joining {
        private final int wanted;
        private final int width;
        private final CompletableFuture<Joins> done;
        private final long startNs = System.nanoTime();
        private final Histogram latency = new Histogram(LONGEST_NS, 3);
        private int begun;
        private int joined;
        private int refused;
        private String firstRefusal = "";

        Joining(final int wanted, final int width, final CompletableFuture<Joins> done) {
            this.wanted = wanted;
            this.width = width;
            this.done = done;
        }

        void next() {
            if (begun < wanted) {
                begun++;
                new Member(++numbers).connect();
            }
        }

        void onJoined(final Member member) {
            members.add(member);
            latency.recordValue(Math.min(System.nanoTime() - member.beganNs, LONGEST_NS));
            joined++;
            // After the host as many as may be on their way, later one for each that came in.
            final int followers = members.size() == 1 ? width : 1;
            for (int i = 0; i < followers; i++) {
                next();
            }
            finish();
        }

        void onRefused(final String reason) {
            refused++;
            firstRefusal = refused == 1 ? reason : firstRefusal;
            if (members.isEmpty()) {
                begun = wanted;
                refused = wanted;
            } else {
                next();
            }
            finish();
        }

        private void finish() {
            if (joined + refused >= wanted) {
                final long elapsedNs = System.nanoTime() - startNs;
                done.complete(new Joins(joined, refused, firstRefusal, elapsedNs, latency));
            }
        }
    }

    /** Lines at an even rate, and their arrivals. Thread: the loop. */
    private final class Talk {
        private final CompletableFuture<Chat> done;
        private final Histogram delay = new Histogram(LONGEST_NS, 3);
        private final long intervalNs;
        private final long total;
        private final int listeners = members.size();
        private final long startNs = System.nanoTime();
        private long spoken;
        private long refused;
        private long delivered;
        private long frames;
        private long bytes;
        private long lastNs = startNs;

        Talk(final int linesPerSecond, final long durationNs, final CompletableFuture<Chat> done) {
            intervalNs = TimeUnit.SECONDS.toNanos(1) / linesPerSecond;
            total = Math.max(1, durationNs / intervalNs);
            this.done = done;
        }

        /** Speaks what is due; each line carries the time when it was due, so that a late speaker hides nothing. */
        void onTime() {
            long dueNs = startNs + spoken * intervalNs;
            while (spoken < total && dueNs <= System.nanoTime()) {
                members.get((int) (spoken % members.size())).speak(dueNs);
                spoken++;
                dueNs = startNs + spoken * intervalNs;
            }
            if (spoken < total) {
                later(this::onTime, Math.max(0, dueNs - System.nanoTime()));
            } else {
                later(this::finish, TimeUnit.SECONDS.toNanos(LAST_LINES_WITHIN_S));
            }
        }

        void onBatch(final ByteBuf json) {
            final long nowNs = System.nanoTime();
            lastNs = nowNs;
            frames++;
            bytes += json.readableBytes();
            final int end = json.writerIndex();
            int at = json.indexOf(json.readerIndex(), end, MARK);
            while (at >= 0 && at + TIME_DIGITS < end) {
                delivered++;
                delay.recordValue(Math.clamp(nowNs - time(json, at + 1), 0, LONGEST_NS));
                at = json.indexOf(at + 1 + TIME_DIGITS, end, MARK);
            }
            if (spoken == total && delivered == total * listeners) {
                finish();
            }
        }

        private void finish() {
            if (talk != this) {
                return;
            }
            talk = null;
            done.complete(
                    new Chat(spoken, refused, delivered, frames, bytes, spoken * listeners, lastNs - startNs, delay));
        }
    }

    private void later(final Runnable what, final long delayNs) {
        sockets.loop().schedule(what, delayNs, TimeUnit.NANOSECONDS).addListener(ended -> {
            if (!ended.isSuccess() && !ended.isCancelled() && talk != null) {
                talk.done.completeExceptionally(ended.cause());
            }
        });
    }

    private static boolean startsWith(final ByteBuf json, final byte[] start) {
        if (json.readableBytes() < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if (json.getByte(json.readerIndex() + i) != start[i]) {
                return false;
            }
        }
        return true;
    }

    private static long time(final ByteBuf json, final int at) {
        long value = 0;
        for (int i = 0; i < TIME_DIGITS; i++) {
            value = value << 4 | Character.digit(json.getByte(at + i), 16);
        }
        return value;
    }

    /** One socket. Thread: the loop. */
    private final class Member implements WebSocketLine.Listener {
        private final int number;
        private final long beganNs = System.nanoTime();
        private WebSocketLine line;
        private boolean isIn;
        private int requests = 1;

        Member(final int number) {
            this.number = number;
        }

        void connect() {
            final InetAddress from = isLocal ? InetAddress.ofLiteral("127.0.1." + (1 + number % SOURCES)) : null;
            sockets.open(from, this).whenCompleteAsync(this::onOpen, sockets.loop());
        }

        private void onOpen(final WebSocketLine opened, final Throwable failure) {
            if (failure != null) {
                joining.onRefused(failure.getMessage());
                return;
            }
            line = opened;
            line.send(JSON.writeValueAsString(Map.of(
                    "type",
                    "join",
                    "id",
                    "1",
                    "room",
                    room,
                    "name",
                    "crowd-" + number,
                    "role",
                    members.isEmpty() ? "host" : "viewer",
                    "offer",
                    offer)));
        }

        void speak(final long dueNs) {
            requests++;
            line.send("{\"type\":\"chat\",\"id\":\"" + requests + "\",\"text\":\"" + (char) MARK
                    + String.format("%016x", dueNs) + "\"}");
        }

        @Override
        public void onText(final ByteBuf json) {
            if (isIn && startsWith(json, CHAT)) {
                if (talk != null) {
                    talk.onBatch(json);
                }
            } else if (!isIn) {
                onReply(JSON.readTree(ByteBufUtil.getBytes(json)));
            } else if (talk != null && startsWith(json, ERROR)) {
                talk.refused++;
            }
        }

        private void onReply(final JsonNode reply) {
            switch (reply.path("type").asString("")) {
                case "joined" -> {
                    isIn = true;
                    joining.onJoined(this);
                }
                case "error" -> {
                    joining.onRefused(reply.path("message").asString("") + " ("
                            + reply.path("code").asString("") + ')');
                    line.close();
                }
                default -> {
                    // An event before the reply.
                }
            }
        }

        @Override
        public void onClosed(final String reason) {
            members.remove(this);
        }
    }
}
