package lianmai.ice;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The ICE-lite side of one peer (RFC 8445): it never checks, it answers checks, and so learns the peer's addresses,
 * which of them the peer has chosen, and whether the peer still wants our packets (RFC 7675).
 *
 * <pre>
 *          check               nomination
 *   NEW ----------> CHECKED ----------------> NOMINATED
 *    |  nomination     |   <----------------      |
 *    |  (to NOMINATED) |   nominated path silent  |
 *    |                 |   for 30 s, others not   |
 *    +---------------- +  no valid check for 30 s +---> EXPIRED
 *    ^                                                     |
 *    +-------------------------- restart ------------------+
 * </pre>
 *
 * <p>The relay's part for each STUN packet, in order: {@link UfragKey#ofUsername} finds the peer; {@link #verify} says
 * whether the check is authentic; only then may the source become a path, after {@link #makeRoom} for a new one;
 * {@link #answer} writes the response and takes note. Afterwards {@link #nominatedPath} is where media goes, and a
 * changed {@link #previousUfrag} is no longer ours.
 *
 * <p>Role conflicts: a lite agent is always controlled and cannot switch, so a peer that says it is controlled too is
 * told to switch whatever the tie-breakers (RFC 8445 §6.1.1, §7.3.1.1).
 *
 * <p>Thread: relay (confined). Owns: its keys; paths belong to the relay's table. Units: ns.
 */
public final class IceLiteAgent {
    /** No path. */
    public static final int NO_PATH = -1;

    /** Paths of one peer: a client with a few interfaces and both address families has fewer that pass. */
    public static final int MAX_PATHS = 8;

    /** Consent to send ends this long after the last valid check (RFC 7675 §5.1). */
    public static final long CONSENT_NS = TimeUnit.SECONDS.toNanos(30);

    /** No answer is longer: header, XOR-MAPPED-ADDRESS or error and unknown attributes, integrity, fingerprint. */
    public static final int MAX_ANSWER_LENGTH = 128;

    /**
     * Within this time of a nomination one of lower priority does not count. A client that nominates aggressively
     * (RFC 5245 §8.1.1.2) flags all its checks, and they come close together; one that moves to another path repeats
     * its choice for longer than this.
     */
    static final long AGGRESSIVE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final int ERROR_UNKNOWN_ATTRIBUTE = 420;
    private static final int ERROR_ROLE_CONFLICT = 487;
    private static final int MAX_UNKNOWN_LISTED = 16;

    /** What the peer has done so far. */
    public enum State {
        /** Nothing valid yet. */
        NEW,
        /** There is a valid path, but the peer has chosen none. */
        CHECKED,
        /** Media may go to {@link #nominatedPath}. */
        NOMINATED,
        /** Silent for {@link #CONSENT_NS}: nothing may be sent. */
        EXPIRED
    }

    private final int[] paths = new int[MAX_PATHS];
    private final int[] priorities = new int[MAX_PATHS];
    private final long[] lastCheckNs = new long[MAX_PATHS];

    private State state = State.NEW;
    private int pathCount;
    private int nominatedPath = NO_PATH;
    private int nominatedPriority;
    private long lastNominationNs;
    private long lastValidNs;
    private Login current;
    private Login previous;

    /**
     * @param local ours, as our SDP answer gives them
     * @param remoteUfrag the peer's, from its SDP
     */
    public IceLiteAgent(final IceCredentials local, final String remoteUfrag, final long nowNs) {
        current = Login.of(local, remoteUfrag);
        lastValidNs = nowNs;
    }

    public State state() {
        return state;
    }

    /** Where media goes, or {@link #NO_PATH}. */
    public int nominatedPath() {
        return nominatedPath;
    }

    /** How many paths the peer has. */
    public int pathCount() {
        return pathCount;
    }

    /** One of the peer's paths, in no order. */
    public int path(final int index) {
        return paths[index];
    }

    /** The key of the fragment in our newest credentials. */
    public long ufrag() {
        return current.key;
    }

    /** The key of the fragment from before a restart while it is still accepted, else {@link UfragKey#NONE}. */
    public long previousUfrag() {
        return previous == null ? UfragKey.NONE : previous.key;
    }

    /**
     * Whether a datagram is an authentic check of this peer; changes nothing.
     *
     * @return a negative {@link IceStatus}, or a verdict to hand to {@link #answer}
     */
    public int verify(final DirectBuffer b, final int o, final int length) {
        if (length > StunMessage.MAX_LENGTH
                || !StunMessage.isStun(b, o, length)
                || !StunMessage.isWellFormed(b, o, length)) {
            return IceStatus.MALFORMED;
        }
        final int type = StunMessage.type(b, o);
        if (type != StunMessage.BINDING_REQUEST) {
            return type == StunMessage.BINDING_INDICATION ? IceStatus.INDICATION : IceStatus.NOT_A_CHECK;
        }
        if (state == State.EXPIRED) {
            return IceStatus.EXPIRED;
        }
        final int username = StunMessage.find(b, o, length, StunMessage.USERNAME);
        final int login = username == StunMessage.NONE ? IceStatus.BAD_USERNAME : loginOf(b, username);
        if (login < 0) {
            return login;
        }
        final StunAuthenticator authenticator = login(login).authenticator;
        if (!authenticator.hasFittingFingerprint(b, o, length)) {
            return IceStatus.BAD_FINGERPRINT;
        }
        if (!authenticator.hasFittingIntegrity(b, o, length)) {
            return IceStatus.BAD_INTEGRITY;
        }
        return login | kindOf(b, o, length);
    }

    /**
     * Call before {@link #answer} when the source is a new path: when the peer has its {@link #MAX_PATHS} already, the
     * one that was silent longest and is not nominated gives way.
     *
     * @return the path to take out of the relay's table, or {@link #NO_PATH}
     */
    public int makeRoom() {
        if (pathCount < MAX_PATHS) {
            return NO_PATH;
        }
        int oldest = paths[0] == nominatedPath ? 1 : 0;
        for (int i = oldest + 1; i < pathCount; i++) {
            if (paths[i] != nominatedPath && lastCheckNs[i] - lastCheckNs[oldest] < 0) {
                oldest = i;
            }
        }
        return removeAt(oldest);
    }

    /**
     * Answers an authentic check and takes note of it.
     *
     * @param verdict what {@link #verify} said of this very datagram, not negative
     * @param path the source's path; if it is new here there must be room
     * @param high source address, upper half (see {@code PathTable})
     * @param low source address, lower half
     * @param out has {@link #MAX_ANSWER_LENGTH} bytes at {@code outOffset}, apart from the datagram
     * @return the answer's length, to be sent to {@code path}
     */
    public int answer(
            final DirectBuffer b,
            final int o,
            final int length,
            final int verdict,
            final int path,
            final long high,
            final long low,
            final int port,
            final long nowNs,
            final MutableDirectBuffer out,
            final int outOffset) {
        final int index = touch(path, nowNs);
        final StunAuthenticator authenticator = login(verdict).authenticator;
        final int kind = verdict & IceStatus.KIND_MASK;
        final int type = kind == IceStatus.OK ? StunMessage.BINDING_SUCCESS : StunMessage.BINDING_ERROR;
        int end = StunWriter.begin(
                out, outOffset, type, StunMessage.transactionHigh(b, o), StunMessage.transactionLow(b, o));
        switch (kind) {
            case IceStatus.OK -> {
                end = StunWriter.xorMappedAddress(out, outOffset, end, high, low, port);
                onValidCheck(b, o, length, index, verdict, nowNs);
            }
            case IceStatus.ROLE_CONFLICT -> end = StunWriter.errorCode(out, outOffset, end, ERROR_ROLE_CONFLICT);
            default -> {
                end = StunWriter.errorCode(out, outOffset, end, ERROR_UNKNOWN_ATTRIBUTE);
                end = listUnknown(b, o, length, out, outOffset, end);
            }
        }
        return authenticator.seal(out, outOffset, end);
    }

    /** Forgets a path that the relay takes away, because another peer proved the same address. */
    public void forget(final int path) {
        final int index = indexOf(path);
        if (index >= 0) {
            removeAt(index);
        }
    }

    /**
     * Ends consents that have run out. Call at {@link #nextDeadlineNs} until it answers {@link #NO_PATH}; then
     * {@link #state} says whether the peer is gone.
     *
     * @return a path to take out of the relay's table, or {@link #NO_PATH} when there is none left
     */
    public int onTime(final long nowNs) {
        if (state != State.EXPIRED && nowNs - lastValidNs >= CONSENT_NS) {
            transitionTo(State.EXPIRED);
        }
        for (int i = 0; i < pathCount; i++) {
            if (state == State.EXPIRED || nowNs - lastCheckNs[i] >= CONSENT_NS) {
                return removeAt(i);
            }
        }
        return NO_PATH;
    }

    /** When to call {@link #onTime} next; {@code Long.MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        if (state == State.EXPIRED) {
            return Long.MAX_VALUE;
        }
        long earliest = lastValidNs;
        for (int i = 0; i < pathCount; i++) {
            earliest = lastCheckNs[i] - earliest < 0 ? lastCheckNs[i] : earliest;
        }
        return earliest + CONSENT_NS;
    }

    /**
     * New credentials (RFC 8445 §9). Media goes on over the nominated path, whose checks under the old credentials are
     * answered until one under the new ones nominates; keys are not touched. When a second restart comes before that,
     * the credentials in between are dropped.
     *
     * @return the key of a fragment that from now on is not ours any more, or {@link UfragKey#NONE}
     */
    public long restart(final IceCredentials local, final String remoteUfrag, final long nowNs) {
        long dropped = UfragKey.NONE;
        if (previous == null) {
            previous = current;
        } else {
            dropped = current.key;
        }
        current = Login.of(local, remoteUfrag);
        lastValidNs = nowNs;
        if (state == State.EXPIRED) {
            transitionTo(State.NEW);
        }
        return dropped;
    }

    /** Under which credentials a check comes: 0, {@link IceStatus#PREVIOUS}, or a refusal. */
    private int loginOf(final DirectBuffer b, final int username) {
        if (current.matches(b, username)) {
            return 0;
        }
        return previous != null && previous.matches(b, username) ? IceStatus.PREVIOUS : IceStatus.BAD_USERNAME;
    }

    private Login login(final int verdict) {
        return (verdict & IceStatus.PREVIOUS) == 0 ? current : previous;
    }

    private static int kindOf(final DirectBuffer b, final int o, final int length) {
        if (StunMessage.findUnknown(b, o, length, StunMessage.firstAttribute(o)) != StunMessage.NONE) {
            return IceStatus.UNKNOWN_ATTRIBUTE;
        }
        final int controlled = StunMessage.find(b, o, length, StunMessage.ICE_CONTROLLED);
        return controlled == StunMessage.NONE ? IceStatus.OK : IceStatus.ROLE_CONFLICT;
    }

    private static int listUnknown(
            final DirectBuffer b,
            final int o,
            final int length,
            final MutableDirectBuffer out,
            final int outOffset,
            final int end) {
        int listed = 0;
        final int list = outOffset + end + 4;
        int at = StunMessage.findUnknown(b, o, length, StunMessage.firstAttribute(o));
        while (at != StunMessage.NONE && listed < MAX_UNKNOWN_LISTED) {
            out.putShort(list + 2 * listed++, (short) StunMessage.attributeType(b, at), BIG_ENDIAN);
            at = StunMessage.findUnknown(b, o, length, StunMessage.next(b, at));
        }
        out.putShort(list + 2 * listed, (short) 0, BIG_ENDIAN);
        return StunWriter.attribute(out, outOffset, end, StunMessage.UNKNOWN_ATTRIBUTES, 2 * listed);
    }

    private void onValidCheck(
            final DirectBuffer b, final int o, final int length, final int index, final int verdict, final long nowNs) {
        lastValidNs = nowNs;
        final int priority = StunMessage.find(b, o, length, StunMessage.PRIORITY);
        priorities[index] = priority == StunMessage.NONE ? 0 : StunMessage.intValue(b, priority);
        if (StunMessage.find(b, o, length, StunMessage.USE_CANDIDATE) != StunMessage.NONE) {
            onNomination(index, verdict, nowNs);
        } else if (state == State.NEW) {
            transitionTo(State.CHECKED);
        }
    }

    private void onNomination(final int index, final int verdict, final long nowNs) {
        final boolean endsRestart = previous != null && (verdict & IceStatus.PREVIOUS) == 0;
        final boolean isOutranked = state == State.NOMINATED
                && paths[index] != nominatedPath
                && nowNs - lastNominationNs < AGGRESSIVE_NS
                && Integer.compareUnsigned(priorities[index], nominatedPriority) < 0;
        if (isOutranked && !endsRestart) {
            return;
        }
        if (endsRestart) {
            previous = null;
        }
        nominatedPath = paths[index];
        nominatedPriority = priorities[index];
        lastNominationNs = nowNs;
        transitionTo(State.NOMINATED);
    }

    private int touch(final int path, final long nowNs) {
        int index = indexOf(path);
        if (index < 0) {
            if (pathCount == MAX_PATHS) {
                throw new IllegalStateException("makeRoom() comes before a new path");
            }
            index = pathCount++;
            paths[index] = path;
            priorities[index] = 0;
        }
        lastCheckNs[index] = nowNs;
        return index;
    }

    private int indexOf(final int path) {
        for (int i = 0; i < pathCount; i++) {
            if (paths[i] == path) {
                return i;
            }
        }
        return -1;
    }

    private int removeAt(final int index) {
        final int path = paths[index];
        final int last = --pathCount;
        paths[index] = paths[last];
        priorities[index] = priorities[last];
        lastCheckNs[index] = lastCheckNs[last];
        if (path == nominatedPath) {
            nominatedPath = NO_PATH;
            if (state == State.NOMINATED) {
                transitionTo(State.CHECKED);
            }
        }
        return path;
    }

    /** The only writer of {@link #state}. */
    private void transitionTo(final State next) {
        state = next;
        if (next != State.NOMINATED) {
            nominatedPath = NO_PATH;
        }
    }

    /** What a check must show: {@code ours:theirs} (RFC 8445 §7.2.2) and our password. */
    private record Login(byte[] username, StunAuthenticator authenticator, long key) {
        static Login of(final IceCredentials local, final String remoteUfrag) {
            return new Login(
                    (local.ufrag() + ":" + remoteUfrag).getBytes(StandardCharsets.UTF_8),
                    new StunAuthenticator(local.password()),
                    UfragKey.of(local.ufrag()));
        }

        boolean matches(final DirectBuffer b, final int at) {
            boolean matches = StunMessage.valueLength(b, at) == username.length;
            for (int i = 0; matches && i < username.length; i++) {
                matches = b.getByte(StunMessage.valueOffset(at) + i) == username[i];
            }
            return matches;
        }
    }
}
