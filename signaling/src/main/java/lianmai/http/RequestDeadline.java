package lianmai.http;

import static io.netty.handler.codec.http.HttpResponseStatus.SWITCHING_PROTOCOLS;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how long a connection may take for one request, whatever trickle of bytes keeps it busy: {@link #IDLE_S} to
 * the end of the headers, {@link #BODY_S} more to the end of the body. Takes itself away once the connection
 * switches to a WebSocket.
 *
 * <p>Thread: signaling (confined to its channel). Units: s.
 */
final class RequestDeadline extends ChannelDuplexHandler {
    /** A browser keeps a connection for its next request; opening another costs it a few ms. */
    static final int IDLE_S = 15;

    /** 256 KiB in 10 s is 200 kbit/s, less than any line that could carry video. */
    static final int BODY_S = 10;

    private Future<?> deadline;

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
        arm(ctx, IDLE_S);
    }

    @Override
    public void handlerRemoved(final ChannelHandlerContext ctx) {
        deadline.cancel(false);
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        deadline.cancel(false);
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        if (message instanceof LastHttpContent) {
            arm(ctx, IDLE_S);
        } else if (message instanceof HttpRequest) {
            arm(ctx, BODY_S);
        }
        ctx.fireChannelRead(message);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The writer holds the promise.
    public void write(final ChannelHandlerContext ctx, final Object message, final ChannelPromise promise) {
        ctx.write(message, promise);
        if (message instanceof HttpResponse response && response.status().equals(SWITCHING_PROTOCOLS)) {
            ctx.pipeline().remove(this);
        }
    }

    private void arm(final ChannelHandlerContext ctx, final int seconds) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline = ctx.executor().schedule(() -> hangUp(ctx), seconds, TimeUnit.SECONDS);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for the close.
    private static void hangUp(final ChannelHandlerContext ctx) {
        ctx.close();
    }
}
