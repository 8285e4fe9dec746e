package lianmai.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import lianmai.message.ErrorCode;
import lianmai.relay.RelayCommand;
import lianmai.room.Admission;
import lianmai.room.Negotiator;
import lianmai.room.Refusal;
import lianmai.room.RoomLimits;
import lianmai.room.RoomRegistry;
import lianmai.room.ShardPlacement;
import lianmai.sdp.IceFragment;
import lianmai.sdp.MediaPlan;
import lianmai.sdp.Offers;
import lianmai.sdp.PlanRequest;
import lianmai.sdp.SdpAnswer;
import lianmai.sdp.SdpOffer;
import lianmai.sdp.SdpOutcome;
import lianmai.signaling.MessageCodec;
import lianmai.signaling.OriginPolicy;
import lianmai.signaling.SignalingCore;
import lianmai.signaling.WebSocketShell;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real sockets, real rooms, real SDP; only the relay is a list of commands. */
class HttpShellTest {
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("signaling", true), NioIoHandler.newFactory());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<RelayCommand> commands = Collections.synchronizedList(new ArrayList<>());
    private final Plans plans = new Plans();
    private volatile boolean isFull;
    private SignalingCore core;
    private HttpShell shell;

    @BeforeEach
    void start() throws IOException {
        final EventLoop loop = group.next();
        final int[] secret = {0};
        final RoomRegistry registry = new RoomRegistry(
                RoomLimits.DEFAULT,
                plans,
                Admission.OPEN,
                ShardPlacement.leastLoaded(1, 100, 0, shard -> !isFull),
                () -> "secret" + ++secret[0],
                0);
        core = new SignalingCore(
                loop,
                System::nanoTime,
                registry,
                new MessageCodec(),
                (shard, command) -> commands.add(command),
                ByteBufAllocator.DEFAULT);
        shell = shell(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private HttpShell shell(final InetSocketAddress address) throws IOException {
        return shell(address, 100);
    }

    private HttpShell shell(final InetSocketAddress address, final int mostConnections) throws IOException {
        final OriginPolicy origins = new OriginPolicy(false);
        final HttpRouter router = new HttpRouter(
                RoomDoor.of(core), plans, Admission.OPEN, origins, status(core), System::currentTimeMillis);
        return HttpShell.start(address, null, group, router, new WebSocketShell(core, origins), mostConnections);
    }

    @AfterEach
    void stop() {
        shell.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void shouldTakeAnObsPublisherAndAPlayerThroughTheirWholeLives() throws Exception {
        final HttpResponse<String> publisher = post("/whip/r", Offers.text("whip-obs.sdp"));
        assertThat(publisher.statusCode()).as(publisher.body()).isEqualTo(201);
        assertThat(publisher.body()).startsWith("v=0\r\n").contains("a=ice-lite\r\n");
        final HttpResponse<String> player = post("/whep/r?seat=0", Offers.text("whep-chromium.sdp"));
        assertThat(player.statusCode()).as(player.body()).isEqualTo(201);
        assertThat(commands).filteredOn(RelayCommand.AddPeer.class::isInstance).hasSize(2);
        assertThat(send("GET", "/api/rooms", "").body()).contains("\"name\":\"r\"", "\"members\":2");

        final String session = publisher.headers().firstValue("location").orElseThrow();
        final HttpResponse<String> restart = restartIce(session);
        assertThat(restart.statusCode()).isEqualTo(200);
        assertThat(restart.body()).contains("a=ice-ufrag:next1\r\n");
        assertThat(restart.headers().firstValue("etag")).contains("\"next1\"");
        assertThat(commands)
                .filteredOn(RelayCommand.RestartIce.class::isInstance)
                .hasSize(1);

        assertThat(send("DELETE", session, "").statusCode()).isEqualTo(200);
        assertThat(send("DELETE", session, "").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", player.headers().firstValue("location").orElseThrow(), "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(commands)
                .filteredOn(RelayCommand.RemovePeer.class::isInstance)
                .hasSize(2);
        assertThat(plans.plans).isEmpty();
    }

    @Test
    void shouldRefuseNewcomersWhileTheRelayIsFullAndServeItsMembers() throws Exception {
        final HttpResponse<String> publisher = post("/whip/r", Offers.text("whip-obs.sdp"));
        final HttpResponse<String> player = post("/whep/r?seat=0", Offers.text("whep-chromium.sdp"));
        assertThat(player.statusCode()).isEqualTo(201);
        isFull = true;
        for (final String door : List.of("/whep/r", "/whep/other")) {
            final HttpResponse<String> late = post(door, Offers.text("whep-chromium.sdp"));
            assertThat(late.statusCode()).isEqualTo(503);
            assertThat(late.body()).contains("\"code\":\"busy\"");
        }
        assertThat(post("/whip/r", Offers.text("whip-obs.sdp")).statusCode()).isEqualTo(503);
        assertThat(commands).filteredOn(RelayCommand.AddPeer.class::isInstance).hasSize(2);
        assertThat(commands).noneMatch(RelayCommand.RemovePeer.class::isInstance);
        final String session = player.headers().firstValue("location").orElseThrow();
        assertThat(restartIce(publisher.headers().firstValue("location").orElseThrow())
                        .statusCode())
                .isEqualTo(200);
        assertThat(send("DELETE", session, "").statusCode()).isEqualTo(200);
        isFull = false;
        assertThat(post("/whep/r", Offers.text("whep-chromium.sdp")).statusCode())
                .isEqualTo(201);
    }

    @Test
    void shouldRefuseABadOfferWithItsCode() throws Exception {
        final HttpResponse<String> refused = post("/whip/r", "v=0\r\n");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("\"code\":\"sdpNoMedia\"");
    }

    @Test
    void shouldRefuseABodyThatIsTooLarge() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), shell.port())) {
            write(
                    socket,
                    "POST /whip/r HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\n"
                            + "Content-Length: 300000\r\n\r\nv=0");
            assertThat(readAll(socket)).startsWith("HTTP/1.1 413 ").contains("\"code\":\"tooLarge\"");
        }
    }

    @Test
    void shouldAnswerWhatIsNotHttpAndHangUp() throws Exception {
        for (final String nonsense : List.of(
                "hello\r\n\r\n",
                "GET / HTTP/1.1\r\nX: " + "y".repeat(20_000) + "\r\n\r\n",
                "GET /" + "a".repeat(5_000) + " HTTP/1.1\r\n\r\n")) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), shell.port())) {
                write(socket, nonsense);
                assertThat(readAll(socket)).startsWith("HTTP/1.1 4").doesNotContain("Exception");
            }
        }
    }

    @Test
    void shouldServePagesOverOneConnection() throws Exception {
        final List<String> pipelined = List.of(
                "HEAD / HTTP/1.1",
                "Host: localhost",
                "",
                "GET /icon.svg HTTP/1.1",
                "Host: localhost",
                "Connection: close",
                "",
                "");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), shell.port())) {
            write(socket, String.join("\r\n", pipelined));
            final String both = readAll(socket);
            assertThat(both.split("HTTP/1.1 200 OK")).hasSize(3);
            assertThat(both).contains("image/svg+xml").doesNotContain("<!doctype html>");
        }
    }

    @Test
    void shouldLetAWebSocketStayAsLongAsItLikes() throws Exception {
        final OriginPolicy origins = new OriginPolicy(false);
        final String upgrade = String.join(
                "\r\n",
                "GET /ws HTTP/1.1",
                "Host: localhost",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "Sec-WebSocket-Protocol: lianmai.v1",
                "",
                "");
        group.next()
                .submit(() -> {
                    final EmbeddedChannel channel = new EmbeddedChannel();
                    HttpShell.fill(channel.pipeline(), null, null, new WebSocketShell(core, origins));
                    channel.writeInbound(Unpooled.copiedBuffer(upgrade, StandardCharsets.US_ASCII));
                    channel.runPendingTasks();
                    final ByteBuf reply = channel.readOutbound();
                    assertThat(reply.toString(StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 101 ");
                    reply.release();
                    assertThat(channel.pipeline().get(RequestDeadline.class)).isNull();
                    assertThat(core.census().connections()).isOne();
                    channel.finishAndReleaseAll();
                    assertThat(core.census().connections()).isZero();
                })
                .get();
    }

    @Test
    void shouldRefuseOneConnectionTooMany() throws Exception {
        try (HttpShell small = shell(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 2)) {
            final Socket first = new Socket(InetAddress.getLoopbackAddress(), small.port());
            try (Socket second = new Socket(InetAddress.getLoopbackAddress(), small.port());
                    Socket third = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
                assertThat(readAll(third))
                        .startsWith("HTTP/1.1 503 ")
                        .contains("Retry-After: 5")
                        .endsWith("Content-Length: 34\r\n\r\nThe server has enough connections.");
                write(second, "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");
                assertThat(readAll(second)).startsWith("HTTP/1.1 200 ");
            }
            first.close();
        }
    }

    /** Its answers would fill the memory, since it is cheaper to ask than to answer. */
    @Test
    void shouldReadNothingFromAClientThatDoesNotReadItsAnswers() throws Exception {
        final byte[] request = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        flood(new byte[0], request);
        assertThat(send("GET", "/healthz", "").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldReadNothingFromAClientThatDoesNotReadItsPongs() throws Exception {
        final String upgrade = String.join(
                "\r\n",
                "GET /ws HTTP/1.1",
                "Host: localhost",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "",
                "");
        final byte[] ping = new byte[6 + 125];
        ping[0] = (byte) 0x89;
        ping[1] = (byte) (0x80 | 125);
        flood(upgrade.getBytes(StandardCharsets.US_ASCII), ping);
        assertThat(send("GET", "/healthz", "").statusCode()).isEqualTo(200);
    }

    /** Writes until nothing is taken any more; fails when that is more than the kernel's buffers hold. */
    private void flood(final byte[] first, final byte[] again) throws IOException {
        final int kernelBuffers = 24 << 20;
        final ByteBuffer many = ByteBuffer.allocate(4096 * again.length);
        while (many.hasRemaining()) {
            many.put(again);
        }
        try (SocketChannel greedy =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), shell.port()))) {
            greedy.write(ByteBuffer.wrap(first));
            if (first.length > 0) {
                // What comes before the protocol has been switched would be taken for HTTP.
                assertThat(greedy.read(ByteBuffer.allocate(1024))).isPositive();
            }
            greedy.configureBlocking(false);
            long written = 0;
            long blockedSinceNs = System.nanoTime();
            while (System.nanoTime() - blockedSinceNs < TimeUnit.MILLISECONDS.toNanos(500)) {
                final int taken = greedy.write(many.hasRemaining() ? many : many.rewind());
                written += taken;
                blockedSinceNs = taken > 0 ? System.nanoTime() : blockedSinceNs;
                assertThat(written).isLessThan(kernelBuffers);
            }
        }
    }

    @Test
    void shouldSayWhyThePortCannotBeHad() {
        assertThatThrownBy(() -> shell(new InetSocketAddress(InetAddress.getLoopbackAddress(), shell.port())))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot listen on ");
    }

    private HttpResponse<String> post(final String path, final String offer) throws Exception {
        return client.send(
                request(path)
                        .header("Content-Type", "application/sdp")
                        .POST(BodyPublishers.ofString(offer))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> restartIce(final String session) throws Exception {
        return client.send(
                request(session)
                        .header("If-Match", "*")
                        .header("Content-Type", MediaEndpoint.FRAGMENT)
                        .method(
                                "PATCH",
                                BodyPublishers.ofString("a=ice-ufrag:newU\r\na=ice-pwd:" + "p".repeat(24) + "\r\n"))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> send(final String method, final String path, final String body) throws Exception {
        return client.send(
                request(path).method(method, BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(final String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + shell.port() + path))
                .timeout(Duration.ofSeconds(10));
    }

    private static void write(final Socket socket, final String text) throws IOException {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private static String readAll(final Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The real negotiation, with credentials that a test can name. */
    private static final class Plans implements Negotiator, IceSessions {
        private final Map<Long, MediaPlan> plans = new HashMap<>();
        private int restarts;

        @Override
        public Result negotiate(
                final int shard, final long peerId, final long stageId, final Kind kind, final String offer) {
            final PlanRequest request = new PlanRequest(
                    kind == Kind.WHIP ? PlanRequest.Role.WHIP : PlanRequest.Role.WHEP,
                    peerId,
                    stageId,
                    0,
                    "srvU" + peerId,
                    "p".repeat(24),
                    () -> plans.size() * 100 + ++restarts);
            restarts = 0;
            return switch (SdpOffer.parse(offer).then(parsed -> MediaPlan.negotiate(parsed, Offers.POLICY, request))) {
                case SdpOutcome.Refused<MediaPlan> refused -> {
                    assertThat(refused.error().code().id()).isEqualTo(ErrorCode.SDP_NO_MEDIA.code());
                    yield new Refused(Refusal.of(ErrorCode.SDP_NO_MEDIA));
                }
                case SdpOutcome.Ok<MediaPlan>(final MediaPlan plan) -> {
                    plans.put(peerId, plan);
                    yield new Accepted(plan.spec(), SdpAnswer.write(plan, Offers.TRANSPORT), List.of());
                }
            };
        }

        @Override
        public Result renegotiate(final long peerId, final String offer) {
            throw new UnsupportedOperationException("not by HTTP");
        }

        @Override
        public void forget(final long peerId) {
            plans.remove(peerId);
        }

        @Override
        public String current(final long peerId) {
            return plans.get(peerId).spec().ice().localUfrag();
        }

        @Override
        public Restart restart(final long peerId, final IceFragment fragment) {
            final MediaPlan plan = plans.get(peerId);
            if (!plan.restartsIce(fragment)) {
                return null;
            }
            final MediaPlan next = plan.restartIce(fragment, "next1", "q".repeat(24));
            plans.put(peerId, next);
            return new Restart(next.spec().ice(), IceFragment.write(next, Offers.TRANSPORT));
        }
    }

    private static ServerStatus status(final SignalingCore core) {
        return new ServerStatus() {
            @Override
            public boolean isHealthy() {
                return core.isOpen();
            }

            @Override
            public String shortcoming() {
                return null;
            }

            @Override
            public int seats() {
                return 4;
            }

            @Override
            public Exposition metrics(final String accept) {
                return new Exposition("text/plain", new byte[0]);
            }
        };
    }
}
