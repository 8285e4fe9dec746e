package lianmai.signaling;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Adds the WebSocket at {@code /ws} to an HTTP pipeline (RFC 6455).
 *
 * <p>Put it behind {@code HttpServerCodec} and before the HTTP handlers: other requests pass through untouched.
 * Channels
 * must be registered with the core's loop.
 *
 * <p>Thread: signaling.
 */
public final class WebSocketShell {
    /** Where the WebSocket is. */
    public static final String PATH = "/ws";
    /** The only subprotocol. */
    public static final String SUBPROTOCOL = "lianmai.v1";

    /** A little more than allowed, so that a message that is a little too large is only refused. */
    static final int MAX_FRAME = MessageCodec.MAX_BYTES_WITH_OFFER + 1024;

    private final SignalingCore core;
    private final OriginPolicy origins;

    public WebSocketShell(final SignalingCore core, final OriginPolicy origins) {
        this.core = core;
        this.origins = origins;
    }

    /** Adds the handlers at the end of a pipeline that decodes HTTP. */
    public void addTo(final ChannelPipeline pipeline) {
        pipeline.addLast(new OriginGate(origins));
        pipeline.addLast(new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder()
                .websocketPath(PATH)
                .subprotocols(SUBPROTOCOL)
                .handshakeTimeoutMillis(TimeUnit.SECONDS.toMillis(10))
                .handleCloseFrames(true)
                .dropPongFrames(false)
                .decoderConfig(WebSocketDecoderConfig.newBuilder()
                        .maxFramePayloadLength(MAX_FRAME)
                        .allowExtensions(false)
                        .closeOnProtocolViolation(false)
                        .build())
                .build()));
        pipeline.addLast(new WebSocketConnection(core));
    }

    /** Refuses upgrades from foreign pages before anything is switched. */
    private static final class OriginGate extends ChannelInboundHandlerAdapter {
        private final OriginPolicy origins;

        OriginGate(final OriginPolicy origins) {
            this.origins = origins;
        }

        @Override
        @SuppressWarnings(
                "FutureReturnValueIgnored") // The listener closes the channel, and that is all there is to do.
        public void channelRead(final ChannelHandlerContext ctx, final Object message) {
            if (message instanceof HttpRequest request && isUpgrade(request) && !isWelcome(request)) {
                ReferenceCountUtil.release(message);
                final DefaultFullHttpResponse refusal =
                        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.FORBIDDEN);
                refusal.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
                ctx.writeAndFlush(refusal).addListener(ChannelFutureListener.CLOSE);
                return;
            }
            ctx.fireChannelRead(message);
        }

        private static boolean isUpgrade(final HttpRequest request) {
            return request.headers().contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        }

        private boolean isWelcome(final HttpRequest request) {
            return origins.allows(
                    request.headers().get(HttpHeaderNames.ORIGIN),
                    request.headers().get(HttpHeaderNames.HOST));
        }
    }
}
