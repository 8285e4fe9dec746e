package lianmai.server;

/** A setting that cannot be used; the message is one line that says what to do. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ConfigException(final String message) {
        super(message);
    }

    ConfigException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
