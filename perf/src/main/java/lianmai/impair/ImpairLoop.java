package lianmai.impair;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import lianmai.jitter.PacketPool;

/**
 * The relay's work, a turn at a time. All clients send to one port; each gets a socket of its own towards the server,
 * so that the server sees as many addresses as there are clients and the answers find their way back.
 *
 * <p>Timing: a packet leaves within about half a millisecond of its time, later when the machine is busy. Nothing of
 * ours allocates for a packet; the JDK makes an address object when the sender differs from the last datagram's.
 *
 * <p>Thread: the relay's (confined), {@link #wakeup()} any. Owns: the sockets, the selector, the slots. Units: ns,
 * bytes.
 */
final class ImpairLoop implements AutoCloseable {
    /** Room for about 50 ms of 500 Mbit/s, as one turn may be late by that. */
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    /** So that no socket can starve the others or what is due. */
    private static final int DATAGRAMS_PER_TURN = 128;

    private static final long NS_PER_MS = 1_000_000;
    /** How often idle clients are looked for; also the longest sleep. */
    private static final long LOOK_AROUND_NS = 1_000 * NS_PER_MS;

    private final InetSocketAddress server;
    private final ImpairSettings settings;
    private final LinkCounts upCounts = new LinkCounts();
    private final LinkCounts downCounts = new LinkCounts();
    private final PacketsUnderWay underWay;
    private final PacketPool pool;
    private final ByteBuffer[] slots;
    /** Takes what there is no slot for. */
    private final ByteBuffer waste = ByteBuffer.allocateDirect(1);

    private final Selector selector;
    private final DatagramChannel listener;
    private final Map<SocketAddress, ImpairedClient> byAddress = new HashMap<>();
    private final ImpairedClient[] byIndex;
    private final List<ImpairedClient> readable = new ArrayList<>();
    private final Consumer<SelectionKey> markReady = this::markReady;
    private final PacketsUnderWay.Sink out = this::passOn;
    private boolean listenerReadable;
    private boolean lookedBefore;
    private long lookedAroundNs;
    private long clientsSeen;

