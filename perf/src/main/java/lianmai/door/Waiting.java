package lianmai.door;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting for a server, on a virtual thread. */
final class Waiting {
    /** More than a healthy server takes when a thousand clients come at once. */
    static final long PATIENCE_S = 15;

    private Waiting() {}

    /** The value once it is there; {@code what} says what did not come. */
    static <T> T until(final CompletableFuture<T> future, final String what) throws DoorException {
        return until(future, PATIENCE_S, what);
    }

    static <T> T until(final CompletableFuture<T> future, final long seconds, final String what) throws DoorException {
        try {
            return future.get(seconds, TimeUnit.SECONDS);
        } catch (final TimeoutException e) {
            throw new DoorException("no " + what + " within " + seconds + " s", e);
        } catch (final ExecutionException e) {
            if (e.getCause() instanceof DoorException refused) {
                throw refused;
            }
            throw new DoorException("no " + what + ": " + e.getCause().getMessage(), e.getCause());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DoorException("interrupted while waiting for " + what, e);
        }
    }
}
