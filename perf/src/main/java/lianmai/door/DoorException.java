package lianmai.door;

/** A server did not let a client in; the message is one sentence for the user. */
public final class DoorException extends Exception {
    private static final long serialVersionUID = 1L;

    public DoorException(final String message) {
        super(message);
    }

    public DoorException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
