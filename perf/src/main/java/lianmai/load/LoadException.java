package lianmai.load;

/** The load cannot be made; the message is one sentence for the user. */
public final class LoadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LoadException(final String message) {
        super(message);
    }

    public LoadException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
