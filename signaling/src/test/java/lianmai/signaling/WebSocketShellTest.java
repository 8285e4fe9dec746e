package lianmai.signaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import lianmai.dtls.Fingerprint;
import lianmai.relay.PeerSpec;
import lianmai.relay.RelayCommand;
import lianmai.room.Admission;
import lianmai.room.Negotiator;
import lianmai.room.RoomLimits;
import lianmai.room.RoomRegistry;
import lianmai.room.ShardPlacement;
import lianmai.rtp.ExtensionIds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real server socket and a real WebSocket client. */
@Timeout(60)
class WebSocketShellTest {
    private static final int CLOSE = 0x88;
    private static final JsonMapper JSON = new JsonMapper();
    private static final String JOIN =
            "{\"type\":\"join\",\"id\":\"1\",\"room\":\"r\",\"name\":\"a\",\"offer\":\"v=0\"}";

    private final ConcurrentLinkedQueue<RelayCommand> commands = new ConcurrentLinkedQueue<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private MultiThreadIoEventLoopGroup loops;
    private SignalingCore core;
    private int port;
    private volatile boolean relayIsBroken;
    private volatile boolean relayIsFull;

    @BeforeEach
    void start() throws Exception {
        loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        final AtomicLong secrets = new AtomicLong();
        final RoomRegistry registry = new RoomRegistry(
                RoomLimits.DEFAULT,
                new EasyNegotiator(),
                Admission.OPEN,
                ShardPlacement.leastLoaded(1, 100, 0, shard -> !relayIsFull),
                () -> "secret" + secrets.incrementAndGet(),
                0);
        core = new SignalingCore(
                loops.next(), System::nanoTime, registry, new MessageCodec(), this::toRelay, ByteBufAllocator.DEFAULT);
        final WebSocketShell shell = new WebSocketShell(core, new OriginPolicy(false));
        final Channel server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.SO_SNDBUF, 16 * 1024)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec());
                        shell.addTo(channel.pipeline());
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        port = ((InetSocketAddress) server.localAddress()).getPort();
    }

    @AfterEach
    void stop() throws Exception {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        http.shutdownNow(); // close() would wait for ever for a WebSocket whose server is gone
    }

    @Test
    void shouldJoinTalkAndLeave() throws Exception {
        final Client host = new Client();
        assertThat(host.socket.getSubprotocol()).isEqualTo("lianmai.v1");
        host.send(JOIN);
        final JsonNode joined = host.next("joined");
        assertThat(joined.get("answer").stringValue()).isEqualTo("answer");
        final JsonNode onStage = host.next("onStage");
        assertThat(onStage.get("seq").longValue())
                .isEqualTo(joined.get("resume").get("seq").longValue() + 1);
        host.send("{\"type\":\"chat\",\"id\":\"2\",\"text\":\"你好\"}");
        assertThat(host.next("chat").get("messages").get(0).get("text").stringValue())
                .isEqualTo("你好");
        host.send("{\"type\":\"leave\",\"id\":\"3\"}");
        assertThat(host.closeCode.get(5, TimeUnit.SECONDS)).isEqualTo(1000);
        assertThat(commands).anyMatch(RelayCommand.AddPeer.class::isInstance);
        waitFor(() -> commands.stream().anyMatch(RelayCommand.RemoveStage.class::isInstance));
    }

    @Test
    void shouldRefuseNewcomersWhileTheRelayIsFullAndServeItsMembers() throws Exception {
        final Client host = new Client();
        host.send(JOIN);
        host.next("joined");
        relayIsFull = true;
        final Client late = new Client();
        late.send(JOIN);
        assertThat(late.next("error").get("code").stringValue()).isEqualTo("busy");
        host.send("{\"type\":\"chat\",\"id\":\"2\",\"text\":\"still here\"}");
        assertThat(host.next("chat").get("messages").get(0).get("text").stringValue())
                .isEqualTo("still here");
        assertThat(commands).filteredOn(RelayCommand.AddPeer.class::isInstance).hasSize(1);
        relayIsFull = false;
        late.send(JOIN.replace("\"id\":\"1\"", "\"id\":\"2\""));
        late.next("joined");
    }

    @Test
    void shouldResumeOnANewConnection() throws Exception {
        final Client host = new Client();
        host.send(JOIN);
        final JsonNode resume = host.next("joined").get("resume");
        host.socket.abort();
        final Client back = new Client();
        back.send("{\"type\":\"join\",\"id\":\"9\",\"resume\":" + resume + "}");
        assertThat(back.next("resumed").get("replayed").intValue()).isEqualTo(1);
        assertThat(back.next("onStage").get("seat").intValue()).isZero();
    }

    @Test
    void shouldAnswerNonsenseAndStayOpen() throws Exception {
        final Client client = new Client();
        client.send("{nonsense");
        assertThat(client.next("error").get("code").stringValue()).isEqualTo("badJson");
        client.send("[".repeat(1000));
        assertThat(client.next("error").get("code").stringValue()).isEqualTo("tooDeep");
        client.send("{\"type\":\"chat\",\"id\":\"1\",\"text\":\"" + "x".repeat(70_000) + "\"}");
        assertThat(client.next("error").get("code").stringValue()).isEqualTo("tooLarge");
        client.send("{\"type\":\"ping\",\"id\":\"1\"}");
        assertThat(client.next("error").get("code").stringValue()).isEqualTo("notJoined");
        client.send(JOIN);
        client.next("joined");
    }

    @Test
    void shouldAnswerAndCloseOverAnOversizedFrame() throws Exception {
        final Client client = new Client();
        client.send("x".repeat(900_000));
        assertThat(client.next("error").get("code").stringValue()).isEqualTo("tooLarge");
        assertThat(client.closeCode.get(5, TimeUnit.SECONDS)).isEqualTo(4000);
    }

    @Test
    void shouldCloseOverABinaryFrame() throws Exception {
        final Client client = new Client();
        client.socket.sendBinary(ByteBuffer.allocate(3), true).join();
        assertThat(client.next("error").get("code").stringValue()).isEqualTo("badJson");
        assertThat(client.closeCode.get(5, TimeUnit.SECONDS)).isEqualTo(4000);
    }

    @Test
    void shouldRefuseForeignPages() {
        final CompletableFuture<WebSocket> foreign = http.newWebSocketBuilder()
                .header("Origin", "https://evil.example")
                .subprotocols(WebSocketShell.SUBPROTOCOL)
                .buildAsync(uri(), new WebSocket.Listener() {});
        assertThatThrownBy(foreign::join).hasCauseInstanceOf(WebSocketHandshakeException.class);
    }

    @Test
    void shouldTellEverybodyWhenTheServerEnds() throws Exception {
        final Client client = new Client();
        client.send(JOIN);
        client.next("joined");
        core.loop().submit(core::close).get();
        assertThat(client.next("closing").get("reason").stringValue()).isEqualTo("serverClosing");
        assertThat(client.closeCode.get(5, TimeUnit.SECONDS)).isEqualTo(1001);
    }

    private boolean toRelay(final int shard, final RelayCommand command) {
        if (relayIsBroken) {
            throw new IllegalStateException("broken on purpose");
        }
        return commands.add(command);
    }

    @Test
    void shouldGoOnWhenSomethingThrows() throws Exception {
        final Client first = new Client();
        relayIsBroken = true;
        first.send(JOIN);
        first.next("joined");
        relayIsBroken = false;
        final Client second = new Client();
        second.send(JOIN);
        assertThat(second.next("joined").get("id").stringValue()).isEqualTo("1");
        assertThat(commands).filteredOn(RelayCommand.AddPeer.class::isInstance).hasSize(1);
        first.send("{\"type\":\"ping\",\"id\":\"p\"}");
        first.next("pong");
    }

    @Test
    void shouldCloseOnceHoweverTheClientAnswers() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            upgrade(socket);
            sendMasked(socket, JOIN);
            waitFor(() -> census().members() == 1);
            core.loop().submit(core::close).get();
            final DataInputStream in = new DataInputStream(socket.getInputStream());
            while (nextFrame(in) != CLOSE) {
                // What was said before.
            }
            socket.getOutputStream().write(new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xE9});
            assertThat(in.read()).as("nothing comes after the close").isEqualTo(-1);
        }
    }

    /** Skips one unmasked frame; answers its first byte. */
    private static int nextFrame(final DataInputStream in) throws IOException {
        final int first = in.readUnsignedByte();
        final int length = in.readUnsignedByte();
        in.skipNBytes(length == 126 ? in.readUnsignedShort() : length);
        return first;
    }

    /** A socket that joins and then reads nothing; the rest of the room goes on. */
    @Test
    void shouldDropAClientThatDoesNotRead() throws Exception {
        final Client host = new Client();
        host.send(JOIN);
        host.next("joined");
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            upgrade(slow);
            sendMasked(slow, JOIN.replace("\"a\"", "\"slow\""));
            waitFor(() -> census().members() == 2);
            for (int i = 0; i < 15; i++) {
                sendMasked(slow, "{\"type\":\"offer\",\"id\":\"o" + i + "\",\"offer\":\"big\"}");
            }
            waitFor(() -> census().connections() == 1);
            assertThat(census().members()).isEqualTo(2);
        }
        host.send("{\"type\":\"ping\",\"id\":\"p\"}");
        host.next("pong");
    }

    @Test
    void shouldLeaveNoConnectionBehind() throws Exception {
        for (int i = 0; i < 50; i++) {
            final Client client = new Client();
            client.send(JOIN);
            client.next("joined");
            client.send("{\"type\":\"leave\",\"id\":\"2\"}");
            client.closeCode.get(5, TimeUnit.SECONDS);
        }
        waitFor(() -> census().equals(new RoomRegistry.Census(0, 0, 0, 0, 0)));
    }

    private RoomRegistry.Census census() {
        return core.loop().submit(core::census).syncUninterruptibly().getNow();
    }

    private URI uri() {
        return URI.create("ws://127.0.0.1:" + port + WebSocketShell.PATH);
    }

    private static void waitFor(final BooleanSupplier condition) throws InterruptedException {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private void upgrade(final Socket socket) throws IOException {
        final String request = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Protocol: lianmai.v1\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        final byte[] end = new byte[4];
        while (!new String(end, StandardCharsets.US_ASCII).equals("\r\n\r\n")) {
            System.arraycopy(end, 1, end, 0, 3);
            end[3] = (byte) socket.getInputStream().read();
        }
    }

    /** One short text frame with a mask of zeros (RFC 6455 §5.2). */
    private static void sendMasked(final Socket socket, final String text) throws IOException {
        final byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        final ByteBuffer frame = ByteBuffer.allocate(payload.length + 6);
        frame.put((byte) 0x81).put((byte) (0x80 | payload.length)).putInt(0).put(payload);
        socket.getOutputStream().write(frame.array());
    }

    /** A client that collects what it is told. */
    private final class Client implements WebSocket.Listener {
        final LinkedBlockingQueue<JsonNode> inbox = new LinkedBlockingQueue<>();
        final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
        final WebSocket socket;
        private final StringBuilder partial = new StringBuilder();

        Client() {
            socket = http.newWebSocketBuilder()
                    .subprotocols(WebSocketShell.SUBPROTOCOL)
                    .buildAsync(uri(), this)
                    .join();
        }

        void send(final String text) {
            socket.sendText(text, true).join();
        }

        JsonNode next(final String type) throws InterruptedException {
            while (true) {
                final JsonNode message = inbox.poll(5, TimeUnit.SECONDS);
                assertThat(message).as("a message of type " + type).isNotNull();
                if (message.get("type").stringValue().equals(type)) {
                    return message;
                }
            }
        }

        @Override
        public CompletionStage<?> onText(final WebSocket from, final CharSequence data, final boolean last) {
            partial.append(data);
            if (last) {
                inbox.add(JSON.readTree(partial.toString()));
                partial.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(final WebSocket from, final int code, final String reason) {
            closeCode.complete(code);
            return null;
        }

        @Override
        public void onError(final WebSocket from, final Throwable error) {
            closeCode.completeExceptionally(error);
        }
    }

    /** Accepts everything with an uplink and nothing else. */
    private static final class EasyNegotiator implements Negotiator {
        @Override
        public Result negotiate(
                final int shard, final long peerId, final long stageId, final Kind kind, final String offer) {
            final PeerSpec.Uplink uplink =
                    new PeerSpec.Uplink("0", List.of(), ExtensionIds.NONE, List.of(), List.of(), true, true, false);
            final PeerSpec spec = new PeerSpec(
                    peerId,
                    stageId,
                    new PeerSpec.Ice("u", "p", "r"),
                    new Fingerprint("sha-256", "01"),
                    uplink,
                    uplink,
                    List.of());
            // A big answer cannot be dropped: it fills the buffers of who does not read.
            return new Accepted(spec, offer.equals("big") ? "x".repeat(200_000) : "answer", List.of());
        }

        @Override
        public Result renegotiate(final long peerId, final String offer) {
            return negotiate(0, peerId, 1, Kind.JOIN, offer);
        }

        @Override
        public void forget(final long peerId) {}
    }
}
