package lianmai.door;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import lianmai.dtls.DtlsCertificate;
import lianmai.dtls.DtlsEndpoint;
import lianmai.dtls.DtlsHandshakes;
import lianmai.dtls.DtlsListener;
import lianmai.ice.IceClient;
import lianmai.ice.IceCredentials;
import lianmai.ice.StunAuthenticator;
import lianmai.ice.StunMessage;
import lianmai.ice.StunWriter;
import lianmai.rtp.PacketKind;
import lianmai.srtp.SrtpKeys;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A client that goes as far as SRTP keys and sends no media: proof that a session holds what the server needs.
 *
 * <p>Thread: its own. Owns: a socket.
 */
final class ConnectingClient implements AutoCloseable, DtlsListener {
    private static final int ROOM = 2048;
    private static final long MAPPED_IPV4 = 0xFFFF_0000_0000L;

    private final SplittableRandom random = new SplittableRandom(7);
    private final DtlsCertificate certificate = DtlsCertificate.ecdsa();
    private final IceCredentials credentials = IceCredentials.random(random::nextLong);
    private final StunAuthenticator authenticator = new StunAuthenticator(credentials.password());
    private final CompletableFuture<SrtpKeys> keys = new CompletableFuture<>();
    private final ExpandableArrayBuffer out = new ExpandableArrayBuffer(ROOM);
    private final DatagramSocket socket;
    private DtlsHandshakes handshakes;
    private DtlsEndpoint dtls;
    private Session session;
    private volatile boolean running = true;

    ConnectingClient(final String address) throws IOException {
        socket = new DatagramSocket(0, InetAddress.getByName(address));
        socket.setSoTimeout(5);
    }

    LocalTransport local() {
        return new LocalTransport(
                credentials,
                certificate.fingerprint(),
                new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort()));
    }

    /** Connects as agreed. */
    ConnectingClient connect(final Session agreed) {
        session = agreed;
        handshakes = agreed.weAreDtlsClient() ? DtlsHandshakes.client(certificate) : DtlsHandshakes.server(certificate);
        Thread.ofVirtual().start(this::run);
        return this;
    }

    /** The keys of the handshake. */
    SrtpKeys awaitKeys() throws Exception {
        return keys.get(15, TimeUnit.SECONDS);
    }

    private void run() {
        final IceClient checks = session.weControlIce()
                ? new IceClient(credentials.ufrag(), session.remote(), random::nextLong, System.nanoTime())
                : null;
        try {
            final byte[] in = new byte[ROOM];
            while (running) {
                if (checks != null) {
                    send(checks.onTime(System.nanoTime(), out, 0));
                }
                final DatagramPacket packet = new DatagramPacket(in, in.length);
                try {
                    socket.receive(packet);
                } catch (final SocketTimeoutException e) {
                    continue;
                }
                onDatagram(new UnsafeBuffer(in), packet, checks);
            }
        } catch (final IOException e) {
            keys.completeExceptionally(e);
        }
    }

    private void onDatagram(final UnsafeBuffer b, final DatagramPacket packet, final IceClient checks)
            throws IOException {
        final int length = packet.getLength();
        switch (PacketKind.of(b, 0, length)) {
            case STUN -> {
                if (StunMessage.type(b, 0) == StunMessage.BINDING_REQUEST) {
                    answer(b, packet);
                } else if (checks != null) {
                    checks.onDatagram(b, 0, length, System.nanoTime());
                }
                final boolean hasPath = checks == null || checks.state() == IceClient.State.CONNECTED;
                if (hasPath && session.weAreDtlsClient()) {
                    endpoint();
                }
            }
            case DTLS -> endpoint().offer(b, 0, length);
            default -> {
                // No media is expected.
            }
        }
    }

    private DtlsEndpoint endpoint() {
        if (dtls == null) {
            dtls = handshakes.open(1, session.fingerprint(), this);
        }
        return dtls;
    }

    private void answer(final UnsafeBuffer b, final DatagramPacket packet) throws IOException {
        if (!authenticator.hasFittingIntegrity(b, 0, packet.getLength())) {
            throw new IOException("a check was signed with another password");
        }
        final int address = new UnsafeBuffer(packet.getAddress().getAddress()).getInt(0, ByteOrder.BIG_ENDIAN);
        final int begun = StunWriter.begin(
                out,
                0,
                StunMessage.BINDING_SUCCESS,
                StunMessage.transactionHigh(b, 0),
                StunMessage.transactionLow(b, 0));
        final int end =
                StunWriter.xorMappedAddress(out, 0, begun, 0, MAPPED_IPV4 | address & 0xFFFF_FFFFL, packet.getPort());
        send(authenticator.seal(out, 0, end));
    }

    private void send(final int length) throws IOException {
        if (length > 0) {
            socket.send(new DatagramPacket(out.byteArray(), length, session.server()));
        }
    }

    @Override
    public void onDtlsDatagram(final long peerId, final byte[] datagram) {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length, session.server()));
        } catch (final IOException e) {
            keys.completeExceptionally(e);
        }
    }

    @Override
    public void onDtlsKeys(final long peerId, final SrtpKeys agreed) {
        keys.complete(agreed);
    }

    @Override
    public void onDtlsClosed(final long peerId, final String reason) {
        keys.completeExceptionally(new IOException(reason));
    }

    @Override
    public void close() {
        running = false;
        socket.close();
        if (handshakes != null) {
            handshakes.close();
        }
    }
}
