package lianmai.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import lianmai.message.ErrorCode;
import lianmai.sdp.SdpOffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads requests of one connection and writes what the router answers.
 *
 * <p>Thread: signaling (confined to its channel).
 */
// A close is waited for by nobody, and a write that fails closes the channel anyway.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpConversation extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConversation.class);

    private final HttpRouter router;

    HttpConversation(final HttpRouter router) {
        this.router = router;
    }

    /** Collects bodies up to the size of the largest offer; answers larger ones like any other refusal. */
    static HttpObjectAggregator bodies() {
        return new HttpObjectAggregator(SdpOffer.MAX_LENGTH) {
            @Override
            protected void handleOversizedMessage(final ChannelHandlerContext ctx, final HttpMessage oversized) {
                write(
                        ctx,
                        HttpReply.refusal(413, ErrorCode.TOO_LARGE, "The body is larger than 256 KiB."),
                        false,
                        false);
            }
        };
    }

    @Override
    protected void channelRead0(final ChannelHandlerContext ctx, final FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            write(ctx, undecodable(request.decoderResult().cause()), false, false);
            return;
        }
        final boolean bodyless = request.method().equals(HttpMethod.HEAD);
        write(ctx, answer(request), HttpUtil.isKeepAlive(request), bodyless);
    }

    private HttpReply answer(final FullHttpRequest request) {
        final Map<String, String> headers = new HashMap<>();
        request.headers().forEach(header -> headers.putIfAbsent(header.getKey(), header.getValue()));
        final HttpAsk ask = HttpAsk.of(
                request.method().name(),
                request.uri(),
                headers,
                request.content().toString(StandardCharsets.UTF_8));
        if (ask == null) {
            return HttpReply.refusal(400, ErrorCode.BAD_MESSAGE, "The request's target is malformed.");
        }
        try {
            return router.route(ask);
        } catch (final RuntimeException bug) {
            LOG.error("a request brought the router to an exception", bug);
            return HttpReply.refusal(500, ErrorCode.INTERNAL, ErrorCode.INTERNAL.sentence());
        }
    }

    private static HttpReply undecodable(final Throwable cause) {
        final int status =
                switch (cause) {
                    case TooLongHttpLineException _ -> 414;
                    case TooLongHttpHeaderException _ -> 431;
                    default -> 400;
                };
        return HttpReply.refusal(status, ErrorCode.BAD_MESSAGE, "This is not a request that HTTP/1.1 would make.");
    }

    private static void write(
            final ChannelHandlerContext ctx, final HttpReply reply, final boolean keepAlive, final boolean bodyless) {
        final DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(reply.status()),
                bodyless ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(reply.body()));
        reply.headers().forEach((name, value) -> response.headers().set(name, value));
        if (reply.status() != 204 && reply.status() != 304) {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, reply.body().length);
        }
        if (keepAlive) {
            ctx.writeAndFlush(response, ctx.voidPromise());
        } else {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.debug("a connection failed", cause);
        }
        ctx.close();
    }
}
