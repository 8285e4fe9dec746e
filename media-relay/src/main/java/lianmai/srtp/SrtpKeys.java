package lianmai.srtp;

import java.util.Arrays;

/**
 * The master keys and salts of one DTLS session, named from our side.
 *
 * <p>Units: bytes; lengths as the profile gives them.
 */
public record SrtpKeys(
        SrtpProfile profile, byte[] inboundKey, byte[] inboundSalt, byte[] outboundKey, byte[] outboundSalt) {

    /** Cuts the DTLS exporter's block into keys (RFC 5764 §4.2): client key, server key, client salt, server salt. */
    public static SrtpKeys fromExporter(final SrtpProfile profile, final byte[] block, final boolean weAreClient) {
        final int k = profile.keyBytes();
        final int s = profile.saltBytes();
        final byte[] clientKey = Arrays.copyOfRange(block, 0, k);
        final byte[] serverKey = Arrays.copyOfRange(block, k, 2 * k);
        final byte[] clientSalt = Arrays.copyOfRange(block, 2 * k, 2 * k + s);
        final byte[] serverSalt = Arrays.copyOfRange(block, 2 * k + s, 2 * (k + s));
        return weAreClient
                ? new SrtpKeys(profile, serverKey, serverSalt, clientKey, clientSalt)
                : new SrtpKeys(profile, clientKey, clientSalt, serverKey, serverSalt);
    }

    /** Never prints a key. */
    @Override
    public String toString() {
        return "SrtpKeys[" + profile + "]";
    }
}
