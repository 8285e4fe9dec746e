package lianmai.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The client against the lite agent, in virtual time. */
class IceClientTest {
    private static final IceCredentials SERVER = new IceCredentials("ourUfrag", "our/password/of/24/chars");
    private static final int PATH = 3;

    private final UnsafeBuffer request = new UnsafeBuffer(new byte[IceClient.MAX_REQUEST_LENGTH]);
    private final UnsafeBuffer response = new UnsafeBuffer(new byte[IceLiteAgent.MAX_ANSWER_LENGTH]);
    private long nowNs = TimeUnit.SECONDS.toNanos(100);
    private final IceClient client = new IceClient("peer", SERVER, new Random(9)::nextLong, nowNs);
    private final IceLiteAgent agent = new IceLiteAgent(SERVER, "peer", nowNs);

    private int answer(final int length) {
        final int verdict = agent.verify(request, 0, length);
        assertThat(verdict).isNotNegative();
        return agent.answer(request, 0, length, verdict, PATH, 0x2001L << 48, 1, 9, nowNs, response, 0);
    }

    private int runToDeadline() {
        nowNs = client.nextDeadlineNs();
        return client.onTime(nowNs, request, 0);
    }

    @Test
    void shouldConnectAndKeepConsentForAnHour() {
        final long end = nowNs + TimeUnit.HOURS.toNanos(1);
        int checks = 0;
        while (nowNs < end) {
            final int length = runToDeadline();
            assertThat(client.onDatagram(response, 0, answer(length), nowNs)).isTrue();
            assertThat(agent.onTime(nowNs)).isEqualTo(IceLiteAgent.NO_PATH);
            checks++;
        }
        assertThat(client.state()).isEqualTo(IceClient.State.CONNECTED);
        assertThat(agent.nominatedPath()).isEqualTo(PATH);
        assertThat(checks).isBetween(600, 900);
    }

    @Test
    void shouldRepeatALostCheckWithDoubledPatienceAndThenGiveUp() {
        final long start = nowNs;
        final long[] expectedMillis = {0, 500, 1500, 3500, 7500, 15_500, 31_500};
        long transaction = 0;
        for (final long millis : expectedMillis) {
            assertThat(runToDeadline()).isPositive();
            assertThat(TimeUnit.NANOSECONDS.toMillis(nowNs - start)).isEqualTo(millis);
            assertThat(transaction == 0 || transaction == StunMessage.transactionLow(request, 0))
                    .isTrue();
            transaction = StunMessage.transactionLow(request, 0);
        }
        assertThat(runToDeadline()).isZero();
        assertThat(client.state()).isEqualTo(IceClient.State.FAILED);
        assertThat(client.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldFailWhenConsentIsNotGivenFor30Seconds() {
        client.onDatagram(response, 0, answer(runToDeadline()), nowNs);
        final long connectedNs = nowNs;
        while (client.state() == IceClient.State.CONNECTED) {
            runToDeadline();
        }
        assertThat(client.state()).isEqualTo(IceClient.State.FAILED);
        assertThat(nowNs - connectedNs).isBetween(IceLiteAgent.CONSENT_NS, TimeUnit.SECONDS.toNanos(36));
    }

    @Test
    void shouldIgnoreForgedAndRepeatedAnswers() {
        final int length = answer(runToDeadline());
        for (int bit = 0; bit < 8 * length; bit++) {
            final UnsafeBuffer forged = new UnsafeBuffer(response.byteArray().clone());
            forged.putByte(bit >>> 3, (byte) (forged.getByte(bit >>> 3) ^ 1 << (bit & 7)));
            assertThat(client.onDatagram(forged, 0, length, nowNs)).isFalse();
        }
        assertThat(client.state()).isEqualTo(IceClient.State.CHECKING);
        assertThat(client.onDatagram(response, 0, length, nowNs)).isTrue();
        assertThat(client.onDatagram(response, 0, length, nowNs)).isFalse();
    }

    @Test
    void shouldFailOnAnErrorAnswer() {
        runToDeadline();
        int length = StunWriter.begin(
                response,
                0,
                StunMessage.BINDING_ERROR,
                StunMessage.transactionHigh(request, 0),
                StunMessage.transactionLow(request, 0));
        length = StunWriter.errorCode(response, 0, length, 487);
        length = new StunAuthenticator(SERVER.password()).seal(response, 0, length);
        assertThat(client.onDatagram(response, 0, length, nowNs)).isTrue();
        assertThat(client.state()).isEqualTo(IceClient.State.FAILED);
        assertThat(client.errorCode()).isEqualTo(487);
    }
}
