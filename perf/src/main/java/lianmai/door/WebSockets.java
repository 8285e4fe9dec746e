package lianmai.door;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * WebSockets of clients to one server, all on one Netty thread.
 *
 * <p>Thread: any; what comes in is told on the loop. Owns: the loop and its sockets until closed.
 */
final class WebSockets implements AutoCloseable {
    /** An answer of 12 seats with every codec is a quarter of it. */
    private static final int MAX_FRAME = 512 * 1024;

    private static final int MAX_HANDSHAKE = 16 * 1024;
    private static final int TIMEOUT_MS = 15_000;

    private final URI address;
    private final String subprotocol;
    private final SslContext tls;
    private final MultiThreadIoEventLoopGroup group;

    /**
     * @param address {@code ws}, {@code wss}, or what becomes one of them, {@code http} or {@code https}
     * @throws IllegalArgumentException with a sentence when it is no such address
     */
    WebSockets(final URI address, final String subprotocol) {
        this.address = webSocket(address);
        this.subprotocol = subprotocol;
        tls = this.address.getScheme().equals("wss") ? tls() : null;
        group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("door-" + subprotocol, true), NioIoHandler.newFactory());
    }

    private static URI webSocket(final URI given) {
        final String scheme = given.getScheme() == null ? "" : given.getScheme().toLowerCase(Locale.ROOT);
        final String needed =
                switch (scheme) {
                    case "http", "ws" -> "ws";
                    case "https", "wss" -> "wss";
                    default -> throw new IllegalArgumentException(given + " is no http or ws address");
                };
        if (given.getHost() == null) {
            throw new IllegalArgumentException(given + " names no host");
        }
        return URI.create(needed + given.toString().substring(scheme.length()));
    }

    private static SslContext tls() {
        try {
            return SslContextBuilder.forClient().build();
        } catch (final SSLException e) {
            throw new IllegalStateException("the JDK has TLS", e);
        }
    }

    /** Where the sockets go. */
    URI address() {
        return address;
    }

    /** Runs something on the loop. */
    MultiThreadIoEventLoopGroup loop() {
        return group;
    }

    /**
     * Opens one.
     *
     * @param from the address to come from, or null for the kernel's choice
     */
    CompletableFuture<WebSocketLine> open(final InetAddress from, final WebSocketLine.Listener listener) {
        final WebSocketLine line = new WebSocketLine(address, listener);
        final Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, TIMEOUT_MS)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                        fill(channel.pipeline(), line);
                    }
                });
        if (from != null) {
            bootstrap.localAddress(new InetSocketAddress(from, 0)).option(ChannelOption.SO_REUSEADDR, true);
        }
        final ChannelFuture connected = bootstrap.connect(address.getHost(), port());
        connected.addListener(_ -> {
            if (!connected.isSuccess()) {
                line.fail(connected.cause());
            }
        });
        return line.opened();
    }

    private void fill(final ChannelPipeline pipeline, final WebSocketLine line) {
        if (tls != null) {
            pipeline.addLast(tls.newHandler(pipeline.channel().alloc(), address.getHost(), port()));
        }
        pipeline.addLast(new HttpClientCodec());
        pipeline.addLast(new HttpObjectAggregator(MAX_HANDSHAKE));
        pipeline.addLast(new WebSocketClientProtocolHandler(WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(address)
                .subprotocol(subprotocol)
                .maxFramePayloadLength(MAX_FRAME)
                .handshakeTimeoutMillis(TIMEOUT_MS)
                .handleCloseFrames(false)
                .build()));
        pipeline.addLast(new WebSocketFrameAggregator(MAX_FRAME));
        pipeline.addLast(line);
    }

    private int port() {
        final int standard = tls == null ? 80 : 443;
        return address.getPort() < 0 ? standard : address.getPort();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
