package lianmai.signaling;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import lianmai.message.CloseCode;
import lianmai.message.ErrorCode;
import lianmai.room.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's WebSocket.
 *
 * <p>What a client does not read is bounded: above {@link #HIGH_WATER} messages that may be lost are dropped, above
 * {@link #TOO_SLOW} the client is closed with 4003. A client silent for {@link #PING_AFTER_S} is pinged, for twice that
 * it is given up; it may resume.
 *
 * <p>Thread: signaling (confined). Owns: the channel.
 */
// Write futures are not looked at: a failed write closes the channel, and channelInactive sees that.
@SuppressWarnings("FutureReturnValueIgnored")
final class WebSocketConnection extends SimpleChannelInboundHandler<WebSocketFrame> implements Outlet {
    static final int LOW_WATER = 64 * 1024;
    /** Some seconds of a lively room's chat. */
    static final int HIGH_WATER = 256 * 1024;
    /** A snapshot, an answer and a hundred events on top; more is a client that has stopped reading. */
    static final int TOO_SLOW = 1024 * 1024;

    static final long PING_AFTER_S = 15;

    private static final long CLOSE_WITHIN_S = 2;
    private static final int MESSAGES_PER_WRITE = 64;
    private static final int MAX_DIGITS = 24;

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketConnection.class);
    private static final byte[] SEQ = "{\"seq\":".getBytes(StandardCharsets.US_ASCII);

    private final SignalingCore core;
    private ChannelHandlerContext context;
    private long connection;
    private boolean closing;
    private boolean silentOnce;

    WebSocketConnection(final SignalingCore core) {
        this.core = core;
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
        if (event instanceof HandshakeComplete) {
            onHandshake(ctx);
        } else if (event instanceof IdleStateEvent && context != null) {
            onIdle();
        }
        ctx.fireUserEventTriggered(event);
    }

    private void onHandshake(final ChannelHandlerContext ctx) {
        context = ctx;
        ctx.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(LOW_WATER, HIGH_WATER));
        final ChannelPipeline pipeline = ctx.pipeline();
        // All that one turn of the rooms says to a client becomes one write.
        pipeline.addFirst(new FlushConsolidationHandler(MESSAGES_PER_WRITE, true));
        pipeline.addFirst(new IdleStateHandler(PING_AFTER_S, 0, 0, TimeUnit.SECONDS));
        pipeline.addAfter("wsdecoder", null, new RawFrames());
        pipeline.addBefore(ctx.name(), null, new WebSocketFrameAggregator(WebSocketShell.MAX_FRAME));
        connection = core.open(this);
    }

    private void onIdle() {
        if (silentOnce) {
            close(CloseCode.SILENT);
            core.onClosed(connection);
        } else {
            silentOnce = true;
            ping();
        }
    }

    @Override
    protected void channelRead0(final ChannelHandlerContext ctx, final WebSocketFrame frame) {
        silentOnce = false;
        if (closing) {
            return;
        }
        switch (frame) {
            case TextWebSocketFrame text -> core.onText(connection, text.content());
            case BinaryWebSocketFrame _ -> refuse(ErrorCode.BAD_JSON);
            default -> core.onHeard(connection);
        }
    }

    /** Answers a frame that cannot be read, and ends: what follows it may be out of step. */
    private void refuse(final ErrorCode code) {
        core.onRefusedFrame(connection, Refusal.of(code));
        close(CloseCode.PROTOCOL);
        core.onClosed(connection);
    }

    private void onBroken(final Throwable cause) {
        if (connection == 0 || closing) {
            return;
        }
        final boolean tooLong = cause instanceof TooLongFrameException
                || cause instanceof CorruptedWebSocketFrameException corrupt
                        && corrupt.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG);
        refuse(tooLong ? ErrorCode.TOO_LARGE : ErrorCode.BAD_JSON);
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        if (connection != 0) {
            core.onClosed(connection);
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        if (cause instanceof IOException) {
            ctx.close();
        } else if (cause instanceof CodecException) {
            onBroken(cause);
        } else {
            LOG.error("a connection failed", cause);
            ctx.close();
        }
    }

    // Outlet.

    @Override
    public void send(final ByteBuf json, final long seq, final boolean mayBeLost) {
        final long waiting = context.channel().bytesBeforeWritable();
        final boolean tooSlow = waiting > TOO_SLOW - LOW_WATER;
        if (closing || tooSlow || mayBeLost && waiting > 0) {
            json.release();
            if (tooSlow && !closing) {
                close(CloseCode.SLOW_CONSUMER);
                // The rooms are in the middle of telling everybody.
                context.executor().execute(() -> core.onClosed(connection));
            }
            return;
        }
        final ByteBuf text = seq == 0 ? json : numbered(json, seq);
        context.writeAndFlush(new TextWebSocketFrame(text), context.voidPromise());
    }

    /** The object with its number as first field. A copy: the rest is short, and shared with other clients. */
    private ByteBuf numbered(final ByteBuf json, final long seq) {
        final ByteBuf text = context.alloc().buffer(SEQ.length + MAX_DIGITS + json.readableBytes());
        text.writeBytes(SEQ);
        ByteBufUtil.writeAscii(text, Long.toString(seq));
        text.writeByte(',');
        text.writeBytes(json, json.readerIndex() + 1, json.readableBytes() - 1);
        json.release();
        return text;
    }

    @Override
    public void ping() {
        if (!closing && context.channel().isWritable()) {
            context.writeAndFlush(new PingWebSocketFrame(), context.voidPromise());
        }
    }

    @Override
    public void close(final CloseCode code) {
        if (closing) {
            return;
        }
        closing = true;
        final ChannelHandlerContext ctx = context;
        ctx.writeAndFlush(new CloseWebSocketFrame(code.code(), code.reason()), ctx.voidPromise());
        // The client closes too when it has read this; one that does not is cut off.
        final Runnable cutOff = ctx.channel()::close;
        final Future<?> cut = ctx.executor().schedule(cutOff, CLOSE_WITHIN_S, TimeUnit.SECONDS);
        ctx.channel().closeFuture().addListener(_ -> cut.cancel(false));
    }

    /**
     * Ends the channel when the client answers our close frame: Netty's handler would answer the answer, and a client
     * takes a frame after the close for a broken server. Also catches what the frame decoder throws before Netty's
     * handler closes the channel over unread bytes.
     */
    private final class RawFrames extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(final ChannelHandlerContext ctx, final Object message) {
            if (closing && message instanceof CloseWebSocketFrame) {
                ReferenceCountUtil.release(message);
                ctx.close();
                return;
            }
            ctx.fireChannelRead(message);
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
            WebSocketConnection.this.exceptionCaught(context, cause);
        }
    }
}
