package lianmai.reference;

import java.io.IOException;

/** The C reference loops cannot run; the message is one line that says what to do. */
public final class ReferenceException extends IOException {
    private static final long serialVersionUID = 1;

    ReferenceException(final String message) {
        super(message);
    }

    ReferenceException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
