package lianmai.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import lianmai.jitter.PacketPool;
import lianmai.relay.PathTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What every {@link UdpPort} does, seen from the other end of a real socket. */
@ParameterizedClass
@EnumSource(names = "AUTO", mode = Mode.EXCLUDE)
class UdpPortContractTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(5);

    @Parameter
    UdpPorts.Mode mode;

    private final PathTable paths = new PathTable(64, 42);
    private final List<Integer> kept = new ArrayList<>();
    private PacketPool pool = new PacketPool(4096);
    private UdpPort port;

    @BeforeEach
    void needIoUring() {
        final String obstacle = mode == UdpPorts.Mode.IO_URING ? UdpPorts.ioUringObstacle() : null;
        assumeTrue(obstacle == null, obstacle);
    }

    @AfterEach
    void shouldHaveEverySlotBackWhenClosed() {
        if (port != null) {
            port.close();
        }
        kept.forEach(pool::release);
        assertThat(pool.inUse()).isZero();
    }

    @Test
    void shouldEchoOverIpv4() throws IOException {
        open(loopback(1));
        assertEcho(loopback(1));
    }

    @Test
    void shouldEchoOverIpv6() throws IOException {
        final InetAddress ipv6 = InetAddress.ofLiteral("::1");
        assumeTrue(LocalAddresses.ofMachine().contains(ipv6), "this machine has no ::1");
        open(loopback(1), ipv6);
        assertEcho(ipv6);
        assertEcho(loopback(1));
    }

    @Test
    void shouldAnswerFromTheAddressThatWasAsked() throws IOException {
        open(loopback(1), loopback(2));
        assertEcho(loopback(2));
        assertEcho(loopback(1));
        assertEcho(loopback(2));
    }

    @Test
    void shouldTellSenderLengthAndLocalIndex() throws IOException {
        open(loopback(1), loopback(2));
        try (TestUdpClient client = new TestUdpClient(loopback(3))) {
            client.send(to(loopback(2)), new byte[0]);
            client.send(to(loopback(2)), bytes(1200, 7));
            final List<String> seen = new ArrayList<>();
            pumpUntil(2, (slot, length, high, low, remotePort, local) -> {
                seen.add(length + " " + LocalAddresses.toInetAddress(high, low) + ":" + remotePort + " " + local);
                keep(slot);
            });
            final int number = client.address().getPort();
            assertThat(seen).containsExactly("0 /127.0.0.3:" + number + " 2", "1200 /127.0.0.3:" + number + " 2");
            assertThat(pool.buffer().getByte(pool.offset(kept.get(1)) + 1199)).isEqualTo((byte) 7);
        }
    }

    @Test
    void shouldTellWhenADatagramReachedTheKernel() throws IOException {
        open(loopback(1));
        try (TestUdpClient client = new TestUdpClient(loopback(1))) {
            final KernelClock clock = new KernelClock(System::nanoTime, WallClock::nowNs);
            final long before = System.nanoTime();
            client.send(to(loopback(1)), bytes(10, 1));
            final long sent = System.nanoTime();
            pumpUntil(1, (slot, length, high, low, from, local) -> keep(slot));
            final long told = port.kernelTimeNs(kept.getFirst());
            if (mode == UdpPorts.Mode.NIO) {
                assertThat(told).isEqualTo(UdpPort.UNKNOWN_TIME);
            } else {
                final long toleranceNs = TimeUnit.MILLISECONDS.toNanos(1); // a busy machine may map the clocks badly
                assertThat(clock.monotonicNs(told, sent)).isBetween(before - toleranceNs, sent + toleranceNs);
            }
        }
    }

    @Test
    void shouldSendInOrderFromWithinASlot() throws IOException {
        open(loopback(1));
        try (TestUdpClient client = new TestUdpClient(loopback(1))) {
            final int path = pathTo(client, LocalAddresses.UNSPECIFIED);
            for (int i = 0; i < 64; i++) {
                final int slot = pool.acquire();
                pool.buffer().putInt(pool.offset(slot) + 100, i);
                assertThat(port.send(slot, 100, 4, paths, path)).isTrue();
            }
            port.flush();
            for (int i = 0; i < 64; i++) {
                assertThat(next(client).bytes()).isEqualTo(new byte[] {(byte) i, 0, 0, 0});
            }
        }
    }

    @Test
    void shouldSendMoreInOneTurnThanFitsTheRing() throws IOException {
        open(loopback(1));
        try (TestUdpClient client = new TestUdpClient(loopback(1))) {
            final int path = pathTo(client, 1);
            for (int i = 0; i < 3000; i++) {
                assertThat(port.send(pool.acquire(), 0, 10, paths, path)).isTrue();
            }
            port.flush();
            assertThat(port.sendErrors()).isZero();
        }
    }

    @Test
    void shouldBringBackEverySlotAfterTenThousandDatagrams() throws IOException {
        open(loopback(1));
        try (TestUdpClient client = new TestUdpClient(loopback(1))) {
            final int burst = 100; // fits the smallest socket buffer that a system gives
            for (int sent = 0; sent < 10_000; sent += burst) {
                for (int i = 0; i < burst; i++) {
                    client.send(to(loopback(1)), bytes(1200, i));
                }
                pumpUntil(burst, this::echo);
                for (int i = 0; i < burst; i++) {
                    assertThat(next(client).bytes()[1199]).isEqualTo((byte) i);
                }
            }
            assertThat(port.sendErrors()).isZero();
            assertThat(port.receiveErrors()).isZero();
        }
    }

    @Test
    void shouldHandOverAtMostTheLimit() throws IOException {
        open(loopback(1));
        try (TestUdpClient client = new TestUdpClient(loopback(1))) {
            for (int i = 0; i < 10; i++) {
                client.send(to(loopback(1)), bytes(10, i));
            }
            int handed = 0;
            for (final long start = System.nanoTime(); handed < 10; ) {
                final int now = port.receive((slot, length, high, low, from, local) -> keep(slot), 3);
                assertThat(now).isLessThanOrEqualTo(3);
                handed += now;
                impatient(start, handed + " of 10 datagrams came");
            }
            assertThat(kept).hasSize(10);
        }
    }

    @Test
    void shouldDropAndCountDatagramsLargerThanASlot() throws IOException {
        open(loopback(1));
        try (TestUdpClient client = new TestUdpClient(loopback(1))) {
            client.send(to(loopback(1)), bytes(PacketPool.SLOT_BYTES, 1));
            client.send(to(loopback(1)), bytes(PacketPool.SLOT_BYTES + 1, 2));
            client.send(to(loopback(1)), bytes(60_000, 3));
            client.send(to(loopback(1)), bytes(PacketPool.SLOT_BYTES - 1, 4));
            pumpUntil(1, this::echo);
            assertThat(next(client).bytes()).isEqualTo(bytes(PacketPool.SLOT_BYTES - 1, 4));
            assertThat(port.oversizedDrops()).isEqualTo(3);
        }
    }

    @Test
    void shouldSurviveARefusedDestination() throws IOException {
        open(loopback(1));
        final int path;
        try (TestUdpClient gone = new TestUdpClient(loopback(1))) {
            path = pathTo(gone, 1);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(port.send(pool.acquire(), 0, 10, paths, path)).isTrue();
            port.flush();
        }
        assertEcho(loopback(1));
    }

    @Test
    void shouldCountWhatTheKernelRefusesToSend() throws IOException {
        open(loopback(1));
        final int path = paths.add(0, LocalAddresses.low(InetAddress.ofLiteral("255.255.255.255")), 9, 1);
        assertThat(port.send(pool.acquire(), 0, 10, paths, path)).isTrue();
        port.flush();
        assertThat(port.sendErrors()).isEqualTo(1);
        assertEcho(loopback(1));
    }

    @Test
    void shouldLeaveDatagramsInTheKernelWhileThePoolIsEmpty() throws IOException {
        pool = new PacketPool(8);
        open(loopback(1));
        try (TestUdpClient client = new TestUdpClient(loopback(1))) {
            for (int i = 0; i < 20; i++) {
                client.send(to(loopback(1)), bytes(10, i));
            }
            pumpUntil(8, (slot, length, high, low, from, local) -> keep(slot));
            assertThat(port.receive((slot, length, high, low, from, local) -> keep(slot), 100))
                    .isZero();
            assertThat(blockedNs(TimeUnit.MILLISECONDS.toNanos(50))).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(40));
            kept.forEach(pool::release);
            kept.clear();
            pumpUntil(12, this::echo);
            for (int i = 8; i < 20; i++) {
                assertThat(next(client).bytes()).isEqualTo(bytes(10, i));
            }
        }
    }

    @Test
    void shouldCloseInTheMiddleOfTraffic() throws IOException {
        open(loopback(1));
        try (TestUdpClient client = new TestUdpClient(loopback(1))) {
            final int path = pathTo(client, 1);
            for (int i = 0; i < 50; i++) {
                client.send(to(loopback(1)), bytes(10, i));
            }
            port.receive(this::echo, 7);
            assertThat(port.send(pool.acquire(), 0, 10, paths, path)).isTrue();
            port.close();
            assertThat(pool.inUse()).isZero();
            port.close();
            port.wakeup();
        }
    }

    @Test
    void shouldBlockUntilTheTimeHasPassed() throws IOException {
        open(loopback(1));
        assertThat(blockedNs(TimeUnit.MILLISECONDS.toNanos(50)))
                .isBetween(TimeUnit.MILLISECONDS.toNanos(40), PATIENCE_NS);
        assertThat(blockedNs(0)).isLessThan(PATIENCE_NS);
    }

    @Test
    void shouldEndAnAwaitFromAnotherThread() throws Exception {
        open(loopback(1));
        final Thread waker = Thread.ofPlatform().start(port::wakeup);
        assertThat(blockedNs(PATIENCE_NS)).isLessThan(PATIENCE_NS / 2);
        waker.join();
        for (int i = 0; i < 1000; i++) {
            // At every point of the await: before, within, and past its last look.
            final Thread again = Thread.ofVirtual().start(port::wakeup);
            assertThat(blockedNs(PATIENCE_NS)).isLessThan(PATIENCE_NS / 2);
            again.join();
            port.await(0);
        }
    }

    @Test
    void shouldEndTheNextAwaitEvenWhenAReceiveCameBetween() throws Exception {
        open(loopback(1));
        Thread.ofPlatform().start(port::wakeup).join();
        port.receive(this::echo, 10);
        port.flush();
        assertThat(blockedNs(PATIENCE_NS)).isLessThan(PATIENCE_NS / 2);
    }

    @Test
    void shouldEndAnAwaitWhenADatagramComes() throws Exception {
        open(loopback(1));
        try (TestUdpClient client = new TestUdpClient(loopback(1))) {
            client.send(to(loopback(1)), bytes(10, 1));
            assertThat(blockedNs(PATIENCE_NS)).isLessThan(PATIENCE_NS / 2);
            pumpUntil(1, this::echo);
        }
    }

    @Test
    void shouldSayThatThePortIsInUse() throws IOException {
        open(loopback(1));
        final PacketPool other = new PacketPool(64);
        final LocalAddresses addresses = LocalAddresses.of(loopback(1));
        assertThatThrownBy(() -> UdpPorts.open(mode, port.port(), addresses, other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("UDP port " + port.port() + " is in use");
        assertThat(other.inUse()).isZero();
    }

    @Test
    void shouldLeaveNoThreadAndNoDescriptorBehind() throws IOException {
        open(loopback(1));
        port.close();
        final int threads = Thread.activeCount();
        final int descriptors = descriptors();
        for (int i = 0; i < 20; i++) {
            open(loopback(1), loopback(2));
            port.close();
        }
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads);
        assertThat(descriptors()).isLessThanOrEqualTo(descriptors);
    }

    @Test
    void shouldTellItsBuffersAndName() throws IOException {
        open(loopback(1));
        assertThat(port.receiveBufferBytes()).isBetween(100_000, UdpPort.SOCKET_BUFFER_BYTES);
        assertThat(port.sendBufferBytes()).isBetween(100_000, UdpPort.SOCKET_BUFFER_BYTES);
        assertThat(UdpPorts.Mode.parse(port.name())).isEqualTo(mode);
    }

    private static int descriptors() {
        final String[] open = new File("/proc/self/fd").list();
        return open == null ? 0 : open.length;
    }

    private static InetAddress loopback(final int last) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    private static byte[] bytes(final int length, final int last) {
        final byte[] bytes = new byte[length];
        bytes[length - 1] = (byte) last;
        return bytes;
    }

    private static void impatient(final long start, final String what) {
        if (System.nanoTime() - start > PATIENCE_NS) {
            throw new AssertionError("gave up: " + what);
        }
    }

    private void open(final InetAddress... addresses) throws IOException {
        port = UdpPorts.open(mode, 0, LocalAddresses.of(addresses), pool).port();
    }

    private InetSocketAddress to(final InetAddress address) {
        return new InetSocketAddress(address, port.port());
    }

    private int pathTo(final TestUdpClient client, final int local) throws IOException {
        final InetSocketAddress remote = client.address();
        final InetAddress address = remote.getAddress();
        return paths.add(LocalAddresses.high(address), LocalAddresses.low(address), remote.getPort(), local);
    }

    private void keep(final int slot) {
        kept.add(slot);
    }

    private void echo(
            final int slot, final int length, final long high, final long low, final int from, final int local) {
        final int known = paths.find(high, low, from, local);
        final int path = known == PathTable.NONE ? paths.add(high, low, from, local) : known;
        assertThat(port.send(slot, 0, length, paths, path)).isTrue();
    }

    private void assertEcho(final InetAddress asked) throws IOException {
        try (TestUdpClient client = new TestUdpClient(asked)) {
            final byte[] hello = ("hello " + asked).getBytes(UTF_8);
            client.send(to(asked), hello);
            pumpUntil(1, this::echo);
            final TestUdpClient.Datagram answer = next(client);
            assertThat(answer.from()).isEqualTo(to(asked));
            assertThat(answer.bytes()).isEqualTo(hello);
        }
    }

    private void pumpUntil(final int datagrams, final UdpPort.DatagramHandler handler) {
        final AtomicInteger handed = new AtomicInteger();
        for (final long start = System.nanoTime(); handed.get() < datagrams; ) {
            handed.addAndGet(port.receive(handler, 1000));
            port.flush();
            if (handed.get() < datagrams) {
                port.await(STEP_NS);
            }
            impatient(start, handed + " of " + datagrams + " datagrams came");
        }
        assertThat(handed.get()).isEqualTo(datagrams);
    }

    private TestUdpClient.Datagram next(final TestUdpClient client) throws IOException {
        for (final long start = System.nanoTime(); ; ) {
            final TestUdpClient.Datagram datagram = client.poll();
            if (datagram != null) {
                return datagram;
            }
            port.await(STEP_NS);
            impatient(start, "no datagram came back");
        }
    }

    private long blockedNs(final long timeoutNs) {
        final long start = System.nanoTime();
        port.await(timeoutNs);
        return System.nanoTime() - start;
    }
}
