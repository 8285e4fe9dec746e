package lianmai.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import lianmai.signaling.WebSocketShell;

/**
 * The TCP port: HTTP/1.1 with or without TLS, WebSockets at {@code /ws}, everything else to the {@link HttpRouter}.
 *
 * <p>Thread: {@link #start} and {@link #close} any; all else on the group's one thread. Owns: the server socket and its
 * connections until {@link #close()}.
 */
public final class HttpShell implements AutoCloseable {
    /** A token of 4 KB and the usual headers of a browser fit twice. */
    private static final int MAX_HEADERS = 16 * 1024;

    private static final int MAX_LINE = 4 * 1024;
    private static final int BACKLOG = 1024;
    /** Twice the members of the largest room; each costs a descriptor and some 50 KiB. */
    private static final int MOST_CONNECTIONS = 20_000;

    private static final byte[] FULL = ("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
                    + "Content-Type: text/plain\r\nContent-Length: 34\r\n\r\nThe server has enough connections.")
            .getBytes(StandardCharsets.US_ASCII);

    private final Channel server;
    private final ChannelGroup connections;

    private HttpShell(final Channel server, final ChannelGroup connections) {
        this.server = server;
        this.connections = connections;
    }

    /**
     * Opens the port.
     *
     * @param group of one thread, the one that the rooms run on
     * @param tls null for plain HTTP
     * @throws IOException with a sentence for the user when the port cannot be had
     */
    public static HttpShell start(
            final InetSocketAddress address,
            final SslContext tls,
            final EventLoopGroup group,
            final HttpRouter router,
            final WebSocketShell webSockets)
            throws IOException {
        return start(address, tls, group, router, webSockets, MOST_CONNECTIONS);
    }

    static HttpShell start(
            final InetSocketAddress address,
            final SslContext tls,
            final EventLoopGroup group,
            final HttpRouter router,
            final WebSocketShell webSockets,
            final int mostConnections)
            throws IOException {
        final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        final ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                        if (connections.size() >= mostConnections) {
                            refuse(channel, tls);
                            return;
                        }
                        connections.add(channel);
                        fill(channel.pipeline(), tls, router, webSockets);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + address.getHostString() + ':' + address.getPort() + ": "
                            + bound.cause().getMessage() + "; end the other program or choose another port",
                    bound.cause());
        }
        return new HttpShell(bound.channel(), connections);
    }

    /** One connection too many. Behind TLS there is no handshake to spare for a reason. */
    @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for the close.
    private static void refuse(final Channel channel, final SslContext tls) {
        channel.writeAndFlush(tls == null ? Unpooled.wrappedBuffer(FULL) : Unpooled.EMPTY_BUFFER)
                .addListener(ChannelFutureListener.CLOSE);
    }

    static void fill(
            final ChannelPipeline pipeline,
            final SslContext tls,
            final HttpRouter router,
            final WebSocketShell webSockets) {
        pipeline.addLast(new Backpressure());
        if (tls != null) {
            pipeline.addLast(tls.newHandler(pipeline.channel().alloc()));
        }
        pipeline.addLast(new HttpServerCodec(
                new HttpDecoderConfig().setMaxInitialLineLength(MAX_LINE).setMaxHeaderSize(MAX_HEADERS)));
        pipeline.addLast(new RequestDeadline());
        webSockets.addTo(pipeline);
        pipeline.addLast(HttpConversation.bodies());
        pipeline.addLast(new HttpConversation(router));
    }

    /** The TCP port, of use when 0 was asked for. */
    public int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Stops listening, then closes what connections are left. */
    @Override
    public void close() {
        server.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
    }
}
