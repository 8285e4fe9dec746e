package lianmai.ice;

import static lianmai.ice.IceLiteAgent.NO_PATH;
import static lianmai.ice.IceLiteAgent.State.CHECKED;
import static lianmai.ice.IceLiteAgent.State.EXPIRED;
import static lianmai.ice.IceLiteAgent.State.NEW;
import static lianmai.ice.IceLiteAgent.State.NOMINATED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lianmai.ice.IceLiteAgent.State;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IceLiteAgentTest {
    private static final IceCredentials OURS = new IceCredentials("ourUfrag", "our/password/of/24/chars");
    private static final IceCredentials OURS_2 = new IceCredentials("ufragTwo", "the/second/password/here");
    private static final IceCredentials OURS_3 = new IceCredentials("ufrag3rd", "the/third/password/hereX");
    private static final String THEIRS = "peer";
    private static final String USERNAME = "ourUfrag:peer";
    private static final long IPV4 = 0x0000_FFFF_C000_0201L;
    private static final int PORT = 50_000;

    /** A clock may start anywhere, also just before its sign changes. */
    private long nowNs = Long.MAX_VALUE - millis(1500);

    private IceLiteAgent agent = new IceLiteAgent(OURS, THEIRS, nowNs);
    private final UnsafeBuffer out = new UnsafeBuffer(new byte[IceLiteAgent.MAX_ANSWER_LENGTH]);

    private static long millis(final long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static Checks good() {
        return Checks.request(USERNAME).controlling();
    }

    /** Sends a check over a path; answers the length of the answer, or the negative status. */
    private int send(final Checks check, final int path) {
        final int verdict = agent.verify(check.buffer, 0, check.length);
        return verdict < 0
                ? verdict
                : agent.answer(check.buffer, 0, check.length, verdict, path, 0, IPV4, PORT, nowNs, out, 0);
    }

    private void check(final int path) {
        assertThat(send(good().sealed(OURS.password()), path)).isPositive();
    }

    private void nominate(final int path) {
        assertThat(send(good().nominating().sealed(OURS.password()), path)).isPositive();
    }

    private List<Integer> expire() {
        final List<Integer> gone = new ArrayList<>();
        for (int path = agent.onTime(nowNs); path != NO_PATH; path = agent.onTime(nowNs)) {
            gone.add(path);
        }
        return gone;
    }

    private void bring(final State state) {
        agent = new IceLiteAgent(OURS, THEIRS, nowNs);
        if (state == CHECKED) {
            check(1);
        } else if (state == NOMINATED) {
            nominate(1);
        } else if (state == EXPIRED) {
            nowNs += IceLiteAgent.CONSENT_NS;
            expire();
        }
        assertThat(agent.state()).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({
        "NEW,       CHECK,      CHECKED",
        "NEW,       NOMINATION, NOMINATED",
        "NEW,       CONFLICT,   NEW",
        "NEW,       UNKNOWN,    NEW",
        "NEW,       FORGED,     NEW",
        "NEW,       SILENCE,    EXPIRED",
        "NEW,       RESTART,    NEW",
        "CHECKED,   CHECK,      CHECKED",
        "CHECKED,   NOMINATION, NOMINATED",
        "CHECKED,   CONFLICT,   CHECKED",
        "CHECKED,   UNKNOWN,    CHECKED",
        "CHECKED,   FORGED,     CHECKED",
        "CHECKED,   SILENCE,    EXPIRED",
        "CHECKED,   RESTART,    CHECKED",
        "NOMINATED, CHECK,      NOMINATED",
        "NOMINATED, NOMINATION, NOMINATED",
        "NOMINATED, CONFLICT,   NOMINATED",
        "NOMINATED, UNKNOWN,    NOMINATED",
        "NOMINATED, FORGED,     NOMINATED",
        "NOMINATED, SILENCE,    EXPIRED",
        "NOMINATED, RESTART,    NOMINATED",
        "EXPIRED,   CHECK,      EXPIRED",
        "EXPIRED,   NOMINATION, EXPIRED",
        "EXPIRED,   CONFLICT,   EXPIRED",
        "EXPIRED,   UNKNOWN,    EXPIRED",
        "EXPIRED,   FORGED,     EXPIRED",
        "EXPIRED,   SILENCE,    EXPIRED",
        "EXPIRED,   RESTART,    NEW",
    })
    void shouldFollowTheChart(final State from, final String input, final State to) {
        bring(from);
        switch (input) {
            case "CHECK" -> send(good().sealed(OURS.password()), 1);
            case "NOMINATION" -> send(good().nominating().sealed(OURS.password()), 1);
            case "CONFLICT" ->
                send(Checks.request(USERNAME).controlled().nominating().sealed(OURS.password()), 1);
            case "UNKNOWN" -> send(good().with(0x7777, 1).nominating().sealed(OURS.password()), 1);
            case "FORGED" -> send(good().nominating().sealed("wrong"), 1);
            case "SILENCE" -> {
                nowNs += IceLiteAgent.CONSENT_NS;
                expire();
            }
            default -> agent.restart(OURS_2, THEIRS, nowNs);
        }
        assertThat(agent.state()).isEqualTo(to);
        assertThat(agent.nominatedPath()).isEqualTo(to == NOMINATED ? 1 : NO_PATH);
    }

    @Test
    void shouldAnswerACheckWithTheAddressItCameFrom() {
        final int length = send(good().sealed(OURS.password()), 7);

        assertThat(StunMessage.isStun(out, 0, length) && StunMessage.isWellFormed(out, 0, length))
                .isTrue();
        assertThat(StunMessage.type(out, 0)).isEqualTo(StunMessage.BINDING_SUCCESS);
        assertThat(StunMessage.transactionHigh(out, 0)).isEqualTo(Checks.TRANSACTION_HIGH);
        assertThat(StunMessage.transactionLow(out, 0)).isEqualTo(Checks.TRANSACTION_LOW);
        final int at = StunMessage.find(out, 0, length, StunMessage.XOR_MAPPED_ADDRESS);
        assertThat(StunMessage.xorPort(out, at)).isEqualTo(PORT);
        assertThat(StunMessage.xorLow(out, 0, at)).isEqualTo(IPV4);
        assertSigned(length);
    }

    private void assertSigned(final int length) {
        final StunAuthenticator authenticator = new StunAuthenticator(OURS.password());
        assertThat(authenticator.hasFittingIntegrity(out, 0, length)).isTrue();
        assertThat(authenticator.hasFittingFingerprint(out, 0, length)).isTrue();
    }

    @Test
    void shouldTellAPeerThatIsControlledTooToSwitch() {
        final int length = send(Checks.request(USERNAME).controlled().sealed(OURS.password()), 1);
        assertThat(StunMessage.type(out, 0)).isEqualTo(StunMessage.BINDING_ERROR);
        assertThat(StunMessage.errorCode(out, StunMessage.find(out, 0, length, StunMessage.ERROR_CODE)))
                .isEqualTo(487);
        assertSigned(length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 16, 17, 30})
    void shouldListUnknownAttributes(final int count) {
        final Checks check = good();
        for (int i = 0; i < count; i++) {
            check.with(0x7000 + i, 0);
        }
        check.with(0xC057, 0);
        final int length = send(check.sealed(OURS.password()), 1);

        assertThat(length).isLessThanOrEqualTo(IceLiteAgent.MAX_ANSWER_LENGTH);
        assertThat(StunMessage.isWellFormed(out, 0, length)).isTrue();
        assertThat(StunMessage.errorCode(out, StunMessage.find(out, 0, length, StunMessage.ERROR_CODE)))
                .isEqualTo(420);
        final int list = StunMessage.find(out, 0, length, StunMessage.UNKNOWN_ATTRIBUTES);
        assertThat(StunMessage.valueLength(out, list)).isEqualTo(2 * Math.min(count, 16));
        assertThat(out.getShort(list + 4, java.nio.ByteOrder.BIG_ENDIAN)).isEqualTo((short) 0x7000);
        assertSigned(length);
    }

    @Test
    void shouldDropWhatIsNotAnAuthenticCheckAndChangeNothing() {
        for (final State state : new State[] {NEW, CHECKED, NOMINATED}) {
            bring(state);
            final String before = snapshot();
            nowNs += millis(10);
            final String password = OURS.password();
            assertDropped(IceStatus.BAD_INTEGRITY, good().nominating().sealed("another password"));
            assertDropped(IceStatus.BAD_FINGERPRINT, good().nominating());
            assertDropped(IceStatus.BAD_USERNAME, Checks.request("ourUfrag:pee").sealed(password));
            assertDropped(
                    IceStatus.BAD_USERNAME, Checks.request("ourUfrag:peers").sealed(password));
            assertDropped(
                    IceStatus.BAD_USERNAME, Checks.request("ourUfrag:poor").sealed(password));
            assertDropped(IceStatus.BAD_USERNAME, Checks.request("").sealed(password));
            assertDropped(
                    IceStatus.BAD_USERNAME,
                    Checks.begin(StunMessage.BINDING_REQUEST).sealed(password));
            assertDropped(
                    IceStatus.INDICATION,
                    Checks.begin(StunMessage.BINDING_INDICATION).sealed(password));
            assertDropped(
                    IceStatus.NOT_A_CHECK,
                    Checks.begin(StunMessage.BINDING_SUCCESS).sealed(password));
            assertDropped(IceStatus.NOT_A_CHECK, Checks.begin(0x0003).sealed(password));
            final Checks torn = good().sealed(password);
            torn.length -= 4;
            assertDropped(IceStatus.MALFORMED, torn);
            final Checks unsigned = good();
            unsigned.with(StunMessage.FINGERPRINT, 0);
            assertDropped(IceStatus.BAD_FINGERPRINT, unsigned);
            assertFlippedBitsDropped();
            assertThat(snapshot()).isEqualTo(before);
        }
    }

    private void assertDropped(final int status, final Checks check) {
        assertThat(send(check, 5)).isEqualTo(status);
    }

    private void assertFlippedBitsDropped() {
        final byte[] bytes = good().nominating().sealed(OURS.password()).bytes();
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            final UnsafeBuffer forged = new UnsafeBuffer(bytes.clone());
            forged.putByte(bit >>> 3, (byte) (forged.getByte(bit >>> 3) ^ 1 << (bit & 7)));
            assertThat(agent.verify(forged, 0, bytes.length)).as("bit %d", bit).isNegative();
        }
    }

    private String snapshot() {
        return agent.state() + " " + agent.nominatedPath() + " " + agent.pathCount() + " " + agent.nextDeadlineNs()
                + " " + agent.previousUfrag();
    }

    @Test
    void shouldFollowTheLastNomination() {
        nominate(1);
        nowNs += millis(2500);
        nominateWithPriority(2, Checks.LOW_PRIORITY);
        assertThat(agent.nominatedPath()).isEqualTo(2);
        nominateWithPriority(1, Checks.HIGH_PRIORITY);
        assertThat(agent.nominatedPath()).isEqualTo(1);
    }

    @Test
    void shouldStayOnTheBestPathOfAnAggressivePeer() {
        nominateWithPriority(1, Checks.LOW_PRIORITY);
        nowNs += millis(50);
        nominateWithPriority(2, Checks.HIGH_PRIORITY);
        nowNs += millis(50);
        nominateWithPriority(1, Checks.LOW_PRIORITY);
        assertThat(agent.nominatedPath()).isEqualTo(2);
        nowNs += millis(500);
        nominateWithPriority(1, Checks.LOW_PRIORITY);
        assertThat(agent.nominatedPath()).isEqualTo(1);
    }

    private void nominateWithPriority(final int path, final int priority) {
        final Checks check = Checks.begin(StunMessage.BINDING_REQUEST)
                .with(StunMessage.USERNAME, USERNAME)
                .with(StunMessage.PRIORITY, priority)
                .controlling()
                .nominating();
        assertThat(send(check.sealed(OURS.password()), path)).isPositive();
    }

    @Test
    void shouldEndConsentThirtySecondsAfterTheLastValidCheck() {
        nominate(1);
        for (int i = 0; i < 100; i++) {
            nowNs += IceLiteAgent.CONSENT_NS - 1;
            assertThat(agent.nextDeadlineNs()).isEqualTo(nowNs + 1);
            assertThat(expire()).isEmpty();
            check(1);
        }
        nowNs += IceLiteAgent.CONSENT_NS;
        assertThat(expire()).containsExactly(1);
        assertThat(agent.state()).isEqualTo(EXPIRED);
        assertThat(agent.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        assertThat(send(good().sealed(OURS.password()), 1)).isEqualTo(IceStatus.EXPIRED);
    }

    @Test
    void shouldNotLiveOnChecksItRefused() {
        check(1);
        nowNs += millis(29_999);
        send(Checks.request(USERNAME).controlled().sealed(OURS.password()), 2);
        nowNs += millis(1);
        assertThat(expire()).containsExactlyInAnyOrder(1, 2);
        assertThat(agent.state()).isEqualTo(EXPIRED);
    }

    @Test
    void shouldSendNothingToANominatedPathThatFellSilentWhileAnotherLives() {
        nominate(1);
        nowNs += millis(20_000);
        check(2);
        nowNs += millis(10_000);
        assertThat(expire()).containsExactly(1);
        assertThat(agent.state()).isEqualTo(CHECKED);
        assertThat(agent.nominatedPath()).isEqualTo(NO_PATH);
        nominate(2);
        assertThat(agent.nominatedPath()).isEqualTo(2);
    }

    @Test
    void shouldEvictThePathThatWasSilentLongestButNeverTheNominatedOne() {
        nominate(0);
        for (int path = 1; path < IceLiteAgent.MAX_PATHS; path++) {
            assertThat(agent.makeRoom()).isEqualTo(NO_PATH);
            nowNs += millis(1);
            check(path);
        }
        nowNs += millis(1);
        check(1);
        assertThat(agent.makeRoom()).isEqualTo(2);
        assertThat(agent.makeRoom()).isEqualTo(NO_PATH);
        check(100);
        assertThat(agent.makeRoom()).isEqualTo(3);
        assertThat(agent.nominatedPath()).isZero();
        assertThat(agent.pathCount()).isEqualTo(IceLiteAgent.MAX_PATHS - 1);
    }

    @Test
    void shouldForgetAPathThatAnotherPeerProved() {
        nominate(1);
        agent.forget(2);
        agent.forget(1);
        assertThat(agent.pathCount()).isZero();
        assertThat(agent.state()).isEqualTo(CHECKED);
    }

    @Test
    void shouldServeOldCredentialsUntilTheNewOnesNominate() {
        nominate(1);
        assertThat(agent.restart(OURS_2, "peerTwo", nowNs)).isEqualTo(UfragKey.NONE);
        assertThat(agent.ufrag()).isEqualTo(UfragKey.of("ufragTwo"));
        assertThat(agent.previousUfrag()).isEqualTo(UfragKey.of("ourUfrag"));

        nominate(1);
        final Checks newCheck = Checks.request("ufragTwo:peerTwo").controlling();
        assertThat(send(newCheck.sealed(OURS_2.password()), 2)).isPositive();
        assertThat(agent.previousUfrag()).isEqualTo(UfragKey.of("ourUfrag"));
        assertThat(agent.nominatedPath()).isEqualTo(1);

        final Checks nomination = Checks.begin(StunMessage.BINDING_REQUEST)
                .with(StunMessage.USERNAME, "ufragTwo:peerTwo")
                .with(StunMessage.PRIORITY, Checks.LOW_PRIORITY)
                .nominating();
        assertThat(send(nomination.sealed(OURS_2.password()), 2)).isPositive();
        assertThat(agent.previousUfrag()).isEqualTo(UfragKey.NONE);
        assertThat(agent.nominatedPath()).isEqualTo(2);
        assertThat(send(good().sealed(OURS.password()), 1)).isEqualTo(IceStatus.BAD_USERNAME);
    }

    @Test
    void shouldNotMixOldUsernameAndNewPassword() {
        nominate(1);
        agent.restart(OURS_2, "peerTwo", nowNs);
        assertThat(send(good().sealed(OURS_2.password()), 1)).isEqualTo(IceStatus.BAD_INTEGRITY);
        assertThat(send(Checks.request("ufragTwo:peer").sealed(OURS_2.password()), 1))
                .isEqualTo(IceStatus.BAD_USERNAME);
    }

    @Test
    void shouldDropTheCredentialsBetweenTwoRestarts() {
        nominate(1);
        agent.restart(OURS_2, THEIRS, nowNs);
        assertThat(agent.restart(OURS_3, THEIRS, nowNs)).isEqualTo(UfragKey.of("ufragTwo"));
        assertThat(agent.previousUfrag()).isEqualTo(UfragKey.of("ourUfrag"));
        assertThat(send(Checks.request("ufragTwo:peer").sealed(OURS_2.password()), 1))
                .isEqualTo(IceStatus.BAD_USERNAME);
        check(1);
    }
}
