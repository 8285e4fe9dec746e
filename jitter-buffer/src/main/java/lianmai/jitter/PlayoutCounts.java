package lianmai.jitter;

import lianmai.rtp.RtpClock;

/**
 * What a {@link JitterBuffer} has done, by name, and the figures a listener would give.
 *
 * <p>Thread: the buffer's. Units: RTP ticks where the counter's name says so, ns in the figures.
 */
public final class PlayoutCounts {
    private final int clockRate;
    private final long[] values = new long[PlayoutCounter.values().length];

    PlayoutCounts(final int clockRate) {
        this.clockRate = clockRate;
    }

    public long value(final PlayoutCounter counter) {
        return values[counter.ordinal()];
    }

    /** A counter of ticks as time. */
    public long ns(final PlayoutCounter counter) {
        return RtpClock.ticksToNs(value(counter), clockRate);
    }

    /**
     * Concealed time as a part of the time in which there should have been sound, which silence is not; 0 before
     * there was any. While a gap lasts that turns out to be silence it is too high.
     */
    public double stutterRate() {
        final long concealed = value(PlayoutCounter.CONCEALED_TICKS);
        final long all = concealed + value(PlayoutCounter.PLAYED_TICKS);
        return all == 0 ? 0 : (double) concealed / all;
    }

    /** How long played packets have waited in the buffer, on average. */
    public long meanWaitNs() {
        final long packets = value(PlayoutCounter.PACKETS_PLAYED);
        return packets == 0 ? 0 : ns(PlayoutCounter.WAITED_TICKS) / packets;
    }

    void add(final PlayoutCounter counter, final long amount) {
        values[counter.ordinal()] += amount;
    }

    void played(final long ticks, final long cut) {
        add(PlayoutCounter.PLAYED_TICKS, ticks);
        if (cut != 0) {
            add(PlayoutCounter.STRETCHES, 1);
            add(cut > 0 ? PlayoutCounter.ACCELERATED_TICKS : PlayoutCounter.DECELERATED_TICKS, Math.abs(cut));
        }
    }

    void concealed(final long ticks, final boolean isNewGap) {
        add(PlayoutCounter.CONCEALED_TICKS, ticks);
        if (isNewGap) {
            add(PlayoutCounter.CONCEALMENT_EVENTS, 1);
        }
    }

    /** Of a gap of so many concealed ticks these were silence. */
    void reclassify(final long gapTicks, final long silentTicks) {
        add(PlayoutCounter.CONCEALED_TICKS, -silentTicks);
        add(PlayoutCounter.SILENT_TICKS, silentTicks);
        if (gapTicks > 0 && gapTicks == silentTicks) {
            add(PlayoutCounter.CONCEALMENT_EVENTS, -1);
        }
    }
}
