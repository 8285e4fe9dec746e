package lianmai.relay;

import java.util.concurrent.TimeUnit;

/**
 * Decides when a publisher is asked for a key frame: at once when somebody needs one, then not again before it had time
 * to answer, and ever more slowly when it does not.
 *
 * <p>Thread: relay (confined). Units: ns.
 */
final class KeyframeRequester {
    /** An encoder and a round trip need about this long; asking sooner only makes it send two key frames. */
    static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(500);
    /** A key frame costs the publisher several frames' worth of bitrate: never more than one in this time. */
    static final long LEAST_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(300);
    /** A publisher that ignores ten requests is asked at this pace. */
    static final long SLOW_RETRY_NS = TimeUnit.SECONDS.toNanos(3);

    private static final int QUICK_TRIES = 10;

    private boolean wanted;
    private int tries;
    private long nextAllowedNs = Long.MIN_VALUE;

    /** Somebody needs a key frame. */
    void want() {
        wanted = true;
    }

    /** A key frame has begun to arrive; nobody who waited before still waits. */
    void onKeyFrame() {
        wanted = false;
        tries = 0;
    }

    /** Whether a request is to be sent now; if so it counts as sent. */
    boolean poll(final long nowNs) {
        if (!wanted || nowNs < nextAllowedNs) {
            return false;
        }
        nextAllowedNs = nowNs + (tries == 0 ? LEAST_INTERVAL_NS : tries < QUICK_TRIES ? RETRY_NS : SLOW_RETRY_NS);
        tries++;
        return true;
    }

    /** When {@link #poll} may next be true; {@code Long.MAX_VALUE} when nobody waits. */
    long nextDeadlineNs() {
        return wanted ? nextAllowedNs : Long.MAX_VALUE;
    }
}
