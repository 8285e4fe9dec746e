package lianmai.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import lianmai.jitter.PacketPool;
import lianmai.relay.PathTable;

/**
 * The portable {@link UdpPort}: one non-blocking channel for each local address, all on the same port number, so that
 * the address that was asked is known without ancillary data, which NIO does not give.
 *
 * <p>Sends at once; when the socket's buffer is full the datagram is dropped and counted. Nothing of ours allocates;
 * the JDK makes an address object when the sender differs from the last datagram's.
 *
 * <p>Thread: relay (confined), {@link #wakeup()} any. Owns: the channels, the selector. Units: ns, bytes.
 */
final class NioUdpPort implements UdpPort {
    /** With port 0: another channel's address may have the number taken that the first one got. */
    private static final int BIND_ATTEMPTS = 16;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final PacketPool pool;
    private final LocalAddresses addresses;
    private final Selector selector;
    private final DatagramChannel[] channels;
    private final ByteBuffer[] slots;
    private final RemoteAddresses remotes = new RemoteAddresses();
    private final Consumer<SelectionKey> markReady = this::markReady;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final int port;
    private final int receiveBufferBytes;
    private final int sendBufferBytes;

    /** One bit for each channel that may have datagrams. */
    private long ready;

    private boolean starved;
    private volatile boolean closed;
    private long sendErrors;
    private long receiveErrors;
    private long oversizedDrops;

