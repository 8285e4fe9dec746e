package lianmai.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import lianmai.jitter.PacketPool;
import lianmai.relay.PathTable;
import lianmai.relay.SendBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What every {@link UdpPort} does with runs of datagrams, seen from the other end of a real socket. */
@ParameterizedClass
@EnumSource(names = "AUTO", mode = Mode.EXCLUDE)
class UdpRunContractTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(5);
    /** With it, the kernel cannot send a run, as it could not check-sum its datagrams: EINVAL (socket(7)). */
    private static final int SO_NO_CHECK = 11;
    /** The refusals in a row after which runs are given up. */
    private static final int PATIENCE = 64;

    @Parameter
    UdpPorts.Mode mode;

    private final PathTable paths = new PathTable(64, 42);
    private final PacketPool pool = new PacketPool(4096);
    private UdpPort port;
    private TestUdpClient client;
    private int path;
    private int sent;
    private int seen;

    @BeforeEach
    void open() throws IOException {
        final String obstacle = mode == UdpPorts.Mode.IO_URING ? UdpPorts.ioUringObstacle() : null;
        assumeTrue(obstacle == null, obstacle);
        open(InetAddress.ofLiteral("127.0.0.1"));
    }

    @AfterEach
    void shouldHaveEverySlotBackWhenClosed() throws IOException {
        if (port != null) {
            port.close();
            client.close();
        }
        assertThat(pool.inUse()).isZero();
    }

    private void open(final InetAddress address) throws IOException {
        if (port != null) {
            port.close();
            client.close();
        }
        port = UdpPorts.open(mode, 0, LocalAddresses.of(address), pool).port();
        client = new TestUdpClient(address);
        path = paths.add(
                LocalAddresses.high(address),
                LocalAddresses.low(address),
                client.address().getPort(),
                1);
    }

    /** Numbers each datagram in its first bytes. */
    private int slot(final int length) {
        final int slot = pool.acquire();
        pool.buffer().setMemory(pool.offset(slot), length, (byte) sent);
        pool.buffer().putInt(pool.offset(slot), sent++);
        return slot;
    }

    private void run(final int count, final int length, final int lastLength) {
        final int[] slots = new int[SendBatch.LONGEST_RUN];
        for (int i = 0; i < count; i++) {
            slots[i] = slot(i == count - 1 ? lastLength : length);
        }
        assertThat(port.sendRun(slots, count, length, lastLength, paths, path)).isEqualTo(count);
    }

    private void assertNext(final int count, final int length, final int lastLength) throws IOException {
        for (int i = 0; i < count; i++) {
            final byte[] bytes = next().bytes();
            assertThat(bytes).hasSize(i == count - 1 ? lastLength : length);
            assertThat(bytes[0] & 0xFF | (bytes[1] & 0xFF) << 8).isEqualTo(seen);
            assertThat(bytes[bytes.length - 1]).isEqualTo((byte) seen);
            seen++;
        }
    }

    private TestUdpClient.Datagram next() throws IOException {
        for (final long start = System.nanoTime(); ; ) {
            final TestUdpClient.Datagram datagram = client.poll();
            if (datagram != null) {
                return datagram;
            }
            port.await(STEP_NS);
            port.flush();
            if (System.nanoTime() - start > PATIENCE_NS) {
                throw new AssertionError("datagram " + seen + " did not come");
            }
        }
    }

    private void assertRun(final int count, final int length, final int lastLength) throws IOException {
        run(count, length, lastLength);
        port.flush();
        assertNext(count, length, lastLength);
    }

    @Test
    void shouldDeliverRunsOfEveryLengthWholeAndInOrder() throws IOException {
        for (final int count : new int[] {1, 2, 3, 8, 16, 63, 64}) {
            assertRun(count, 1000, 1000);
        }
        assertThat(port.sendErrors()).isZero();
        assertThat(port.refusedRuns()).isZero();
        assertThat(port.runs()).isEqualTo(mode == UdpPorts.Mode.IO_URING ? 6 : 0);
        assertThat(port.runDatagrams()).isEqualTo(mode == UdpPorts.Mode.IO_URING ? 156 : 0);
    }

    @Test
    void shouldDeliverOddTails() throws IOException {
        for (final int last : new int[] {5, 6, 1199, 1200}) {
            assertRun(5, 1200, last);
        }
        assertRun(
                63, SendBatch.MOST_RUN_BYTES / 63, SendBatch.MOST_RUN_BYTES / 63 + SendBatch.MOST_RUN_BYTES % 63 - 61);
        assertThat(port.sendErrors()).isZero();
    }

    @Test
    void shouldKeepTheOrderOfRunsAndSingles() throws IOException {
        for (int i = 0; i < 50; i++) {
            run(3, 100, 50);
            assertThat(port.send(slot(70), 0, 70, paths, path)).isTrue();
            run(2, 101, 101);
        }
        port.flush();
        for (int i = 0; i < 50; i++) {
            assertNext(3, 100, 50);
            assertNext(1, 70, 70);
            assertNext(2, 101, 101);
        }
    }

    @Test
    void shouldDeliverRunsOverIpv6() throws IOException {
        final InetAddress ipv6 = InetAddress.ofLiteral("::1");
        assumeTrue(LocalAddresses.ofMachine().contains(ipv6), "this machine has no ::1");
        open(ipv6);
        assertRun(8, 1200, 700);
        assertThat(port.sendErrors()).isZero();
        path = paths.add(
                LocalAddresses.high(ipv6),
                LocalAddresses.low(ipv6),
                client.address().getPort(),
                LocalAddresses.UNSPECIFIED);
        assertRun(8, 1200, 1200);
        assertThat(port.refusedRuns()).isZero();
    }

    @Test
    void shouldSendMoreRunsInOneTurnThanFitTheRing() throws IOException {
        for (int i = 0; i < 1500; i++) {
            run(2, 10, 10);
        }
        port.flush();
        assertThat(port.sendErrors()).isZero();
    }

    @Test
    void shouldSendSinglyFromNowOnWhenTheVeryFirstRunIsRefused() throws IOException {
        final UdpSocket socket = refusingSocket();
        socket.option(UdpSocket.SOL_SOCKET, SO_NO_CHECK, 1);
        assertRun(5, 1200, 300);
        assertThat(port.takesRuns()).isFalse();
        assertThat(port.refusedRuns()).isEqualTo(1);
        socket.option(UdpSocket.SOL_SOCKET, SO_NO_CHECK, 0);
        assertRun(5, 1200, 300);
        assertThat(port.runs()).isZero();
        assertThat(port.refusedRuns()).isEqualTo(1);
        assertThat(port.sendErrors()).isZero();
    }

    @Test
    void shouldSendARefusedRunSinglyAndGoOnWithRuns() throws IOException {
        final UdpSocket socket = refusingSocket();
        assertRun(2, 1200, 1200);
        for (int round = 0; round < PATIENCE; round++) {
            socket.option(UdpSocket.SOL_SOCKET, SO_NO_CHECK, 1);
            assertRun(16, 1200, 300);
            socket.option(UdpSocket.SOL_SOCKET, SO_NO_CHECK, 0);
            assertRun(2, 1200, 1200);
        }
        assertThat(port.takesRuns()).isTrue();
        assertThat(port.refusedRuns()).isEqualTo(PATIENCE);
        assertThat(port.sendErrors()).isZero();
    }

    @Test
    void shouldGiveRunsUpWhenManyInARowAreRefusedAndLoseNoneOfThem() throws IOException {
        final UdpSocket socket = refusingSocket();
        assertRun(2, 1200, 1200);
        socket.option(UdpSocket.SOL_SOCKET, SO_NO_CHECK, 1);
        for (int i = 0; i < 2 * PATIENCE; i++) {
            run(8, 100, 100);
        }
        port.flush();
        assertNext(2 * PATIENCE * 8, 100, 100);
        assertThat(port.takesRuns()).isFalse();
        assertThat(port.refusedRuns()).isEqualTo(2 * PATIENCE);
        assertThat(port.sendErrors()).isZero();
    }

    private UdpSocket refusingSocket() {
        assumeTrue(port instanceof IoUringUdpPort, "nio sends singly anyway");
        return ((IoUringUdpPort) port).socket();
    }
}
