package lianmai.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/**
 * Reads nothing more from a client that does not read its answers: requests and pings that are answered cost memory
 * until the answer has gone out, and a client could make them for ever.
 *
 * <p>Turning automatic reads off is not enough: Netty's WebSocket handler then asks for another read after each ping.
 *
 * <p>Thread: signaling (confined to its channel).
 */
final class Backpressure extends ChannelDuplexHandler {
    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext ctx) {
        // Turning it on again reads at once.
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void read(final ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            ctx.read();
        }
    }
}
