package lianmai.door;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/**
 * One client's WebSocket.
 *
 * <p>Thread: {@link #send} and {@link #close} any, the rest the loop. Owns: its channel until closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails here closes the channel, and that is told.
final class WebSocketLine extends SimpleChannelInboundHandler<WebSocketFrame> {
    /** Who is told, on the loop. */
    interface Listener {
        /** A message; {@code json} is the caller's after this returns. */
        void onText(ByteBuf json);

        /** The end, told once if the line was open; {@code reason} is half a sentence. */
        void onClosed(String reason);
    }

    private final URI address;
    private final Listener listener;
    private final CompletableFuture<WebSocketLine> opened = new CompletableFuture<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private volatile Channel channel;
    private String reason = "the connection was cut";

    WebSocketLine(final URI address, final Listener listener) {
        this.address = address;
        this.listener = listener;
    }

    CompletableFuture<WebSocketLine> opened() {
        return opened;
    }

    /** Done with the reason when the line is closed. */
    CompletableFuture<String> closed() {
        return closed;
    }

    void send(final String text) {
        channel.writeAndFlush(new TextWebSocketFrame(text), channel.voidPromise());
    }

    /** Cuts the connection. */
    void close() {
        channel.close();
    }

    void fail(final Throwable cause) {
        opened.completeExceptionally(new DoorException(address + " cannot be reached: " + cause.getMessage(), cause));
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
        if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            channel = ctx.channel();
            opened.complete(this);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    protected void channelRead0(final ChannelHandlerContext ctx, final WebSocketFrame frame) {
        switch (frame) {
            case TextWebSocketFrame text -> listener.onText(text.content());
            case CloseWebSocketFrame end -> {
                reason = "the server closed the connection: " + end.statusCode() + ' ' + end.reasonText();
                // RFC 6455 §5.5.1: answered with the same code.
                ctx.writeAndFlush(new CloseWebSocketFrame(end.statusCode(), ""))
                        .addListener(ChannelFutureListener.CLOSE);
            }
            default -> {
                // Pings are answered by the protocol handler; nobody sends anything else.
            }
        }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        if (opened.isDone() && !opened.isCompletedExceptionally()) {
            if (closed.complete(reason)) {
                listener.onClosed(reason);
            }
        } else {
            opened.completeExceptionally(new DoorException(address + " took no WebSocket: " + reason));
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        reason = cause.getMessage();
        opened.completeExceptionally(new DoorException(address + " took no WebSocket: " + cause.getMessage(), cause));
        ctx.close();
    }
}
