package lianmai.ice;

import java.util.function.LongSupplier;

/**
 * One side's username fragment and password (RFC 8445 §5.3).
 *
 * @param ufrag 4 … 256 ICE characters; ours have {@value UfragKey#LENGTH}
 * @param password 22 … 256 ICE characters
 */
public record IceCredentials(String ufrag, String password) {
    /** 24 characters are 144 bits; the least allowed is 128. */
    private static final int PASSWORD_LENGTH = 24;

    /** Fresh ones of ours; the supplier's longs must not be guessable, since the password is all that is secret. */
    public static IceCredentials random(final LongSupplier randomness) {
        final StringBuilder password = new StringBuilder(PASSWORD_LENGTH);
        while (password.length() < PASSWORD_LENGTH) {
            password.append(UfragKey.text(UfragKey.random(randomness)));
        }
        return new IceCredentials(UfragKey.text(UfragKey.random(randomness)), password.toString());
    }

    /** Never prints the password. */
    @Override
    public String toString() {
        return "IceCredentials[" + ufrag + "]";
    }
}
