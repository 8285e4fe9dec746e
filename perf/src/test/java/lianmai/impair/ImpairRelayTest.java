package lianmai.impair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The relay with its own thread, between a client and a server that answers everything. */
@Timeout(60)
class ImpairRelayTest {
    private static final int PACKETS = 200;

    @Test
    void shouldCarryBothWaysAndCount() throws IOException {
        try (DatagramSocket server = socket();
                DatagramSocket client = socket();
                ImpairRelay relay = ImpairRelay.start(ProfileText.parse("delay=2ms,jitter=3ms"), (InetSocketAddress)
                        server.getLocalSocketAddress())) {
            Thread.startVirtualThread(() -> echo(server)); // ends when the socket is closed
            for (int i = 0; i < PACKETS; i++) {
                client.send(new DatagramPacket(ByteBuffer.allocate(4).putInt(i).array(), 4, relay.address()));
            }
            final List<Integer> received = new ArrayList<>();
            for (int i = 0; i < PACKETS; i++) {
                final DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                client.receive(packet);
                received.add(ByteBuffer.wrap(packet.getData()).getInt());
            }
            assertThat(received).hasSize(PACKETS).isSorted().doesNotHaveDuplicates();
            until(() -> relay.down().passed() == PACKETS);
            assertThat(relay.up()).isEqualTo(new ImpairCounts(PACKETS, PACKETS, 0, 0, 0, 0, 0, 0, 0));
            assertThat(relay.down()).isEqualTo(relay.up());
            assertThat(relay.clients()).isOne();
            assertThat(relay.failure()).isNull();
        }
    }

    @Test
    void shouldGiveItsPortBackWhenClosed() throws IOException {
        final InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
        final ImpairRelay relay = ImpairRelay.start(ImpairProfile.NONE, nobody);
        relay.close();
        relay.close();
        try (ImpairRelay again = ImpairRelay.start(
                relay.address(), nobody, ImpairSettings.of(ImpairProfile.NONE, ImpairProfile.NONE, 1))) {
            assertThat(again.address()).isEqualTo(relay.address());
        }
    }

    private static void echo(final DatagramSocket server) {
        final DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        try {
            while (true) {
                server.receive(packet);
                server.send(packet);
            }
        } catch (final IOException e) {
            assertThat(server.isClosed()).isTrue();
        }
    }

    private static void until(final BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000); // the test's time-out ends it
        }
    }

    private static DatagramSocket socket() throws IOException {
        return new DatagramSocket(0, InetAddress.getLoopbackAddress());
    }
}
