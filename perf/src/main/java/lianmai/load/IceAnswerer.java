package lianmai.load;

import java.nio.charset.StandardCharsets;
import lianmai.ice.IceCredentials;
import lianmai.ice.StunAuthenticator;
import lianmai.ice.StunMessage;
import lianmai.ice.StunWriter;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Answers the checks of a server that is a full ICE agent (RFC 8445 §7.3). There is one path, so roles and priorities
 * decide nothing: every authentic check succeeds.
 *
 * <p>Thread: confined. Owns: nothing.
 */
final class IceAnswerer {
    static final int MAX_ANSWER_LENGTH = 128;
    private static final long MAPPED_IPV4 = 0xFFFF_0000_0000L;

    private final byte[] userPrefix;
    private final StunAuthenticator authenticator;
    private boolean isNominated;

    IceAnswerer(final IceCredentials local) {
        userPrefix = (local.ufrag() + ":").getBytes(StandardCharsets.UTF_8);
        authenticator = new StunAuthenticator(local.password());
    }

    /** Whether an authentic check has nominated the path. */
    boolean isNominated() {
        return isNominated;
    }

    /** Writes the answer to a check; answers its length, or 0 when the datagram is none of ours. */
    int onDatagram(
            final DirectBuffer b,
            final int o,
            final int length,
            final int remoteAddress,
            final int remotePort,
            final MutableDirectBuffer out,
            final int at) {
        if (!isAuthenticCheck(b, o, length)) {
            return 0;
        }
        isNominated |= StunMessage.find(b, o, length, StunMessage.USE_CANDIDATE) != StunMessage.NONE;
        int end = StunWriter.begin(
                out,
                at,
                StunMessage.BINDING_SUCCESS,
                StunMessage.transactionHigh(b, o),
                StunMessage.transactionLow(b, o));
        end = StunWriter.xorMappedAddress(out, at, end, 0, MAPPED_IPV4 | remoteAddress & 0xFFFF_FFFFL, remotePort);
        return authenticator.seal(out, at, end);
    }

    private boolean isAuthenticCheck(final DirectBuffer b, final int o, final int length) {
        if (length > StunMessage.MAX_LENGTH
                || !StunMessage.isStun(b, o, length)
                || !StunMessage.isWellFormed(b, o, length)
                || StunMessage.type(b, o) != StunMessage.BINDING_REQUEST) {
            return false;
        }
        final int user = StunMessage.find(b, o, length, StunMessage.USERNAME);
        if (user == StunMessage.NONE || StunMessage.valueLength(b, user) < userPrefix.length) {
            return false;
        }
        for (int i = 0; i < userPrefix.length; i++) {
            if (b.getByte(StunMessage.valueOffset(user) + i) != userPrefix[i]) {
                return false;
            }
        }
        return authenticator.hasFittingFingerprint(b, o, length) && authenticator.hasFittingIntegrity(b, o, length);
    }
}
