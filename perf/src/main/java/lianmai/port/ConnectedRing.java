package lianmai.port;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.unix.Socket;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringIoOps;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import lianmai.io.UdpPort;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An experiment: a connected socket for each destination on Netty's ring, with one prebuilt SEND each, so that the
 * kernel looks no route up and copies no message header. Its packets all have one length, and a destination has one in
 * flight; a port of the relay would need a SENDMSG, and to receive on all of these sockets.
 *
 * <p>Thread: one. Owns: ring and sockets.
 */
final class ConnectedRing implements Sender {
    private static final byte SEND = 26;
    private static final int RING_ENTRIES = 1024;
    /** Five cache lines apart from a power of two, or all would fight for the same places of the cache. */
    private static final int SLOT_BYTES = 2048 + 320;

    private final ManualIoEventLoop loop;
    private final IoRegistration registration;
    private final Destinations destinations;
    private final Socket[] sockets = new Socket[Destinations.COUNT];
    private final IoUringIoOps[] operations = new IoUringIoOps[Destinations.COUNT];
    private final UnsafeBuffer memory =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(Destinations.COUNT * SLOT_BYTES, 64));
    private long number;
    private int inFlight;
    private long errors;

    ConnectedRing(final Destinations destinations) throws IOException {
        this.destinations = destinations;
        final IoUringIoHandlerConfig ring =
                new IoUringIoHandlerConfig().setRingSize(RING_ENTRIES).setSingleIssuer(true);
        loop = new ManualIoEventLoop(Thread.currentThread(), IoUringIoHandler.newFactory(ring));
        registration = loop.register(new Handle()).getNow();
        final InetSocketAddress[] addresses = destinations.addresses();
        final byte none = 0;
        for (int i = 0; i < Destinations.COUNT; i++) {
            sockets[i] = Socket.newSocketDgram();
            sockets[i].setSendBufferSize(UdpPort.SOCKET_BUFFER_BYTES);
            sockets[i].bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            sockets[i].connect(addresses[i]);
            final long address = memory.addressOffset() + (long) i * SLOT_BYTES;
            operations[i] = new IoUringIoOps(
                    SEND, none, none, sockets[i].intValue(), 0, address, PACKET_BYTES, 0, (long) i, none, none, 0, 0);
        }
    }

    @Override
    public int sendGroup() {
        for (int i = 0; i < GROUP; i++) {
            final int to = destinations.next();
            memory.putLong(to * SLOT_BYTES, number++, BIG_ENDIAN);
            memory.putInt(to * SLOT_BYTES + Long.BYTES, to);
            inFlight++;
            registration.submit(operations[to]);
        }
        finish();
        return GROUP;
    }

    @Override
    public void finish() {
        while (inFlight > 0) {
            loop.runNow();
        }
    }

    @Override
    public long errors() {
        return errors;
    }

    @Override
    public void close() {
        finish();
        registration.cancel();
        final Future<?> ended = loop.shutdownGracefully(0, 0, TimeUnit.NANOSECONDS);
        while (!ended.isDone()) {
            loop.runNow();
        }
        try {
            for (final Socket socket : sockets) {
                socket.close();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("closing a socket", e);
        }
    }

    /** What Netty calls with completions. */
    private final class Handle implements IoUringIoHandle {
        @Override
        public void handle(final IoRegistration from, final IoEvent event) {
            inFlight--;
            if (((IoUringIoEvent) event).res() < 0) {
                errors++;
            }
        }

        @Override
        public void close() {
            // the sockets are closed by their owner
        }
    }
}
