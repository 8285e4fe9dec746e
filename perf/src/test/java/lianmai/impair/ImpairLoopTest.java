package lianmai.impair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The relay over real sockets on loopback, in virtual time: the test is its thread and its clock. */
class ImpairLoopTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final int PATIENCE_MS = 5_000;

    private DatagramSocket server;
    private DatagramSocket mei;
    private DatagramSocket jun;
    private long nowNs = -5; // System.nanoTime() may be negative

    @BeforeEach
    void openSockets() throws IOException {
        server = socket();
        mei = socket();
        jun = socket();
    }

    @AfterEach
    void closeSockets() {
        server.close();
        mei.close();
        jun.close();
    }

    @Test
    void shouldShowTheServerEachClientAtAnAddressOfItsOwn() throws IOException {
        try (ImpairLoop loop = loop("none", 10)) {
            final SocketAddress asMei = passUp(loop, mei, "mei");
            final SocketAddress asJun = passUp(loop, jun, "jun");
            assertThat(asMei).isNotEqualTo(asJun).isNotEqualTo(mei.getLocalSocketAddress());
            assertThat(passUp(loop, mei, "again")).isEqualTo(asMei);

            answer(asJun, "to jun");
            answer(asMei, "to mei");
            turnUntil(loop, () -> loop.downCounts().passed == 2);
            assertThat(receive(jun)).isEqualTo("to jun");
            assertThat(receive(mei)).isEqualTo("to mei");
            assertThat(loop.clients()).isEqualTo(2);
        }
    }

    @Test
    void shouldDelayEachDirectionByItsOwnProfile() throws IOException {
        final ImpairSettings settings =
                ImpairSettings.of(ProfileText.parse("delay=2s"), ProfileText.parse("delay=5s"), 1);
        try (ImpairLoop loop = new ImpairLoop(anyPort(), serverAddress(), settings)) {
            send(loop, mei, "up");
            turnUntil(loop, () -> loop.underWay() == 1);
            nowNs += 2 * SECOND_NS - 1;
            loop.turn(nowNs);
            assertThat(loop.upCounts().passed).isZero();
            nowNs++;
            loop.turn(nowNs);
            assertThat(loop.upCounts().passed).isOne();

            answer(receiveFrom(server), "down");
            turnUntil(loop, () -> loop.underWay() == 1);
            nowNs += 5 * SECOND_NS - 1;
            loop.turn(nowNs);
            assertThat(loop.downCounts().passed).isZero();
            nowNs++;
            loop.turn(nowNs);
            assertThat(receive(mei)).isEqualTo("down");
        }
    }

    @Test
    void shouldCountEveryPacketOnce() throws IOException {
        try (ImpairLoop loop = loop("loss=20%,burst=2,duplicate=10%,rate=1mbit,queue=2000b", 10)) {
            final LinkCounts up = loop.upCounts();
            long arrived = 0;
            for (int i = 0; i < 500; i++) {
                final int expected = i + 1;
                send(loop, mei, "packet " + i);
                turnUntil(loop, () -> up.received == expected);
                arrived = receiveAll(arrived, up.passed); // the kernel keeps only a few hundred for the server
                nowNs += i % 100 == 0 ? 100_000_000 : 10_000; // five crowds, each more than the queue holds
            }
            nowNs += 10 * SECOND_NS;
            loop.turn(nowNs);
            assertThat(up.received + up.duplicated).isEqualTo(up.passed + up.lost + up.queueDropped);
            assertThat(up.lost).isPositive();
            assertThat(up.queueDropped).isPositive();
            assertThat(up.duplicated).isPositive();
            assertThat(loop.underWay()).isZero();
            receiveAll(arrived, up.passed);
            assertNothingCame(server);
        }
    }

    @Test
    void shouldForgetAClientThatIsSilentAndGiveItANewAddressLater() throws IOException {
        try (ImpairLoop loop = loop("delay=1s", 1)) {
            send(loop, mei, "first");
            turnUntil(loop, () -> loop.underWay() == 1);
            nowNs += SECOND_NS;
            loop.turn(nowNs);
            final SocketAddress before = receiveFrom(server);

            nowNs += ImpairSettings.DEFAULT_IDLE_NS - 2 * SECOND_NS;
            loop.turn(nowNs);
            assertThat(loop.clients()).isOne();
            answer(before, "still there?");
            turnUntil(loop, () -> loop.underWay() == 1);
            nowNs += ImpairSettings.DEFAULT_IDLE_NS;
            loop.turn(nowNs);
            assertThat(loop.clients()).as("an answer keeps a client too").isOne();

            nowNs += SECOND_NS;
            loop.turn(nowNs);
            assertThat(loop.clients()).isZero();
            // The only place there is has become free.
            send(loop, jun, "second");
            turnUntil(loop, () -> loop.underWay() == 1);
            nowNs += SECOND_NS;
            loop.turn(nowNs);
            assertThat(receiveFrom(server)).isNotEqualTo(before);
        }
    }

    @Test
    void shouldRefuseMoreClientsThanThereIsRoomFor() throws IOException {
        try (ImpairLoop loop = loop("none", 1)) {
            passUp(loop, mei, "mei");
            send(loop, jun, "jun");
            turnUntil(loop, () -> loop.upCounts().received == 2);
            assertThat(loop.upCounts().relayFull).isOne();
            assertThat(loop.clients()).isOne();
            passUp(loop, mei, "mei again");
        }
    }

    @Test
    void shouldDropAndCountWhatItsSlotsCannotHold() throws IOException {
        final ImpairProfile slow = ProfileText.parse("delay=5s");
        final ImpairSettings settings = new ImpairSettings(slow, slow, 1, 10, 4, ImpairSettings.DEFAULT_IDLE_NS);
        try (ImpairLoop loop = new ImpairLoop(anyPort(), serverAddress(), settings)) {
            for (int i = 1; i <= 6; i++) {
                final int expected = i;
                send(loop, mei, "packet " + i);
                turnUntil(loop, () -> loop.upCounts().received == expected);
            }
            assertThat(loop.upCounts().relayFull).isEqualTo(2);
            nowNs += 5 * SECOND_NS;
            loop.turn(nowNs);
            assertThat(loop.upCounts().passed).isEqualTo(4);

            send(loop, mei, "x".repeat(3_000));
            turnUntil(loop, () -> loop.upCounts().oversized == 1);
            assertThat(loop.underWay()).isZero();
        }
    }

    @Test
    void shouldGoOnWhenTheServerIsNotThereYet() throws IOException {
        final InetSocketAddress address = serverAddress();
        try (ImpairLoop loop = loop("none", 10)) {
            server.close();
            send(loop, mei, "nobody hears this");
            turnUntil(loop, () -> loop.upCounts().passed == 1);
            server = new DatagramSocket(address);
            server.setSoTimeout(PATIENCE_MS);
            // The error that came back may cost one packet; it is counted, not passed on.
            send(loop, mei, "first");
            turnUntil(loop, () -> loop.upCounts().received == 2);
            send(loop, mei, "second");
            turnUntil(loop, () -> loop.upCounts().received == 3);
            assertThat(loop.upCounts().sendErrors + loop.upCounts().passed).isEqualTo(3);
            assertThat(loop.upCounts().sendErrors).isLessThan(2);
            assertThat(receive(server)).isIn("first", "second");
        }
    }

    @Test
    void shouldNameThePortThatIsTaken() {
        assertThatThrownBy(() -> new ImpairLoop(
                        serverAddress(), serverAddress(), ImpairSettings.of(ImpairProfile.NONE, ImpairProfile.NONE, 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot listen at udp 127.0.0.1:" + server.getLocalPort());
    }

    private ImpairLoop loop(final String profile, final int maxClients) throws IOException {
        final ImpairProfile parsed = ProfileText.parse(profile);
        return new ImpairLoop(
                anyPort(),
                serverAddress(),
                new ImpairSettings(parsed, parsed, 1, maxClients, 256, ImpairSettings.DEFAULT_IDLE_NS));
    }

    /** Takes at the server what was passed on; answers how many packets that were since the beginning. */
    private long receiveAll(final long before, final long passed) throws IOException {
        for (long i = before; i < passed; i++) {
            assertThat(receive(server)).startsWith("packet ");
        }
        return passed;
    }

    /** Sends a text through to the server; answers where it seems to come from. */
    private SocketAddress passUp(final ImpairLoop loop, final DatagramSocket client, final String text)
            throws IOException {
        final long before = loop.upCounts().passed;
        send(loop, client, text);
        turnUntil(loop, () -> loop.upCounts().passed > before);
        return receiveFrom(server);
    }

    /** Takes turns at the same virtual time until the kernel has handed over what was sent. */
    private void turnUntil(final ImpairLoop loop, final BooleanSupplier condition) {
        final long startNs = System.nanoTime();
        final List<Integer> turns = new ArrayList<>();
        while (!condition.getAsBoolean()) {
            turns.add(loop.turn(nowNs));
            if (System.nanoTime() - startNs > PATIENCE_MS * 1_000_000L) {
                throw new AssertionError("nothing happens in " + turns.size() + " turns");
            }
        }
    }

    private static void send(final ImpairLoop loop, final DatagramSocket from, final String text) throws IOException {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        from.send(new DatagramPacket(bytes, bytes.length, loop.address()));
    }

    private void answer(final SocketAddress to, final String text) throws IOException {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        server.send(new DatagramPacket(bytes, bytes.length, to));
    }

    private static String receive(final DatagramSocket socket) throws IOException {
        final DatagramPacket packet = new DatagramPacket(new byte[4_096], 4_096);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    private static SocketAddress receiveFrom(final DatagramSocket socket) throws IOException {
        final DatagramPacket packet = new DatagramPacket(new byte[4_096], 4_096);
        socket.receive(packet);
        return packet.getSocketAddress();
    }

    private static void assertNothingCame(final DatagramSocket socket) throws IOException {
        socket.setSoTimeout(1);
        assertThatThrownBy(() -> receive(socket)).isInstanceOf(SocketTimeoutException.class);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private InetSocketAddress serverAddress() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private static DatagramSocket socket() throws IOException {
        final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }
}
