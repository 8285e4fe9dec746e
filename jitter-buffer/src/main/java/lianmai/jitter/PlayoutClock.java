package lianmai.jitter;

import lianmai.rtp.RtpClock;

/**
 * A sound card without sound: says when the next piece must be there, from the lengths of all pieces so far. A player
 * that has no real device asks its {@link JitterBuffer} in a loop, before it inserts anything that came later:
 *
 * <pre>
 * while (clock.isDue(nowNs)) {
 *     final long piece = buffer.poll(clock.dueNs());
 *     clock.advance(JitterBuffer.ticks(piece));
 * }
 * </pre>
 *
 * <p>Thread: one (confined). Units: ns, RTP ticks.
 */
public final class PlayoutClock {
    private final int clockRate;
    private final long startNs;
    private long played;

    public PlayoutClock(final int clockRate, final long startNs) {
        this.clockRate = clockRate;
        this.startNs = startNs;
    }

    public boolean isDue(final long nowNs) {
        return nowNs >= dueNs();
    }

    /** When the next piece begins. */
    public long dueNs() {
        return startNs + RtpClock.ticksToNs(played, clockRate);
    }

    /** A piece of so many ticks is being played. */
    public void advance(final int ticks) {
        played += ticks;
    }
}
