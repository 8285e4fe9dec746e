package lianmai.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import lianmai.gc.AllocationFree;
import lianmai.gc.AllocationWindow;
import lianmai.jitter.PacketPool;
import lianmai.relay.PathTable;
import org.junit.jupiter.api.AfterEach;

/** What forwarding costs on loopback: bytes allocated, which are a law, and time, which is printed only. */
class UdpPortAllocationTest {
    private static final int BURST = 64;
    /** So many packets before any is counted: twice as many as the compiler has needed until nothing was allocated. */
    private static final int WARM_UP = 200_000;

    private final PacketPool pool = new PacketPool(4096);
    private final PathTable paths = new PathTable(8, 42);
    private final InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    private UdpPort port;
    private TestUdpClient client;
    private long handed;
    private long spentNs;

    @AfterEach
    void shouldHaveEverySlotBack() throws IOException {
        if (port != null) {
            port.close();
            client.close();
            System.out.printf(
                    "%s: %d ns for each forwarded packet, bursts of %d%n", port.name(), spentNs / handed, BURST);
        }
        assertThat(pool.inUse()).isZero();
    }

    /**
     * Nothing is allocated on any packet once it is warm; the limit is 64 of the 16-byte callbacks that Netty makes for
     * system calls unless the JIT sees through them (gc-tuning/jvm/relay.args), some of which a compilation in the
     * middle of a round may bring back. One each for bursts of {@value #BURST} would be 250,000 bytes.
     */
    @AllocationFree(bytes = 1024)
    void shouldAllocateNextToNothingForAMillionPacketsOverIoUring(final AllocationWindow window) throws IOException {
        assumeTrue(UdpPorts.ioUringObstacle() == null, "no io_uring here");
        open(UdpPorts.Mode.IO_URING);
        forward(window, 1_000_000);
    }

    /** The JDK copies each address out of its object: 24 or 80 bytes, as the JIT sees through more of that or less. */
    @AllocationFree(bytes = 96 * 100_000)
    void shouldAllocateLittleForAHundredThousandPacketsOverNio(final AllocationWindow window) throws IOException {
        open(UdpPorts.Mode.NIO);
        forward(window, 100_000);
    }

    private void open(final UdpPorts.Mode mode) throws IOException {
        if (port == null) {
            port = UdpPorts.open(mode, 0, LocalAddresses.of(loopback), pool).port();
            client = new TestUdpClient(loopback);
            forward(new AllocationWindow(), WARM_UP);
        }
    }

    private void forward(final AllocationWindow window, final int packets) throws IOException {
        final InetSocketAddress to = new InetSocketAddress(loopback, port.port());
        final UdpPort.DatagramHandler echo = this::echo;
        final byte[] packet = new byte[1200];
        for (int sent = 0; sent < packets; sent += BURST) {
            for (int i = 0; i < BURST; i++) {
                client.send(to, packet);
            }
            final long goal = handed + BURST;
            final long start = System.nanoTime();
            window.open();
            for (int turn = 0; handed < goal; turn++) {
                port.await(1_000_000);
                port.receive(echo, 1000);
                port.flush();
                if (turn == 10_000) {
                    throw new AssertionError("a burst did not come back whole: " + (goal - handed) + " missing");
                }
            }
            window.close();
            spentNs += System.nanoTime() - start;
            drain();
        }
    }

    private void drain() throws IOException {
        for (int came = 0; came < BURST; ) {
            if (client.poll() != null) {
                came++;
            }
        }
    }

    private void echo(
            final int slot, final int length, final long high, final long low, final int from, final int local) {
        handed++;
        final int known = paths.find(high, low, from, local);
        final int path = known == PathTable.NONE ? paths.add(high, low, from, local) : known;
        if (!port.send(slot, 0, length, paths, path)) {
            throw new AssertionError("no room to send");
        }
    }
}
