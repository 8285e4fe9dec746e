package lianmai.load;

import lianmai.jitter.PlayoutCounter;

/**
 * What all listeners together have heard. Thread: the load agent's (confined). Units: ns.
 */
final class Heard {
    long listeners;
    long playedNs;
    long concealedNs;
    long gaps;
    long stretches;

    void add(final Listener listener) {
        listeners++;
        playedNs += listener.ns(PlayoutCounter.PLAYED_TICKS);
        concealedNs += listener.ns(PlayoutCounter.CONCEALED_TICKS);
        gaps += listener.count(PlayoutCounter.CONCEALMENT_EVENTS);
        stretches += listener.count(PlayoutCounter.STRETCHES);
    }
}
