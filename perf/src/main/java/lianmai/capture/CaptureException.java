package lianmai.capture;

/** A captured file cannot be replayed; the message is one line for the user. */
public final class CaptureException extends Exception {
    private static final long serialVersionUID = 1L;

    CaptureException(final String message) {
        super(message);
    }

    CaptureException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
