package lianmai.profile;

/** What a user can mend; the message is one line that says what to do. */
public final class ProfileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ProfileException(final String message) {
        super(message);
    }

    ProfileException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
