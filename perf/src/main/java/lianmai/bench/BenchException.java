package lianmai.bench;

/** Something that the user can mend; the message is one sentence for them. */
public final class BenchException extends Exception {
    private static final long serialVersionUID = 1L;

    public BenchException(final String message) {
        super(message);
    }

    public BenchException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
