package lianmai.port;

import java.io.IOException;
import java.net.InetAddress;
import lianmai.io.LocalAddresses;
import lianmai.io.UdpPort;
import lianmai.io.UdpPorts;
import lianmai.jitter.PacketPool;
import lianmai.relay.PathTable;

/** A {@link UdpPort} as the relay drives it. Thread: one. Owns: the port and its slab. */
final class OwnPort implements Sender, Forwarder {
    private static final int SLOTS = 2048;
    private static final long SEED = 42;
    private static final int MOST_A_TURN = 1024;

    private final PacketPool pool = new PacketPool(SLOTS);
    private final PathTable paths = new PathTable(Destinations.COUNT, SEED);
    private final int[] pathOf = new int[Destinations.COUNT];
    private final Destinations destinations;
    private final int[] slots = new int[GROUP];
    private final int run;
    private final UdpPort port;
    private final UdpPort.DatagramHandler back = this::back;
    private long number;
    private long forwarded;
    private long errors;

    /**
     * @param destinations null for a forwarder
     * @param run packets to one destination, which leave as one where the port can
     */
    OwnPort(final UdpPorts.Mode mode, final Destinations destinations, final int run) throws IOException {
        final LocalAddresses local = LocalAddresses.of(InetAddress.ofLiteral("127.0.0.1"));
        this.destinations = destinations;
        this.run = run;
        port = UdpPorts.open(mode, 0, local, pool).port();
        for (int i = 0; destinations != null && i < pathOf.length; i++) {
            pathOf[i] = paths.add(0, 0xFFFFL << 32 | Destinations.ipv4(i), destinations.port(), 1);
        }
    }

    @Override
    public int sendGroup() {
        for (int sent = 0; sent < GROUP; sent += run) {
            final int path = pathOf[destinations.next()];
            for (int i = 0; i < run; i++) {
                slots[i] = pool.acquire();
                write(slots[i]);
            }
            final int taken = run == 1
                    ? port.send(slots[0], 0, PACKET_BYTES, paths, path) ? 1 : 0
                    : port.sendRun(slots, run, PACKET_BYTES, PACKET_BYTES, paths, path);
            for (int i = taken; i < run; i++) {
                errors++;
                pool.release(slots[i]);
            }
        }
        port.flush();
        return GROUP;
    }

    /** A header of its own, as large as RTP's. */
    private void write(final int slot) {
        pool.buffer().putLong(pool.offset(slot), number++);
        pool.buffer().putInt(pool.offset(slot) + Long.BYTES, slot);
    }

    @Override
    public void finish() {
        port.flush();
    }

    @Override
    public long errors() {
        return errors + port.sendErrors();
    }

    @Override
    public int port() {
        return port.port();
    }

    @Override
    public void turn() {
        port.await(WAIT_NS);
        port.receive(back, MOST_A_TURN);
        port.flush();
    }

    private void back(
            final int slot, final int length, final long high, final long low, final int from, final int local) {
        final int known = paths.find(high, low, from, local);
        final int path = known == PathTable.NONE ? paths.add(high, low, from, local) : known;
        if (port.send(slot, 0, length, paths, path)) {
            forwarded++;
        } else {
            errors++;
            pool.release(slot);
        }
    }

    @Override
    public long forwarded() {
        return forwarded;
    }

    @Override
    public void close() {
        port.close();
    }
}
