package lianmai.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** A plain, non-blocking UDP end for tests. */
public final class TestUdpClient implements AutoCloseable {
    private static final int LARGEST = 65_535;
    private static final int BUFFER_BYTES = 4 << 20;

    private final DatagramChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST);

    /** A received datagram and where it came from. */
    public record Datagram(InetSocketAddress from, byte[] bytes) {}

    /** Binds any free port of an address. */
    public TestUdpClient(final InetAddress address) throws IOException {
        channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
        channel.configureBlocking(false);
        channel.bind(new InetSocketAddress(address, 0));
    }

    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Sends one datagram; an ordinary test never fills the socket's buffer, so that is an error. */
    public void send(final InetSocketAddress to, final byte[] bytes) throws IOException {
        buffer.clear().put(bytes).flip();
        if (channel.send(buffer, to) != bytes.length) {
            throw new IOException("the socket's send buffer is full");
        }
    }

    /** The next datagram, or null when none has come yet. */
    public Datagram poll() throws IOException {
        final InetSocketAddress from = (InetSocketAddress) channel.receive(buffer.clear());
        if (from == null) {
            return null;
        }
        final byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        return new Datagram(from, bytes);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
