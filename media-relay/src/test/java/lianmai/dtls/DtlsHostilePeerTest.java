package lianmai.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import lianmai.srtp.SrtpProfile;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DtlsHostilePeerTest {
    private static final DtlsCertificate SERVER = DtlsCertificate.ecdsa();
    private static final DtlsCertificate CLIENT = DtlsCertificate.ecdsa();
    /** What a handshake on both sides takes is below 10 MiB; the attack takes 256 MiB. */
    private static final long MUCH_BYTES = 100L << 20;
    /** Inside the engine's replay window, so that the client's own next records still count as new. */
    private static final long FREE_RECORD_SEQUENCE = 40;

    private final DtlsHandshakes servers = DtlsHandshakes.server(SERVER);
    private final DtlsHandshakes clients = DtlsHandshakes.client(CLIENT);

    @AfterEach
    void close() {
        servers.close();
        clients.close();
    }

    private DtlsWire wire() {
        return new DtlsWire().open(servers, CLIENT.fingerprint(), clients, SERVER.fingerprint());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 9})
    void shouldUnderstandAClientHelloInFragmentsThatArriveBackwards(final int pieces) {
        final DtlsWire wire = wire();
        final List<byte[]> fragments = DtlsBytes.split(wire.take().bytes(), pieces, FREE_RECORD_SEQUENCE);

        for (final byte[] fragment : fragments.reversed()) {
            assertThat(wire.server.offer(fragment)).isTrue();
        }

        assertThat(wire.carryUntilKeys())
                .as("%s %s", wire.server.closed, wire.client.closed)
                .isTrue();
    }

    @Test
    void shouldNotBotherTheEngineWithHugeAnnouncements() {
        final DtlsWire wire = wire();

        assertThat(wire.server.offer(DtlsBytes.hugeAnnouncements())).isFalse();

        assertThat(servers.counters().refusals(DtlsGate.MESSAGE_TOO_LONG)).isEqualTo(1);
        assertThat(servers.counters().get(DtlsCounters.Event.STARTED)).isZero();
        assertThat(wire.carryUntilKeys())
                .as("%s %s", wire.server.closed, wire.client.closed)
                .isTrue();
    }

    @Test
    void shouldNotAllocateForHugeAnnouncementsUnderEncryption() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final AtomicInteger attacks = new AtomicInteger();
        final DtlsHandshakes hostile = new DtlsHandshakes(
                DtlsRole.CLIENT, CLIENT, List.of(SrtpProfile.values()), 1, new HostileCrypto(attacks));
        try (hostile) {
            final DtlsWire wire = new DtlsWire().open(servers, CLIENT.fingerprint(), hostile, SERVER.fingerprint());
            final long before = threads.getTotalThreadAllocatedBytes();

            assertThat(wire.carryUntilKeys())
                    .as("%s %s", wire.server.closed, wire.client.closed)
                    .isTrue();

            assertThat(attacks.get()).isEqualTo(1);
            assertThat(threads.getTotalThreadAllocatedBytes() - before).isLessThan(MUCH_BYTES);
        }
    }

    @Test
    void shouldDropWhatAFloodAddsToAFullInbox() {
        final DtlsWire wire = wire();
        final byte[] hello = wire.take().bytes();
        int refused = 0;
        for (int i = 0; i < 200; i++) {
            refused += wire.server.offer(hello) ? 0 : 1;
        }

        assertThat(refused).isPositive();
        assertThat(servers.counters().refusals() + servers.counters().get(DtlsCounters.Event.INBOX_FULL))
                .isEqualTo(refused);
    }

    @Test
    void shouldEndAtAFatalAlertInTheHandshake() {
        final DtlsWire wire = wire();
        wire.server.offer(DtlsBytes.record(21, DtlsBytes.DTLS_1_2, 0, 0, new byte[] {2, 40}));

        assertThat(wire.carryUntil(() -> wire.server.closed != null)).isTrue();

        assertThat(wire.server.closed).contains("handshake_failure");
    }

    /** A client's crypto that replaces its first Finished by announcements of 16 messages of 16 MiB. */
    private static final class HostileCrypto extends DtlsCrypto {
        /** The number of the Finished of a client that has sent hello, certificate, key and verify. */
        private static final int NEXT_MESSAGE = 4;

        private final AtomicInteger attacks;

        HostileCrypto(final AtomicInteger attacks) {
            super(new SecureRandom());
            this.attacks = attacks;
        }

        @Override
        public TlsCipher createCipher(final TlsCryptoParameters parameters, final int cipher, final int mac)
                throws IOException {
            final TlsCipher honest = super.createCipher(parameters, cipher, mac);
            return (TlsCipher) Proxy.newProxyInstance(
                    TlsCipher.class.getClassLoader(), new Class<?>[] {TlsCipher.class}, (proxy, method, args) -> {
                        if (method.getName().equals("encodePlaintext") && attacks.compareAndSet(0, 1)) {
                            final byte[] attack = DtlsBytes.hugeFragments(HandshakeType.finished, NEXT_MESSAGE);
                            args[4] = attack;
                            args[5] = 0;
                            args[6] = attack.length;
                        }
                        try {
                            return method.invoke(honest, args);
                        } catch (final InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }
}
