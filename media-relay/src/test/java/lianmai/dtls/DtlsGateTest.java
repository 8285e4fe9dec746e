package lianmai.dtls;

import static lianmai.dtls.DtlsBytes.CERTIFICATE;
import static lianmai.dtls.DtlsBytes.CLIENT_HELLO;
import static lianmai.dtls.DtlsBytes.DTLS_1_0;
import static lianmai.dtls.DtlsBytes.DTLS_1_2;
import static lianmai.dtls.DtlsBytes.HANDSHAKE;
import static lianmai.dtls.DtlsBytes.fragment;
import static lianmai.dtls.DtlsBytes.handshake;
import static lianmai.dtls.DtlsBytes.join;
import static lianmai.dtls.DtlsBytes.record;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import lianmai.gc.AllocationMeter;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DtlsGateTest {
    private static final long SECOND = 1_000_000_000L;

    private final DtlsGate gate = new DtlsGate();
    private long nowNs = -5 * SECOND;

    private int check(final byte[] datagram) {
        return gate.check(new UnsafeBuffer(datagram), 0, datagram.length, nowNs);
    }

    /** Judges as if plenty of time had passed, so that the rate is no matter. */
    private int checkLater(final byte[] datagram) {
        nowNs += 10 * SECOND;
        return check(datagram);
    }

    @Test
    void shouldPassAClientHelloInTwoFragmentsInEitherOrder() {
        final byte[] hello = record(HANDSHAKE, DTLS_1_0, 0, 0, fragment(CLIENT_HELLO, 1500, 0, 0, 1100));
        final byte[] rest = record(HANDSHAKE, DTLS_1_0, 0, 1, fragment(CLIENT_HELLO, 1500, 0, 1100, 400));

        assertThat(check(rest)).isEqualTo(DtlsGate.PASS);
        assertThat(check(hello)).isEqualTo(DtlsGate.PASS);
    }

    @Test
    void shouldPassAWholeFlightInOneDatagram() {
        final byte[] flight = join(
                handshake(1, fragment(CERTIFICATE, 300, 1, 0, 300)),
                handshake(2, fragment(16, 33, 2, 0, 33), fragment(15, 80, 3, 0, 80)),
                record(20, DTLS_1_2, 0, 3, new byte[] {1}),
                record(HANDSHAKE, DTLS_1_2, 1, 0, new byte[48]));

        assertThat(check(flight)).isEqualTo(DtlsGate.PASS);
    }

    @Test
    void shouldPassEncryptedRecordsUnread() {
        assertThat(check(record(HANDSHAKE, DTLS_1_2, 1, 0, DtlsBytes.hugeFragments(CLIENT_HELLO, 0))))
                .isEqualTo(DtlsGate.PASS);
        assertThat(check(record(21, DTLS_1_2, 1, 1, new byte[26]))).isEqualTo(DtlsGate.PASS);
    }

    @Test
    void shouldRefuseTheDatagramThatMakesTheEngineAllocateAQuarterGigabyte() {
        final byte[] datagram = DtlsBytes.hugeAnnouncements();

        assertThat(datagram).hasSize(205);
        assertThat(check(datagram)).isEqualTo(DtlsGate.MESSAGE_TOO_LONG);
    }

    @Test
    void shouldRefuseEveryTruncation() {
        final byte[] flight =
                join(handshake(1, fragment(CERTIFICATE, 30, 1, 0, 30)), record(20, DTLS_1_2, 0, 3, new byte[] {1}));
        final int firstRecord = 13 + 12 + 30;
        for (int length = 0; length < flight.length; length++) {
            final int status = new DtlsGate().check(new UnsafeBuffer(flight), 0, length, nowNs);
            assertThat(status)
                    .as("cut to %d", length)
                    .isEqualTo(length == firstRecord ? DtlsGate.PASS : DtlsGate.RECORD_TRUNCATED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 19, 24, 25, 32, 63, 128, 255})
    void shouldRefuseUnknownContentTypes(final int type) {
        assertThat(check(record(type, DTLS_1_2, 0, 0, new byte[20]))).isEqualTo(DtlsGate.CONTENT_TYPE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x0303, 0xFEFE, 0xFEFC, 0xFFFF})
    void shouldRefuseOtherVersions(final int version) {
        assertThat(check(record(HANDSHAKE, version, 0, 0, new byte[20]))).isEqualTo(DtlsGate.VERSION);
    }

    @Test
    void shouldRefuseRecordsOfNoneOrTooManyBytes() {
        assertThat(check(record(21, DTLS_1_2, 1, 0))).isEqualTo(DtlsGate.RECORD_LENGTH);
        final byte[] tooLong = record(21, DTLS_1_2, 1, 0, new byte[30]);
        tooLong[11] = 0x40;
        tooLong[12] = 0x01;
        assertThat(check(tooLong)).isEqualTo(DtlsGate.RECORD_LENGTH);
        assertThat(check(new byte[DtlsGate.MAX_DATAGRAM_BYTES + 1])).isEqualTo(DtlsGate.DATAGRAM_TOO_LONG);
    }

    @Test
    void shouldRefuseFragmentsThatDoNotFit() {
        final byte[] beyondRecord = fragment(CLIENT_HELLO, 200, 0, 0, 100);
        assertThat(check(handshake(0, Arrays.copyOf(beyondRecord, 111)))).isEqualTo(DtlsGate.FRAGMENT_TRUNCATED);
        assertThat(check(handshake(0, new byte[11]))).isEqualTo(DtlsGate.FRAGMENT_TRUNCATED);
        assertThat(check(handshake(0, fragment(CLIENT_HELLO, 200, 0, 150, 51)))).isEqualTo(DtlsGate.FRAGMENT_OUTSIDE);
        assertThat(check(handshake(0, fragment(CLIENT_HELLO, 200, 0, 0xFFFFFF, 1))))
                .isEqualTo(DtlsGate.FRAGMENT_OUTSIDE);
        assertThat(check(handshake(0, fragment(CLIENT_HELLO, 200, 16, 0, 200)))).isEqualTo(DtlsGate.MESSAGE_SEQUENCE);
        assertThat(check(handshake(0, fragment(CLIENT_HELLO, 200, 65535, 0, 200))))
                .isEqualTo(DtlsGate.MESSAGE_SEQUENCE);
        assertThat(check(handshake(0, fragment(CLIENT_HELLO, 16385, 0, 0, 100))))
                .isEqualTo(DtlsGate.MESSAGE_TOO_LONG);
        assertThat(check(handshake(0, fragment(CERTIFICATE, 8193, 0, 0, 100)))).isEqualTo(DtlsGate.MESSAGE_TOO_LONG);
    }

    @Test
    void shouldRefuseFragmentsThatContradictEachOther() {
        assertThat(check(handshake(0, fragment(CLIENT_HELLO, 200, 0, 0, 100)))).isEqualTo(DtlsGate.PASS);
        assertThat(check(handshake(1, fragment(CLIENT_HELLO, 201, 0, 100, 100))))
                .isEqualTo(DtlsGate.MESSAGE_CHANGED);
        assertThat(check(handshake(1, fragment(CERTIFICATE, 200, 0, 100, 100)))).isEqualTo(DtlsGate.MESSAGE_CHANGED);
        assertThat(check(handshake(1, fragment(CLIENT_HELLO, 200, 0, 100, 100))))
                .isEqualTo(DtlsGate.PASS);
    }

    @Test
    void shouldRefuseThe65thDifferentFragmentButNeverARepeatedOne() {
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < DtlsGate.MAX_FRAGMENTS; i++) {
                assertThat(checkLater(handshake(i, fragment(CLIENT_HELLO, 200, 0, 2 * i, 1))))
                        .isEqualTo(DtlsGate.PASS);
            }
        }
        assertThat(checkLater(handshake(99, fragment(CLIENT_HELLO, 200, 0, 1, 1))))
                .isEqualTo(DtlsGate.TOO_MANY_FRAGMENTS);
    }

    @Test
    void shouldRefuseMoreAnnouncedBytesThanAHandshakeHas() {
        assertThat(checkLater(handshake(0, fragment(CLIENT_HELLO, 16384, 0, 0, 1))))
                .isEqualTo(DtlsGate.PASS);
        assertThat(checkLater(handshake(0, fragment(CLIENT_HELLO, 16384, 1, 0, 1))))
                .isEqualTo(DtlsGate.PASS);
        assertThat(checkLater(handshake(0, fragment(CLIENT_HELLO, 1, 2, 0, 1)))).isEqualTo(DtlsGate.TOO_MANY_BYTES);
    }

    @Test
    void shouldRefuseMoreOverlappingBytesThanAHandshakeHas() {
        int passed = 0;
        while (checkLater(handshake(0, fragment(CLIENT_HELLO, 16384, 0, passed, 1900))) == DtlsGate.PASS) {
            passed++;
        }
        assertThat(passed).isEqualTo(DtlsGate.MAX_HANDSHAKE_BYTES / 1900);
    }

    @Test
    void shouldLetABurstOfRetransmissionsThroughThenTwentyRecordsASecond() {
        final byte[] record = record(21, DTLS_1_2, 1, 0, new byte[26]);
        assertThat(IntStream.range(0, 100).filter(i -> check(record) == DtlsGate.PASS))
                .hasSize(DtlsGate.RECORD_BURST);
        assertThat(check(record)).isEqualTo(DtlsGate.TOO_FAST);

        nowNs += SECOND;

        assertThat(IntStream.range(0, 100).filter(i -> check(record) == DtlsGate.PASS))
                .hasSize(20);
    }

    @Test
    void shouldSpeakOfEveryStatus() {
        for (int status = DtlsGate.PASS; status > -DtlsGate.STATUSES; status--) {
            assertThat(DtlsGate.reason(status)).isNotBlank();
        }
    }

    @Test
    void shouldWithstandRandomChangesOfRealFlights() {
        final long seed = 20260;
        final Random random = new Random(seed);
        final byte[] flight = join(
                handshake(1, fragment(CERTIFICATE, 300, 1, 0, 300)),
                handshake(2, fragment(16, 33, 2, 0, 33), fragment(15, 80, 3, 0, 80)),
                record(20, DTLS_1_2, 0, 3, new byte[] {1}));
        for (int i = 0; i < 100_000; i++) {
            final byte[] mutant = flight.clone();
            for (int changes = random.nextInt(6); changes > 0; changes--) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
            }
            final DtlsGate fresh = new DtlsGate();
            final int status = fresh.check(new UnsafeBuffer(mutant), 0, random.nextInt(mutant.length + 1), i);
            assertThat(status).as("seed %d, round %d", seed, i).isBetween(1 - DtlsGate.STATUSES, DtlsGate.PASS);
        }
    }

    @Test
    void shouldAllocateNothing() {
        final UnsafeBuffer flight = new UnsafeBuffer(
                join(handshake(1, fragment(CERTIFICATE, 300, 1, 0, 300)), record(20, DTLS_1_2, 0, 3, new byte[] {1})));
        final UnsafeBuffer huge = new UnsafeBuffer(DtlsBytes.hugeAnnouncements());
        long allocated = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            final long before = AllocationMeter.reading();
            int refused = 0;
            for (int i = 0; i < 10_000; i++) {
                nowNs += SECOND;
                refused += gate.check(flight, 0, flight.capacity(), nowNs);
                refused += gate.check(huge, 0, huge.capacity(), nowNs) == DtlsGate.PASS ? 0 : 1;
            }
            allocated = Math.min(allocated, AllocationMeter.reading() - before);
            assertThat(refused).isEqualTo(10_000);
        }
        assertThat(allocated).isZero();
    }
}
