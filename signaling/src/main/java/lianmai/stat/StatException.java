package lianmai.stat;

import java.io.IOException;

/** A stat file that cannot be had or read; the message is a sentence for the user. */
public final class StatException extends IOException {
    private static final long serialVersionUID = 1;

    StatException(final String message) {
        super(message);
    }

    StatException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