    /** @throws IOException when the port is taken or the address is not this machine's; the message says so */
    ImpairLoop(final InetSocketAddress listenAt, final InetSocketAddress server, final ImpairSettings settings)
            throws IOException {
        this.server = server;
        this.settings = settings;
        underWay = new PacketsUnderWay(settings.slots());
        pool = underWay.pool();
        slots = slices(pool);
        byIndex = new ImpairedClient[settings.maxClients()];
        selector = Selector.open();
        try {
            listener = open(listenAt);
            listener.bind(listenAt);
            listener.register(selector, SelectionKey.OP_READ);
        } catch (final IOException | RuntimeException e) {
            close();
            throw new IOException(
                    "cannot listen at udp " + listenAt.getAddress().getHostAddress() + ":" + listenAt.getPort() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    int clients() {
        return byAddress.size();
    }

    int underWay() {
        return underWay.count();
    }

    LinkCounts upCounts() {
        return upCounts;
    }

    LinkCounts downCounts() {
        return downCounts;
    }

    /** Takes in what has come, hands out what is due; answers how many datagrams that were. */
    int turn(final long nowNs) {
        select(0);
        int work = 0;
        if (listenerReadable) {
            listenerReadable = false;
            work += takeFromClients(nowNs);
        }
        for (final ImpairedClient client : readable) {
            client.isReadable = false;
            work += takeFromServer(client, nowNs);
        }
        readable.clear();
        work += underWay.deliver(nowNs, out);
        forgetIdle(nowNs);
        return work;
    }

    /** Sleeps until a datagram comes, something is due, or {@link #wakeup()}. */
    void await(final long nowNs) {
        final long untilDueNs = underWay.count() == 0 ? LOOK_AROUND_NS : underWay.nextDeadlineNs() - nowNs;
        final long waitNs = Math.min(untilDueNs, LOOK_AROUND_NS);
        if (waitNs >= NS_PER_MS) {
            select(waitNs / NS_PER_MS);
        } else if (waitNs > 0) {
            // The selector counts milliseconds. What comes meanwhile waits in its socket for less than one.
            LockSupport.parkNanos(waitNs);
        }
    }

    void wakeup() {
        selector.wakeup();
    }

    @Override
    public void close() {
        try {
            for (final SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (final IOException e) {
            throw new UncheckedIOException("closing the impairment relay", e);
        }
    }

    private int takeFromClients(final long nowNs) {
        for (int taken = 0; taken < DATAGRAMS_PER_TURN; taken++) {
            final int slot = pool.acquire();
            final ByteBuffer into = slot == PacketPool.NONE ? waste.clear() : slots[slot].clear();
            final SocketAddress from = receive(into);
            if (from == null) {
                release(slot);
                return taken;
            }
            final ImpairedClient client = client(from, nowNs);
            if (client == null) {
                refuse(slot, upCounts);
                continue;
            }
            client.lastSeenNs = nowNs;
            carry(client.up, upCounts, slot, nowNs);
        }
        return DATAGRAMS_PER_TURN;
    }

    private int takeFromServer(final ImpairedClient client, final long nowNs) {
        for (int taken = 0; taken < DATAGRAMS_PER_TURN; taken++) {
            final int slot = pool.acquire();
            final ByteBuffer into = slot == PacketPool.NONE ? waste.clear() : slots[slot].clear();
            if (!read(client, into)) {
                release(slot);
                return taken;
            }
            client.lastSeenNs = nowNs;
            carry(client.down, downCounts, slot, nowNs);
        }
        return DATAGRAMS_PER_TURN;
    }

    private void carry(final ImpairedLink link, final LinkCounts counts, final int slot, final long nowNs) {
        if (slot == PacketPool.NONE) {
            refuse(slot, counts);
        } else if (slots[slot].position() == PacketPool.SLOT_BYTES) {
            // NIO cuts silently, so a full slot may be a cut one.
            counts.received++;
            counts.oversized++;
            pool.release(slot);
        } else {
            link.send(slot, slots[slot].position(), nowNs);
        }
    }

    private void refuse(final int slot, final LinkCounts counts) {
        counts.received++;
        counts.relayFull++;
        release(slot);
    }

    private void release(final int slot) {
        if (slot != PacketPool.NONE) {
            pool.release(slot);
        }
    }

    private void passOn(final ImpairedLink link, final int slot, final int length, final long arrivalNs) {
        final ImpairedClient client = byIndex[link.id()];
        final ByteBuffer bytes = slots[slot].limit(length).position(0);
        final boolean isUp = link == client.up;
        final LinkCounts counts = isUp ? upCounts : downCounts;
        try {
            final int sent = isUp ? client.channel.write(bytes) : listener.send(bytes, client.address);
            if (sent == length) {
                counts.passed++;
            } else {
                counts.sendErrors++;
            }
        } catch (final IOException e) {
            counts.sendErrors++;
        }
    }

    private SocketAddress receive(final ByteBuffer into) {
        try {
            return listener.receive(into);
        } catch (final IOException e) {
            return null; // an ICMP error about something sent earlier
        }
    }

    private static boolean read(final ImpairedClient client, final ByteBuffer into) {
        try {
            // An empty datagram reads as 0 as well, but then the address would be there: no media protocol sends one.
            return client.channel.read(into) > 0;
        } catch (final IOException e) {
            return false; // port unreachable: the server is not there (yet)
        }
    }

    /** The client with this address, made when it is new; {@code null} when there is no room for one more. */
    private ImpairedClient client(final SocketAddress from, final long nowNs) {
        final ImpairedClient known = byAddress.get(from);
        if (known != null) {
            return known;
        }
        int index = 0;
        while (index < byIndex.length && byIndex[index] != null) {
            index++;
        }
        if (index == byIndex.length) {
            return null;
        }
        try {
            final DatagramChannel channel = open(server);
            channel.connect(server);
            final ImpairedClient client =
                    new ImpairedClient(from, channel, link(index, true), link(index, false), nowNs);
            channel.register(selector, SelectionKey.OP_READ, client);
            clientsSeen++;
            byIndex[index] = client;
            byAddress.put(from, client);
            return client;
        } catch (final IOException e) {
            return null; // no file descriptor left, or no route
        }
    }

    private ImpairedLink link(final int index, final boolean isUp) {
        // One generator for each client in the order of their coming: the seed alone decides, not the index.
        final SplittableRandom seeds = new SplittableRandom(settings.seed() + clientsSeen);
        final long upSeed = seeds.nextLong();
        return isUp
                ? new ImpairedLink(settings.up(), upSeed, underWay, upCounts, index)
                : new ImpairedLink(settings.down(), seeds.nextLong(), underWay, downCounts, index);
    }

    private void forgetIdle(final long nowNs) {
        if (lookedBefore && nowNs - lookedAroundNs < LOOK_AROUND_NS) {
            return;
        }
        lookedBefore = true;
        lookedAroundNs = nowNs;
        final Iterator<ImpairedClient> all = byAddress.values().iterator();
        while (all.hasNext()) {
            final ImpairedClient client = all.next();
            if (client.isIdle(nowNs, settings.idleNs())) {
                all.remove();
                byIndex[client.up.id()] = null;
                try {
                    client.channel.close();
                } catch (final IOException e) {
                    throw new UncheckedIOException("closing the socket of an idle client", e);
                }
            }
        }
    }

    private void markReady(final SelectionKey key) {
        if (key.attachment() instanceof ImpairedClient client) {
            if (!client.isReadable) {
                client.isReadable = true;
                readable.add(client);
            }
        } else {
            listenerReadable = true;
        }
    }

    private void select(final long timeoutMs) {
        try {
            if (timeoutMs == 0) {
                selector.selectNow(markReady);
            } else {
                selector.select(markReady, timeoutMs);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("waiting for datagrams", e);
        }
    }

    private static DatagramChannel open(final InetSocketAddress towards) throws IOException {
        final DatagramChannel channel = DatagramChannel.open(
                towards.getAddress() instanceof Inet4Address
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
        channel.configureBlocking(false);
        return channel;
    }

    private static ByteBuffer[] slices(final PacketPool pool) {
        final ByteBuffer slab = pool.buffer().byteBuffer();
        final ByteBuffer[] slices = new ByteBuffer[pool.slots()];
        for (int i = 0; i < slices.length; i++) {
            slices[i] = slab.slice(pool.buffer().wrapAdjustment() + pool.offset(i), PacketPool.SLOT_BYTES);
        }
        return slices;
    }
}
