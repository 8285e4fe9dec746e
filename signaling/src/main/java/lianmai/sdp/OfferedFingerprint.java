package lianmai.sdp;

import java.util.List;
import java.util.Map;
import lianmai.dtls.Fingerprint;

/** Which of the offered fingerprints the handshake is held against. */
final class OfferedFingerprint {
    /** Hash names we can compute and trust, with their length in bytes; sha-1 and md5 prove nothing any more. */
    private static final Map<String, Integer> BYTES = Map.of("sha-256", 32, "sha-384", 48, "sha-512", 64);

    private OfferedFingerprint() {}

    /**
     * One certificate may be named by several hashes (RFC 8122 §5): sha-256 is taken when it is there, as everybody
     * computes it anyway. Two values under one hash are two certificates: null, as without a usable one.
     */
    static Fingerprint choose(final List<Fingerprint> offered) {
        Fingerprint chosen = null;
        for (final Fingerprint print : offered) {
            final int bytes = BYTES.getOrDefault(print.algorithm(), 0);
            if (twice(offered, print) || bytes != 0 && print.hex().length() != 2 * bytes) {
                return null;
            }
            if (bytes != 0 && (chosen == null || print.algorithm().equals("sha-256"))) {
                chosen = print;
            }
        }
        return chosen;
    }

    private static boolean twice(final List<Fingerprint> offered, final Fingerprint print) {
        return offered.stream()
                .anyMatch(other -> other.algorithm().equals(print.algorithm())
                        && !other.hex().equals(print.hex()));
    }
}
