package lianmai.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A path between clients and server that loses, repeats and delays chosen media packets towards clients, and knows how
 * many: the truth that figures must show.
 *
 * <p>Thread: its own; counts are read when it is over.
 */
final class FaultyPath implements AutoCloseable {
    private static final int ROOM = 2048;
    private static final int HEADER = 12;

    /** What was done to media of one payload type. */
    static final class Truth {
        long forwarded;
        long dropped;
        long repeated;
        long swapped;
    }

    private final Selector selector = Selector.open();
    private final DatagramChannel front = DatagramChannel.open();
    private final InetSocketAddress server;
    private final Map<SocketAddress, DatagramChannel> behind = new HashMap<>();
    private final Map<Integer, Truth> truths = new HashMap<>();
    private final SplittableRandom random;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(ROOM);
    private final Map<Integer, ByteBuffer> held = new HashMap<>();
    private final Thread thread = new Thread(this::run, "faulty-path");
    private volatile boolean isFaulty;
    private volatile boolean isRunning = true;

    /** @param faultyTypes payload types that things happen to */
    FaultyPath(final InetSocketAddress server, final long seed, final int... faultyTypes) throws IOException {
        this.server = server;
        random = new SplittableRandom(seed);
        for (final int type : faultyTypes) {
            truths.put(type, new Truth());
        }
        front.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        front.configureBlocking(false);
        front.register(selector, SelectionKey.OP_READ);
        thread.start();
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) front.getLocalAddress();
    }

    /** From now on, or no longer. */
    void faulty(final boolean on) {
        isFaulty = on;
    }

    Truth truth(final int type) {
        return truths.get(type);
    }

    private void run() {
        try {
            while (isRunning) {
                selector.select(20);
                for (final SelectionKey key : selector.selectedKeys()) {
                    if (key.channel() == front) {
                        fromClients();
                    } else {
                        fromServer((DatagramChannel) key.channel(), (SocketAddress) key.attachment());
                    }
                }
                selector.selectedKeys().clear();
            }
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void fromClients() throws IOException {
        while (true) {
            buffer.clear();
            final SocketAddress client = front.receive(buffer);
            if (client == null) {
                return;
            }
            DatagramChannel channel = behind.get(client);
            if (channel == null) {
                channel = DatagramChannel.open();
                channel.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, client);
                behind.put(client, channel);
            }
            buffer.flip();
            channel.send(buffer, server);
        }
    }

    private void fromServer(final DatagramChannel channel, final SocketAddress client) throws IOException {
        while (true) {
            buffer.clear();
            if (channel.receive(buffer) == null) {
                return;
            }
            buffer.flip();
            forward(client);
        }
    }

    private void forward(final SocketAddress client) throws IOException {
        final Truth truth =
                buffer.remaining() > HEADER && (buffer.get(0) & 0xC0) == 0x80 ? truths.get(buffer.get(1) & 0x7F) : null;
        if (truth == null) {
            front.send(buffer, client);
            return;
        }
        final int stream = client.hashCode() * 31 + buffer.getInt(8);
        final ByteBuffer waiting = held.remove(stream);
        final int dice = isFaulty ? random.nextInt(100) : 99;
        if (dice < 4 && waiting == null) {
            truth.dropped++;
        } else if (dice < 7 && waiting == null) {
            // Goes behind its follower.
            held.put(stream, ByteBuffer.allocate(buffer.remaining()).put(buffer).flip());
            truth.swapped++;
            truth.forwarded++;
        } else {
            truth.forwarded++;
            front.send(buffer, client);
            if (dice < 10) {
                truth.repeated++;
                buffer.rewind();
                front.send(buffer, client);
            }
        }
        if (waiting != null) {
            front.send(waiting, client);
        }
    }

    /** Ends the path: from now on the truths stand still. */
    void stop() {
        isRunning = false;
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        for (final DatagramChannel channel : behind.values()) {
            channel.close();
        }
        front.close();
        selector.close();
    }
}
