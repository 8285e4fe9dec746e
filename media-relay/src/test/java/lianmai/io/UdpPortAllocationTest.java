package lianmai.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import lianmai.gc.AllocationMeter;
import lianmai.jitter.PacketPool;
import lianmai.relay.PathTable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What forwarding costs on loopback: bytes allocated, which are a law, and time, which is printed only. */
class UdpPortAllocationTest {
    private static final int PACKETS = 100_000;
    private static final int BURST = 64;

    private final PacketPool pool = new PacketPool(4096);
    private final PathTable paths = new PathTable(8, 42);
    private UdpPort port;
    private long handed;
    private long spentNs;
    private long allocated;

    /**
     * io_uring: what is left are a few of Netty's 16-byte callbacks, one for each system call, which the JIT has not
     * seen through yet (gc-tuning/jvm/relay.args). NIO: the JDK copies the address out of its object.
     */
    @ParameterizedTest
    @CsvSource({"IO_URING, 8", "NIO, 150"})
    void shouldAllocateNothingForAPacketOnceWarm(final UdpPorts.Mode mode, final double allowedBytes)
            throws IOException {
        assumeTrue(mode == UdpPorts.Mode.NIO || UdpPorts.ioUringObstacle() == null, "no io_uring here");
        final InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        port = UdpPorts.open(mode, 0, LocalAddresses.of(loopback), pool).port();
        try (TestUdpClient client = new TestUdpClient(loopback)) {
            forward(client, PACKETS);
            // How soon the compiler is done differs from run to run: what it leaves then is the figure.
            for (int round = 0; round == 0 || round < 10 && allocated > allowedBytes * handed; round++) {
                spentNs = 0;
                allocated = 0;
                handed = 0;
                forward(client, PACKETS);
            }
        } finally {
            port.close();
        }
        System.out.printf(
                "%s: %d ns and %.2f bytes for each forwarded packet, bursts of %d%n",
                port.name(), spentNs / handed, (double) allocated / handed, BURST);
        assertThat((double) allocated / handed).isLessThanOrEqualTo(allowedBytes);
        assertThat(pool.inUse()).isZero();
    }

    private void forward(final TestUdpClient client, final int packets) throws IOException {
        final InetSocketAddress to = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port.port());
        final UdpPort.DatagramHandler echo = this::echo;
        final byte[] packet = new byte[1200];
        for (int sent = 0; sent < packets; sent += BURST) {
            for (int i = 0; i < BURST; i++) {
                client.send(to, packet);
            }
            final long goal = handed + BURST;
            final long bytesBefore = AllocationMeter.reading();
            final long start = System.nanoTime();
            for (int turn = 0; handed < goal; turn++) {
                port.await(1_000_000);
                port.receive(echo, 1000);
                port.flush();
                if (turn == 10_000) {
                    throw new AssertionError("a burst did not come back whole: " + (goal - handed) + " missing");
                }
            }
            spentNs += System.nanoTime() - start;
            allocated += AllocationMeter.reading() - bytesBefore;
            drain(client);
        }
    }

    private void drain(final TestUdpClient client) throws IOException {
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
