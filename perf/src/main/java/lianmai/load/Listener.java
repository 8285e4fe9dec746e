package lianmai.load;

import lianmai.jitter.JitterBuffer;
import lianmai.jitter.JitterBufferConfig;
import lianmai.jitter.PlayoutCounter;

/**
 * Somebody who hears one stream of sound: a jitter buffer and a loudspeaker that asks it for the next piece whenever
 * the last one has ended. The loudspeaker runs on arrival times, so it needs no timer: before a packet goes in,
 * everything that was heard until then has been played.
 *
 * <p>Thread: confined. Owns: nothing. Units: ns.
 */
final class Listener {
    /** More than the buffer holds, so that a packet's place is not taken while it waits. */
    private static final int PLACES = 512;

    private static final int RATE = 48_000;
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final JitterBuffer buffer = new JitterBuffer(JitterBufferConfig.OPUS, _ -> {});
    private final long[] dueNs = new long[PLACES];
    private final Distribution delay;
    private final Distribution mouthToEar;
    private int place;
    private long startNs;
    private long playedTicks;
    private boolean isOn;

    /**
     * @param delay of each played packet against the quickest way to here
     * @param mouthToEar from when it was due at the publisher to when it is heard
     */
    Listener(final Distribution delay, final Distribution mouthToEar) {
        this.delay = delay;
        this.mouthToEar = mouthToEar;
    }

    /** A packet arrives, of which it is not known when it was due. */
    void onPacket(final int sequence, final int timestamp, final long arrivalNs) {
        onPacket(sequence, timestamp, UNKNOWN, arrivalNs);
    }

    void onPacket(final int sequence, final int timestamp, final long packetDueNs, final long arrivalNs) {
        if (isOn) {
            playUntil(arrivalNs);
        } else {
            isOn = true;
            startNs = arrivalNs;
        }
        dueNs[place] = packetDueNs;
        buffer.insert(sequence, timestamp, place, arrivalNs);
        place = place + 1 & PLACES - 1;
    }

    /** Plays what is heard before this moment. */
    void playUntil(final long nowNs) {
        long heardNs = heardNs();
        while (isOn && heardNs < nowNs) {
            final long piece = buffer.poll(heardNs);
            final int handle = JitterBuffer.handle(piece);
            if (handle != JitterBuffer.NONE) {
                delay.record(buffer.delayNs());
                if (dueNs[handle] != UNKNOWN) {
                    mouthToEar.record(heardNs - dueNs[handle]);
                }
            }
            playedTicks += JitterBuffer.ticks(piece);
            heardNs = heardNs();
        }
    }

    private long heardNs() {
        return startNs + playedTicks / RATE * 1_000_000_000L + playedTicks % RATE * 1_000_000_000L / RATE;
    }

    long ns(final PlayoutCounter counter) {
        return buffer.counts().ns(counter);
    }

    long count(final PlayoutCounter counter) {
        return buffer.counts().value(counter);
    }
}
