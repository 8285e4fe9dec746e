package lianmai.ice;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The controlling side against one remote candidate: what a client does towards an ICE-lite server, for tests and the
 * load generator. Each check nominates; a lost one is repeated with doubled patience (RFC 8489 §6.2.1); once answered,
 * a new one asks for consent about every 5 s (RFC 7675 §5.1).
 *
 * <pre>
 *   CHECKING --answer--> CONNECTED --silent 30 s--> FAILED
 *       +----7 tries unanswered, or an error answer----^
 * </pre>
 *
 * <p>Thread: any one (confined). Owns: nothing outside. Units: ns.
 */
public final class IceClient {
    /** The client's only candidate, of type host (RFC 8445 §5.1.2.1). */
    public static final int PRIORITY = 126 << 24 | 65_535 << 8 | 255;

    /** No request is longer, with user names up to 64 characters. */
    public static final int MAX_REQUEST_LENGTH = 256;

    private static final long RTO_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int MAX_TRIES = 7;
    private static final long CONSENT_INTERVAL_NS = TimeUnit.SECONDS.toNanos(5);

    /** How far the client has come. */
    public enum State {
        CHECKING,
        CONNECTED,
        FAILED
    }

    private final byte[] username;
    private final StunAuthenticator authenticator;
    private final LongSupplier randomness;
    private final long tieBreaker;

    private State state = State.CHECKING;
    private int transactionHigh;
    private long transactionLow;
    private boolean isAwaitingAnswer;
    private int tries;
    private long nextDeadlineNs;
    private long lastAnswerNs;
    private int errorCode;

    /**
     * @param localUfrag ours
     * @param remote the server's, from its SDP answer
     * @param randomness transaction ids, the tie-breaker and the spread of consent checks come from here
     * @param nowNs the first check is due at once
     */
    public IceClient(
            final String localUfrag, final IceCredentials remote, final LongSupplier randomness, final long nowNs) {
        username = (remote.ufrag() + ":" + localUfrag).getBytes(StandardCharsets.UTF_8);
        authenticator = new StunAuthenticator(remote.password());
        this.randomness = randomness;
        tieBreaker = randomness.getAsLong();
        nextDeadlineNs = nowNs;
        lastAnswerNs = nowNs;
    }

    public State state() {
        return state;
    }

    /** The code of the error answer that made this fail, such as 487; else 0. */
    public int errorCode() {
        return errorCode;
    }

    public long nextDeadlineNs() {
        return nextDeadlineNs;
    }

    /**
     * Writes the check that is due, if one is.
     *
     * @param out has {@link #MAX_REQUEST_LENGTH} bytes at {@code o}
     * @return its length, or 0
     */
    public int onTime(final long nowNs, final MutableDirectBuffer out, final int o) {
        if (state == State.FAILED || nowNs - nextDeadlineNs < 0) {
            return 0;
        }
        if (hasGivenUp(nowNs)) {
            fail(0);
            return 0;
        }
        if (state == State.CONNECTED || !isAwaitingAnswer) {
            transactionHigh = (int) randomness.getAsLong();
            transactionLow = randomness.getAsLong();
            isAwaitingAnswer = true;
        }
        nextDeadlineNs = nowNs + (state == State.CONNECTED ? consentIntervalNs() : RTO_NS << tries++);
        return request(out, o);
    }

    /** Takes a datagram; answers whether it was the authentic answer to the check under way. */
    public boolean onDatagram(final DirectBuffer b, final int o, final int length, final long nowNs) {
        if (state == State.FAILED || !isMyAnswer(b, o, length)) {
            return false;
        }
        isAwaitingAnswer = false;
        if (StunMessage.type(b, o) == StunMessage.BINDING_ERROR) {
            final int at = StunMessage.find(b, o, length, StunMessage.ERROR_CODE);
            fail(at == StunMessage.NONE ? 0 : StunMessage.errorCode(b, at));
            return true;
        }
        lastAnswerNs = nowNs;
        if (state == State.CHECKING) {
            state = State.CONNECTED;
            nextDeadlineNs = nowNs + consentIntervalNs();
        }
        return true;
    }

    private boolean hasGivenUp(final long nowNs) {
        return state == State.CONNECTED ? nowNs - lastAnswerNs >= IceLiteAgent.CONSENT_NS : tries == MAX_TRIES;
    }

    private boolean isMyAnswer(final DirectBuffer b, final int o, final int length) {
        if (!isAwaitingAnswer
                || length > StunMessage.MAX_LENGTH
                || !StunMessage.isStun(b, o, length)
                || !StunMessage.isWellFormed(b, o, length)) {
            return false;
        }
        final int type = StunMessage.type(b, o);
        return (type == StunMessage.BINDING_SUCCESS || type == StunMessage.BINDING_ERROR)
                && StunMessage.transactionHigh(b, o) == transactionHigh
                && StunMessage.transactionLow(b, o) == transactionLow
                && authenticator.hasFittingFingerprint(b, o, length)
                && authenticator.hasFittingIntegrity(b, o, length);
    }

    private int request(final MutableDirectBuffer out, final int o) {
        int end = StunWriter.begin(out, o, StunMessage.BINDING_REQUEST, transactionHigh, transactionLow);
        end = StunWriter.bytes(out, o, end, StunMessage.USERNAME, username);
        end = StunWriter.int64(out, o, end, StunMessage.ICE_CONTROLLING, tieBreaker);
        end = StunWriter.flag(out, o, end, StunMessage.USE_CANDIDATE);
        end = StunWriter.int32(out, o, end, StunMessage.PRIORITY, PRIORITY);
        return authenticator.seal(out, o, end);
    }

    /** Between 0.8 and 1.2 of the interval, so that many clients do not ask in step (RFC 7675 §5.1). */
    private long consentIntervalNs() {
        return CONSENT_INTERVAL_NS * (800 + (randomness.getAsLong() >>> 1) % 401) / 1000;
    }

    private void fail(final int code) {
        state = State.FAILED;
        errorCode = code;
        nextDeadlineNs = Long.MAX_VALUE;
    }
}