    /**
     * @param port 1 … 65535, or 0 for any number that is free at every address
     * @throws IOException when the port is taken, or an address is not this machine's
     */
    NioUdpPort(final int port, final LocalAddresses addresses, final PacketPool pool) throws IOException {
        this.pool = pool;
        this.addresses = addresses;
        slots = slices(pool);
        channels = new DatagramChannel[addresses.count()];
        selector = Selector.open();
        try {
            this.port = bindAll(port);
            receiveBufferBytes = channels[1].getOption(StandardSocketOptions.SO_RCVBUF);
            sendBufferBytes = channels[1].getOption(StandardSocketOptions.SO_SNDBUF);
        } catch (final IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public int receive(final DatagramHandler handler, final int limit) {
        if (pool.inUse() == pool.slots()) {
            starve();
            return 0;
        }
        relieve();
        select(0);
        int handed = 0;
        while (ready != 0 && handed < limit && !starved) {
            handed += drain(Long.numberOfTrailingZeros(ready), handler, limit - handed);
        }
        return handed;
    }

    @Override
    public long kernelTimeNs(final int slot) {
        return UNKNOWN_TIME;
    }

    @Override
    public boolean send(final int slot, final int offset, final int length, final PathTable paths, final int path) {
        final ByteBuffer bytes = slots[slot];
        bytes.limit(offset + length).position(offset);
        try {
            if (channelOf(paths, path).send(bytes, remotes.of(paths, path)) == 0) {
                sendErrors++;
            }
        } catch (final IOException | UnsupportedAddressTypeException e) {
            sendErrors++;
        } finally {
            pool.release(slot);
        }
        return true;
    }

    @Override
    public void flush() {
        // send() has already given everything to the kernel.
    }

    @Override
    public void await(final long timeoutNs) {
        if (pool.inUse() < pool.slots()) {
            relieve();
        }
        if (!woken.getAndSet(false) && ready == 0 && timeoutNs > 0) {
            select(Math.max(1, (timeoutNs + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI));
            woken.set(false);
        }
    }

    @Override
    public void wakeup() {
        if (!woken.getAndSet(true) && !closed) {
            selector.wakeup();
        }
    }

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public long sendErrors() {
        return sendErrors;
    }

    @Override
    public long receiveErrors() {
        return receiveErrors;
    }

    @Override
    public long oversizedDrops() {
        return oversizedDrops;
    }

    @Override
    public int receiveBufferBytes() {
        return receiveBufferBytes;
    }

    @Override
    public int sendBufferBytes() {
        return sendBufferBytes;
    }

    @Override
    public void close() {
        closed = true;
        try {
            closeChannels();
            selector.close();
        } catch (final IOException e) {
            throw new UncheckedIOException("closing UDP port " + port, e);
        }
    }

    private static ByteBuffer[] slices(final PacketPool pool) {
        final ByteBuffer slab = pool.buffer().byteBuffer();
        final ByteBuffer[] slices = new ByteBuffer[pool.slots()];
        for (int i = 0; i < slices.length; i++) {
            slices[i] = slab.slice(pool.buffer().wrapAdjustment() + pool.offset(i), PacketPool.SLOT_BYTES);
        }
        return slices;
    }

    private int bindAll(final int wanted) throws IOException {
        for (int attempt = 1; ; attempt++) {
            int number = wanted;
            try {
                for (int i = 1; i < channels.length; i++) {
                    number = bind(i, number);
                }
                return number;
            } catch (final BindException e) {
                closeChannels();
                if (wanted != 0 || attempt == BIND_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private int bind(final int index, final int number) throws IOException {
        final InetAddress address = addresses.address(index);
        final DatagramChannel channel = DatagramChannel.open(
                address instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        channels[index] = channel;
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        channel.configureBlocking(false);
        try {
            channel.bind(new InetSocketAddress(address, number));
        } catch (final BindException e) {
            throw UdpPorts.cannotBind(address.getHostAddress(), number, e);
        }
        channel.register(selector, SelectionKey.OP_READ, index);
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    private void closeChannels() throws IOException {
        for (final DatagramChannel channel : channels) {
            if (channel != null) {
                channel.close();
            }
        }
        if (selector.isOpen()) {
            selector.selectNow(); // a closed channel's descriptor is kept until the selector has let go of it
        }
    }

    private DatagramChannel channelOf(final PathTable paths, final int path) {
        final int index = paths.localIndex(path);
        if (index != LocalAddresses.UNSPECIFIED) {
            return channels[index];
        }
        final boolean ipv4 = LocalAddresses.isIpv4(paths.remoteHigh(path), paths.remoteLow(path));
        for (int i = 1; i < channels.length; i++) {
            if (addresses.address(i) instanceof Inet4Address == ipv4) {
                return channels[i];
            }
        }
        return channels[1];
    }

    /** Takes at most {@code limit} datagrams of a channel; answers how many of them were handed over. */
    private int drain(final int index, final DatagramHandler handler, final int limit) {
        int handed = 0;
        for (int taken = 0; taken < limit; taken++) {
            final int slot = pool.acquire();
            if (slot == PacketPool.NONE) {
                starve();
                return handed;
            }
            final InetSocketAddress from = receive(channels[index], slots[slot].clear());
            if (from == null) {
                pool.release(slot);
                ready &= ~(1L << index);
                return handed;
            }
            final int length = slots[slot].position();
            if (length == PacketPool.SLOT_BYTES) {
                oversizedDrops++; // NIO cuts silently, so a full slot may be a cut one
                pool.release(slot);
                continue;
            }
            handed++;
            final InetAddress address = from.getAddress();
            handler.onDatagram(
                    slot, length, LocalAddresses.high(address), LocalAddresses.low(address), from.getPort(), index);
        }
        return handed;
    }

    private InetSocketAddress receive(final DatagramChannel channel, final ByteBuffer into) {
        try {
            return (InetSocketAddress) channel.receive(into);
        } catch (final IOException e) {
            receiveErrors++;
            return null;
        }
    }

    private void markReady(final SelectionKey key) {
        ready |= 1L << (Integer) key.attachment();
    }

    private void select(final long timeoutMs) {
        try {
            if (timeoutMs == 0) {
                selector.selectNow(markReady);
            } else {
                selector.select(markReady, timeoutMs);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("waiting at UDP port " + port, e);
        }
    }

    /** Without slots a readable channel would end every {@link #await} at once, so nobody listens. */
    private void starve() {
        if (!starved) {
            starved = true;
            ready = 0;
            selector.keys().forEach(key -> key.interestOps(0));
        }
    }

    private void relieve() {
        if (starved) {
            starved = false;
            selector.keys().forEach(key -> key.interestOps(SelectionKey.OP_READ));
        }
    }
}
