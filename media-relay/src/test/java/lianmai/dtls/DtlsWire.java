package lianmai.dtls;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import lianmai.srtp.SrtpKeys;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Two ends and what lies between them, in memory: the test thread carries the datagrams, so it is both ends' relay
 * thread, and decides which are lost.
 */
final class DtlsWire {
    /** No test needs longer, however slow the machine; nothing is asserted about it. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    private final BlockingQueue<Packet> inFlight = new LinkedBlockingQueue<>();

    /** A datagram under way. */
    record Packet(End to, byte[] bytes) {}

    /** One end: what its listener has heard. */
    static final class End implements DtlsListener {
        final String name;
        private final BlockingQueue<Packet> inFlight;
        private End peer;
        DtlsEndpoint endpoint;
        Predicate<byte[]> losesOnArrival = bytes -> false;
        volatile SrtpKeys keys;
        volatile String closed;
        volatile int keysCalls;
        final List<byte[]> received = new ArrayList<>();

        private End(final String name, final BlockingQueue<Packet> inFlight) {
            this.name = name;
            this.inFlight = inFlight;
        }

        @Override
        public void onDtlsDatagram(final long peerId, final byte[] datagram) {
            inFlight.add(new Packet(peer, datagram));
        }

        @Override
        public synchronized void onDtlsKeys(final long peerId, final SrtpKeys newKeys) {
            keysCalls++;
            keys = newKeys;
        }

        @Override
        public void onDtlsClosed(final long peerId, final String reason) {
            closed = reason;
        }

        /** Gives the end a datagram as if it had come from the network. */
        boolean offer(final byte[] bytes) {
            return endpoint.offer(new UnsafeBuffer(bytes), 0, bytes.length);
        }
    }

    final End server = new End("server", inFlight);
    final End client = new End("client", inFlight);

    DtlsWire() {
        server.peer = client;
        client.peer = server;
    }

    /** Opens both ends; the client's ClientHello is then under way. */
    DtlsWire open(
            final DtlsHandshakes servers,
            final Fingerprint expectedClient,
            final DtlsHandshakes clients,
            final Fingerprint expectedServer) {
        server.endpoint = servers.open(1, expectedClient, server);
        client.endpoint = clients.open(2, expectedServer, client);
        return this;
    }

    /** Carries datagrams until the condition holds; false when patience ends first. */
    boolean carryUntil(final BooleanSupplier condition) {
        final long deadline = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            carryOne(5);
        }
        return true;
    }

    /** Carries until both ends have keys. */
    boolean carryUntilKeys() {
        return carryUntil(() -> server.keys != null && client.keys != null);
    }

    /** Carries one datagram, if there is one within the time; false when there was none. */
    boolean carryOne(final long waitMs) {
        try {
            final Packet packet = inFlight.poll(waitMs, TimeUnit.MILLISECONDS);
            if (packet == null) {
                return false;
            }
            packet.to.received.add(packet.bytes);
            if (!packet.to.losesOnArrival.test(packet.bytes)) {
                packet.to.offer(packet.bytes);
            }
            return true;
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes the next datagram off the wire, for a test that carries it itself; null when none comes. */
    Packet take() {
        try {
            return inFlight.poll(PATIENCE_NS, TimeUnit.NANOSECONDS);
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
