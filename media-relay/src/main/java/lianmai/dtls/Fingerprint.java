package lianmai.dtls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A certificate's fingerprint as SDP carries it (RFC 8122 §5): a hash name such as {@code sha-256} and lower-case hex
 * without colons.
 */
public record Fingerprint(String algorithm, String hex) {
    public Fingerprint {
        algorithm = algorithm.toLowerCase(Locale.ROOT);
        hex = hex.toLowerCase(Locale.ROOT);
    }

    /**
     * The fingerprint of a DER-encoded certificate.
     *
     * @throws IllegalArgumentException for a hash that {@link #isAccepted} refuses
     */
    public static Fingerprint of(final String algorithm, final byte[] certificate) {
        if (!isAccepted(algorithm)) {
            throw new IllegalArgumentException("not a hash we accept: " + algorithm);
        }
        try {
            final String name = algorithm.toUpperCase(Locale.ROOT);
            return new Fingerprint(
                    algorithm,
                    HexFormat.of().formatHex(MessageDigest.getInstance(name).digest(certificate)));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has the SHA-2 family", e);
        }
    }

    /** Whether the hash is strong enough to stand for a certificate: SHA-256, -384 or -512, never SHA-1 or MD5. */
    public static boolean isAccepted(final String algorithm) {
        return switch (algorithm.toLowerCase(Locale.ROOT)) {
            case "sha-256", "sha-384", "sha-512" -> true;
            default -> false;
        };
    }

    /** Whether this is the DER-encoded certificate's fingerprint; false too when the hash is not accepted. */
    public boolean matches(final byte[] certificate) {
        return isAccepted(algorithm) && equals(of(algorithm, certificate));
    }

    /** The form of the {@code a=fingerprint} value: {@code sha-256 AB:CD:…}. */
    public String sdp() {
        return algorithm
                + ' '
                + HexFormat.ofDelimiter(":")
                        .withUpperCase()
                        .formatHex(HexFormat.of().parseHex(hex));
    }
}
