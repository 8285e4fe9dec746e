package lianmai.port;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import lianmai.io.UdpPort;

/**
 * Netty's own datagram channels as a careful user has them: pooled direct buffers, a flush a group, no promise for each
 * packet, everything on the event loop's thread, which is ours, so that no task goes between threads.
 *
 * <p>Thread: one. Owns: loop and channel.
 */
final class NettyPort implements Sender, Forwarder {
    /** Two groups may wait in the channel. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    private static final int RECEIVE_BYTES = 2048;
    /** Which of them. */
    enum Transport {
        IO_URING(IoUringDatagramChannel.class),
        EPOLL(EpollDatagramChannel.class),
        NIO(NioDatagramChannel.class);

        private final Class<? extends DatagramChannel> channel;

        Transport(final Class<? extends DatagramChannel> channel) {
            this.channel = channel;
        }

        private IoHandlerFactory handler() {
            return switch (this) {
                case IO_URING -> IoUringIoHandler.newFactory();
                case EPOLL -> EpollIoHandler.newFactory();
                case NIO -> NioIoHandler.newFactory();
            };
        }
    }

    private final ManualIoEventLoop loop;
    private final Channel channel;
    private final Destinations destinations;
    private final InetSocketAddress[] addresses;
    private final int run;
    private long number;
    private long forwarded;
    private long errors;

    /**
     * @param destinations null for a forwarder
     * @param run packets to one destination, as one {@link SegmentedDatagramPacket} where there are several
     */
    NettyPort(final Transport transport, final Destinations destinations, final int run) {
        this.destinations = destinations;
        this.addresses = destinations == null ? new InetSocketAddress[0] : destinations.addresses();
        this.run = run;
        loop = new ManualIoEventLoop(Thread.currentThread(), transport.handler());
        final boolean isEpoll = transport == Transport.EPOLL;
        final Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(transport.channel)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.SO_SNDBUF, UdpPort.SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_RCVBUF, UdpPort.SOCKET_BUFFER_BYTES)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(isEpoll ? GROUP * RECEIVE_BYTES : RECEIVE_BYTES)
                                .maxMessagesPerRead(GROUP))
                .handler(new Back());
        if (isEpoll) {
            // recvmmsg: as many as fit the buffer.
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, RECEIVE_BYTES);
        }
        final ChannelFuture bound = bootstrap.bind("127.0.0.1", 0);
        await(bound);
        if (!bound.isSuccess()) {
            throw new IllegalStateException("no " + transport.channel.getSimpleName(), bound.cause());
        }
        channel = bound.channel();
    }

    private void await(final Future<?> future) {
        while (!future.isDone()) {
            loop.run(Forwarder.WAIT_NS);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // A void promise: Back hears of failures.
    public int sendGroup() {
        for (int sent = 0; sent < GROUP; sent += run) {
            final ByteBuf bytes = channel.alloc().directBuffer(run * PACKET_BYTES);
            for (int i = 0; i < run; i++) {
                bytes.setLong(i * PACKET_BYTES, number++);
                bytes.setInt(i * PACKET_BYTES + Long.BYTES, i);
            }
            bytes.writerIndex(run * PACKET_BYTES);
            final InetSocketAddress to = addresses[destinations.next()];
            channel.write(
                    run == 1 ? new DatagramPacket(bytes, to) : new SegmentedDatagramPacket(bytes, PACKET_BYTES, to),
                    channel.voidPromise());
        }
        channel.flush();
        do {
            loop.runNow();
        } while (!channel.isWritable());
        return GROUP;
    }

    @Override
    public void finish() {
        while (channel.bytesBeforeUnwritable() < WATER_MARK.high()) {
            loop.runNow();
        }
    }

    @Override
    public long errors() {
        return errors;
    }

    @Override
    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void turn() {
        loop.run(Forwarder.WAIT_NS);
    }

    @Override
    public long forwarded() {
        return forwarded;
    }

    @Override
    public void close() {
        await(channel.close());
        final Future<?> ended = loop.shutdownGracefully(0, 0, TimeUnit.NANOSECONDS);
        while (!ended.isDone()) {
            loop.runNow();
        }
    }

    /** Sends back what comes, a flush for what one read brought. */
    private final class Back extends ChannelInboundHandlerAdapter {
        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // As above.
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            final DatagramPacket packet = (DatagramPacket) message;
            final ChannelFuture unused =
                    context.write(new DatagramPacket(packet.content(), packet.sender()), context.voidPromise());
            forwarded++;
        }

        @Override
        public void channelReadComplete(final ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
            errors++;
        }
    }
}
