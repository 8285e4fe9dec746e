package lianmai.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProfile;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our server against OpenSSL's client over loopback UDP: another implementation must arrive at the same keys. */
class DtlsOpenSslTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final Pattern EXPORTED = Pattern.compile("Keying material: ([0-9A-F]+)");

    private final DtlsHandshakes servers = DtlsHandshakes.server(DtlsCertificate.ecdsa());

    @TempDir
    private Path folder;

    @BeforeAll
    static void findOpenSsl() {
        final String path = System.getenv().getOrDefault("PATH", "");
        assumeTrue(
                Stream.of(path.split(":")).anyMatch(dir -> Files.isExecutable(Path.of(dir, "openssl"))),
                "no openssl on the PATH (Debian: apt-get install openssl)");
    }

    @AfterEach
    void close() {
        servers.close();
    }

    @ParameterizedTest
    @CsvSource({
        "AEAD_AES_128_GCM, SRTP_AEAD_AES_128_GCM, EC, X25519:P-256, ECDHE-ECDSA-AES128-GCM-SHA256, 1400",
        "AEAD_AES_256_GCM, SRTP_AEAD_AES_256_GCM, RSA, P-256, ECDHE-ECDSA-AES256-GCM-SHA384, 1400",
        "AES128_CM_HMAC_SHA1_80, SRTP_AES128_CM_SHA1_80, EC, P-384:P-256, ECDHE-ECDSA-AES128-GCM-SHA256, 256",
        "AEAD_AES_128_GCM, SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM, RSA, P-521:P-256:X25519, ALL, 256",
    })
    void shouldExportTheKeysThatOpenSslExports(
            final SrtpProfile profile,
            final String offered,
            final String certificateKind,
            final String groups,
            final String suites,
            final int mtu)
            throws Exception {
        final DtlsCertificate certificate =
                "EC".equals(certificateKind) ? DtlsCertificate.ecdsa() : DtlsCertificate.rsa();
        final Path log = folder.resolve("openssl.log");
        try (Bridge bridge = new Bridge(certificate.fingerprint())) {
            final Process client = startClient(bridge.port(), certificate, profile, offered, groups, suites, mtu, log);
            try {
                assertThat(bridge.carryUntil(() -> bridge.keys != null))
                        .as(() -> "closed: " + bridge.closed + "; OpenSSL says: " + text(log))
                        .isTrue();
                assertThat(bridge.keys.profile()).isEqualTo(profile);
                assertThat(bridge.carryUntil(() -> exported(log).length > 0)).isTrue();
                assertSame(bridge.keys, SrtpKeys.fromExporter(profile, exported(log), false));

                try (OutputStream stdin = client.getOutputStream()) {
                    stdin.write("Q\n".getBytes(StandardCharsets.US_ASCII));
                }
                assertThat(bridge.carryUntil(() -> bridge.closed != null)).isTrue();
                assertThat(bridge.closed).isEqualTo("closed by the peer");
            } finally {
                client.destroyForcibly().waitFor();
            }
        }
    }

    private static void assertSame(final SrtpKeys ours, final SrtpKeys theirs) {
        assertThat(ours.inboundKey()).isEqualTo(theirs.inboundKey());
        assertThat(ours.inboundSalt()).isEqualTo(theirs.inboundSalt());
        assertThat(ours.outboundKey()).isEqualTo(theirs.outboundKey());
        assertThat(ours.outboundSalt()).isEqualTo(theirs.outboundSalt());
    }

    private Process startClient(
            final int port,
            final DtlsCertificate certificate,
            final SrtpProfile profile,
            final String offered,
            final String groups,
            final String suites,
            final int mtu,
            final Path log)
            throws IOException {
        final Path cert = pem("cert.pem", "CERTIFICATE", certificate.encoded());
        final Path key = pem("key.pem", "PRIVATE KEY", certificate.privateKey().getEncoded());
        final int exportedBytes = 2 * (profile.keyBytes() + profile.saltBytes());
        return new ProcessBuilder(List.of(
                        "openssl",
                        "s_client",
                        "-dtls1_2",
                        "-connect",
                        "127.0.0.1:" + port,
                        "-cert",
                        cert.toString(),
                        "-key",
                        key.toString(),
                        "-use_srtp",
                        offered,
                        "-groups",
                        groups,
                        "-cipher",
                        suites,
                        "-mtu",
                        Integer.toString(mtu),
                        "-keymatexport",
                        "EXTRACTOR-dtls_srtp",
                        "-keymatexportlen",
                        Integer.toString(exportedBytes)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private Path pem(final String file, final String label, final byte[] der) throws IOException {
        final String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                folder.resolve(file), "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
    }

    private static byte[] exported(final Path log) {
        final Matcher matcher = EXPORTED.matcher(text(log));
        return matcher.find() ? HexFormat.of().parseHex(matcher.group(1)) : new byte[0];
    }

    private static String text(final Path log) {
        try {
            return Files.readString(log);
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A socket on loopback in front of one association; the test thread is its relay thread. */
    private final class Bridge implements DtlsListener, AutoCloseable {
        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        private final DtlsEndpoint endpoint;
        private volatile SocketAddress peer;
        private volatile SrtpKeys keys;
        private volatile String closed;

        Bridge(final Fingerprint remote) throws IOException {
            socket.setSoTimeout(20);
            endpoint = servers.open(1, remote, this);
        }

        int port() {
            return socket.getLocalPort();
        }

        boolean carryUntil(final BooleanSupplier condition) throws IOException {
            final long deadline = System.nanoTime() + PATIENCE_NS;
            final DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() - deadline > 0) {
                    return false;
                }
                try {
                    packet.setLength(2048);
                    socket.receive(packet);
                    peer = packet.getSocketAddress();
                    endpoint.offer(new UnsafeBuffer(packet.getData()), 0, packet.getLength());
                } catch (final SocketTimeoutException e) {
                    // Nothing came in this while: look at the condition again.
                }
            }
            return true;
        }

        @Override
        public void onDtlsDatagram(final long peerId, final byte[] datagram) {
            try {
                socket.send(new DatagramPacket(datagram, datagram.length, peer));
            } catch (final IOException e) {
                throw new IllegalStateException(Arrays.toString(datagram), e);
            }
        }

        @Override
        public void onDtlsKeys(final long peerId, final SrtpKeys newKeys) {
            keys = newKeys;
        }

        @Override
        public void onDtlsClosed(final long peerId, final String reason) {
            closed = reason;
        }

        @Override
        public void close() {
            endpoint.close();
            socket.close();
        }
    }
}
