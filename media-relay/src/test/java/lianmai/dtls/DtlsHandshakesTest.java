package lianmai.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DtlsHandshakesTest {
    private static final DtlsCertificate SERVER = DtlsCertificate.ecdsa();
    private static final DtlsCertificate CLIENT = DtlsCertificate.ecdsa();
    /** The content type of a server's last flight's first record. */
    private static final int CHANGE_CIPHER_SPEC = 20;

    private static final List<SrtpProfile> ALL = List.of(SrtpProfile.values());

    private final List<DtlsHandshakes> opened = new ArrayList<>();
    private final DtlsHandshakes servers = keep(DtlsHandshakes.server(SERVER));
    private final DtlsHandshakes clients = keep(DtlsHandshakes.client(CLIENT));

    private DtlsHandshakes keep(final DtlsHandshakes handshakes) {
        opened.add(handshakes);
        return handshakes;
    }

    private DtlsHandshakes clientsWith(final DtlsCertificate certificate, final List<SrtpProfile> profiles) {
        return keep(DtlsHandshakes.create(DtlsRole.CLIENT, certificate, profiles, 10));
    }

    private DtlsWire wire() {
        return new DtlsWire().open(servers, CLIENT.fingerprint(), clients, SERVER.fingerprint());
    }

    @AfterEach
    void closeAll() {
        for (final DtlsHandshakes handshakes : opened) {
            handshakes.close();
            assertThat(handshakes.openAssociations()).isZero();
            assertThat(handshakes.runningHandshakes()).isZero();
        }
    }

    private static void assertMirrored(final SrtpKeys server, final SrtpKeys client) {
        assertThat(server.profile()).isEqualTo(client.profile());
        assertThat(server.inboundKey())
                .isEqualTo(client.outboundKey())
                .hasSize(server.profile().keyBytes());
        assertThat(server.outboundKey()).isEqualTo(client.inboundKey()).isNotEqualTo(server.inboundKey());
        assertThat(server.inboundSalt())
                .isEqualTo(client.outboundSalt())
                .hasSize(server.profile().saltBytes());
        assertThat(server.outboundSalt()).isEqualTo(client.inboundSalt());
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void shouldGiveBothSidesTheSameKeysMirrored(final SrtpProfile profile) {
        final DtlsWire wire = new DtlsWire()
                .open(servers, CLIENT.fingerprint(), clientsWith(CLIENT, List.of(profile)), SERVER.fingerprint());

        assertThat(wire.carryUntilKeys()).isTrue();

        assertThat(wire.server.keys.profile()).isEqualTo(profile);
        assertMirrored(wire.server.keys, wire.client.keys);
    }

    @Test
    void shouldChooseTheProfileInOurOrderNotTheClients() {
        final DtlsWire wire = new DtlsWire()
                .open(servers, CLIENT.fingerprint(), clientsWith(CLIENT, ALL.reversed()), SERVER.fingerprint());

        assertThat(wire.carryUntilKeys()).isTrue();

        assertThat(wire.server.keys.profile()).isEqualTo(SrtpProfile.AEAD_AES_128_GCM);
    }

    @Test
    void shouldAcceptAnRsaCertificateOfTheClient() {
        final DtlsCertificate rsa = DtlsCertificate.rsa();
        final DtlsWire wire =
                new DtlsWire().open(servers, rsa.fingerprint(), clientsWith(rsa, ALL), SERVER.fingerprint());

        assertThat(wire.carryUntilKeys()).isTrue();

        assertMirrored(wire.server.keys, wire.client.keys);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha-256", "SHA-384", "sha-512"})
    void shouldCompareFingerprintsOfEachAcceptedHash(final String hash) {
        final DtlsWire wire = new DtlsWire()
                .open(servers, Fingerprint.of(hash, CLIENT.encoded()), clients, Fingerprint.of(hash, SERVER.encoded()));

        assertThat(wire.carryUntilKeys()).isTrue();
    }

    @Test
    void shouldCloseWithoutKeysWhenTheClientIsNotWhoTheSdpSays() {
        final DtlsWire wire = new DtlsWire().open(servers, SERVER.fingerprint(), clients, SERVER.fingerprint());

        assertThat(wire.carryUntil(() -> wire.server.closed != null && wire.client.closed != null))
                .isTrue();

        assertThat(wire.server.keys).isNull();
        assertThat(wire.client.keys).isNull();
        assertThat(wire.server.closed).contains("certificate");
        assertThat(wire.client.closed).contains("bad_certificate");
    }

    @Test
    void shouldCloseWithoutKeysWhenTheServerIsNotWhoTheSdpSays() {
        final DtlsWire wire = new DtlsWire().open(servers, CLIENT.fingerprint(), clients, CLIENT.fingerprint());

        assertThat(wire.carryUntil(() -> wire.server.closed != null && wire.client.closed != null))
                .isTrue();

        assertThat(wire.server.keys).isNull();
        assertThat(wire.client.keys).isNull();
    }

    @Test
    void shouldRefuseAFingerprintMadeWithAWeakHash() {
        final DtlsWire wire =
                new DtlsWire().open(servers, new Fingerprint("sha-1", "00".repeat(20)), clients, SERVER.fingerprint());

        assertThat(wire.carryUntil(() -> wire.server.closed != null)).isTrue();

        assertThat(wire.server.keys).isNull();
    }

    @Test
    void shouldFailWhenNoSrtpProfileIsShared() {
        final DtlsHandshakes onlyGcm = keep(DtlsHandshakes.create(
                DtlsRole.SERVER, SERVER, List.of(SrtpProfile.AEAD_AES_128_GCM, SrtpProfile.AEAD_AES_256_GCM), 10));
        final DtlsHandshakes onlySha1 = clientsWith(CLIENT, List.of(SrtpProfile.AES128_CM_HMAC_SHA1_80));
        final DtlsWire wire = new DtlsWire().open(onlyGcm, CLIENT.fingerprint(), onlySha1, SERVER.fingerprint());

        assertThat(wire.carryUntil(() -> wire.server.closed != null && wire.client.closed != null))
                .isTrue();

        assertThat(wire.server.closed).contains("SRTP profile");
        assertThat(wire.client.closed).contains("handshake_failure");
        assertThat(wire.server.keys).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldSurviveALossyLink(final long seed) {
        final DtlsWire wire = wire();
        wire.server.losesOnArrival = everyThirdOrSo(new Random(seed));
        wire.client.losesOnArrival = everyThirdOrSo(new Random(-seed));

        assertThat(wire.carryUntilKeys()).as("seed %d", seed).isTrue();

        assertMirrored(wire.server.keys, wire.client.keys);
    }

    /** Loses a third, but never more than two in a row: what is tested is repair, not luck against the time-out. */
    private static Predicate<byte[]> everyThirdOrSo(final Random random) {
        final AtomicInteger inARow = new AtomicInteger();
        return bytes -> {
            final boolean lost = inARow.get() < 2 && random.nextInt(3) == 0;
            inARow.set(lost ? inARow.get() + 1 : 0);
            return lost;
        };
    }

    @Test
    void shouldRepeatOurLastFlightForAClientThatMissedIt() {
        final DtlsWire wire = wire();
        final AtomicInteger lost = new AtomicInteger();
        wire.client.losesOnArrival = bytes -> bytes[0] == CHANGE_CIPHER_SPEC && lost.incrementAndGet() <= 2;

        assertThat(wire.carryUntilKeys()).isTrue();
        assertThat(lost.get()).isEqualTo(3);
        assertMirrored(wire.server.keys, wire.client.keys);
        assertThat(wire.server.keysCalls).isEqualTo(1);
    }

    @Test
    void shouldTellOfCloseNotifyFromTheClient() {
        final DtlsWire wire = wire();
        assertThat(wire.carryUntilKeys()).isTrue();

        wire.client.endpoint.close();

        assertThat(wire.carryUntil(() -> wire.server.closed != null)).isTrue();
        assertThat(wire.server.closed).isEqualTo("closed by the peer");
        assertThat(wire.client.closed).isNull();
        assertThat(servers.openAssociations()).isZero();
        assertThat(servers.counters().get(DtlsCounters.Event.CLOSED)).isEqualTo(1);
    }

    @Test
    void shouldSendCloseNotifyWhenClosed() {
        final DtlsWire wire = wire();
        assertThat(wire.carryUntilKeys()).isTrue();

        wire.server.endpoint.close();
        wire.server.endpoint.close();

        assertThat(wire.carryUntil(() -> wire.client.closed != null)).isTrue();
        assertThat(wire.client.closed).isEqualTo("closed by the peer");
        assertThat(wire.server.offer(new byte[40])).isFalse();
    }

    @Test
    void shouldGiveUpAHandshakeThatIsClosedMidway() {
        final DtlsWire wire = wire();
        wire.client.losesOnArrival = bytes -> true;
        assertThat(wire.carryUntil(() -> !wire.client.received.isEmpty())).isTrue();

        wire.server.endpoint.close();

        assertThat(wire.carryUntil(() -> servers.openAssociations() == 0 && servers.runningHandshakes() == 0))
                .isTrue();
        assertThat(wire.server.closed).isNull();
        assertThat(wire.server.keys).isNull();
    }

    @Test
    void shouldNotMindGarbageAndForgeriesAroundAHandshake() {
        final Random random = new Random(7);
        final DtlsWire wire = wire();
        final byte[] garbage = new byte[100];
        for (int i = 0; i < 50; i++) {
            random.nextBytes(garbage);
            wire.server.offer(garbage);
        }

        assertThat(wire.carryUntilKeys()).isTrue();
        for (int i = 0; i < 20; i++) {
            wire.server.offer(forgedRecord(random, 21 + i % 3, i % 2));
        }

        assertThat(wire.server.closed).isNull();
        wire.client.endpoint.close();
        assertThat(wire.carryUntil(() -> wire.server.closed != null)).isTrue();
        assertThat(wire.server.closed).isEqualTo("closed by the peer");
        assertThat(servers.counters().refusals()).isPositive();
    }

    private static byte[] forgedRecord(final Random random, final int type, final int epoch) {
        final byte[] record = new byte[13 + 40];
        random.nextBytes(record);
        record[0] = (byte) type;
        record[1] = (byte) 0xFE;
        record[2] = (byte) 0xFD;
        record[3] = 0;
        record[4] = (byte) epoch;
        record[11] = 0;
        record[12] = 40;
        return record;
    }

    @Test
    void shouldSendNoDatagramAbove1200Bytes() {
        final DtlsCertificate rsa = DtlsCertificate.rsa();
        final DtlsWire wire =
                new DtlsWire().open(servers, rsa.fingerprint(), clientsWith(rsa, ALL), SERVER.fingerprint());

        assertThat(wire.carryUntilKeys()).isTrue();

        assertThat(Stream.concat(wire.server.received.stream(), wire.client.received.stream()))
                .allSatisfy(bytes -> assertThat(bytes.length).isLessThanOrEqualTo(DtlsPipe.SEND_LIMIT_BYTES));
    }

    @Test
    void shouldPutAFlightIntoOneDatagramWhereItFits() {
        final DtlsWire wire = wire();

        assertThat(wire.carryUntilKeys()).isTrue();

        assertThat(wire.client.received.size()).isLessThanOrEqualTo(4);
    }

    @Test
    void shouldShakeManyHandsAtOnce() {
        final List<DtlsWire> wires = Stream.generate(this::wire).limit(64).toList();

        for (boolean moved = true; moved; ) {
            moved = false;
            for (final DtlsWire wire : wires) {
                moved |= wire.carryOne(1) || wire.server.keys == null || wire.client.keys == null;
            }
        }

        assertThat(wires).allSatisfy(wire -> assertMirrored(wire.server.keys, wire.client.keys));
        assertThat(servers.counters().get(DtlsCounters.Event.ESTABLISHED)).isEqualTo(64);
        assertThat(servers.runningHandshakes()).isZero();
    }

    @Test
    void shouldLetAClientWaitForAFreePlaceWhenBusy() {
        final DtlsHandshakes one = keep(DtlsHandshakes.create(DtlsRole.SERVER, SERVER, ALL, 1));
        final DtlsWire first = new DtlsWire().open(one, CLIENT.fingerprint(), clients, SERVER.fingerprint());
        final DtlsWire second = new DtlsWire().open(one, CLIENT.fingerprint(), clients, SERVER.fingerprint());
        assertThat(first.carryOne(10_000)).isTrue();
        assertThat(second.carryOne(10_000)).isTrue();
        assertThat(one.counters().get(DtlsCounters.Event.BUSY)).isEqualTo(1);

        assertThat(first.carryUntilKeys()).isTrue();

        assertThat(second.carryUntilKeys()).isTrue();
    }

    @Test
    void shouldLeaveNoThreadBehindOpeningAndClosing() {
        for (int i = 0; i < 100; i++) {
            final DtlsWire wire = wire();
            if (i % 2 == 0) {
                wire.carryOne(1000);
            }
            if (i % 10 == 0) {
                assertThat(wire.carryUntilKeys()).isTrue();
            }
            wire.server.endpoint.close();
            wire.client.endpoint.close();
        }
        servers.close();
        clients.close();

        assertThat(servers.isTerminated()).isTrue();
        assertThat(clients.isTerminated()).isTrue();
        assertThat(servers.openAssociations()).isZero();
    }
}
