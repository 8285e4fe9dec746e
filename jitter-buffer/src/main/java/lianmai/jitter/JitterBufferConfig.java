package lianmai.jitter;

import lianmai.rtp.RtpClock;

/**
 * What a {@link JitterBuffer} must know of its stream, and how far it may go.
 *
 * @param clockRate RTP ticks per second, 1,000 … 1,000,000
 * @param packetTicks what one packet lasts, 2.5 … 120 ms as with Opus (RFC 7587 §4.2)
 * @param capacity packets it can hold, a power of two, 16 … 8192
 * @param minTargetNs the target delay never goes below this
 * @param maxTargetNs nor above this; three quarters of the capacity must be enough for it, or bursts would overflow
 * @param startTargetNs the target before anything is known of the path
 * @param stretches whether packets may be played faster or slower; if not, only gaps change the delay
 */
public record JitterBufferConfig(
        int clockRate,
        int packetTicks,
        int capacity,
        long minTargetNs,
        long maxTargetNs,
        long startTargetNs,
        boolean stretches) {

    /**
     * Opus as WebRTC sends it: 48 kHz (RFC 7587 §4.1), 20 ms a packet; 5 s of room. It starts with 40 ms, because that
     * is where the delay of a faultless path may stay, so that such a path sees no stretching at all.
     */
    public static final JitterBufferConfig OPUS =
            new JitterBufferConfig(48_000, 960, 256, 0, 1_000_000_000L, 40_000_000L, true);

    public JitterBufferConfig {
        require(clockRate >= 1_000 && clockRate <= 1_000_000, "clock rate out of 1,000..1,000,000 Hz: " + clockRate);
        require(
                packetTicks * 400L >= clockRate && packetTicks * 1_000L <= clockRate * 120L,
                "a packet of " + packetTicks + " ticks is not 2.5..120 ms");
        require(
                Integer.bitCount(capacity) == 1 && capacity >= 16 && capacity <= 8192,
                "capacity is not a power of two in 16..8192: " + capacity);
        require(minTargetNs >= 0 && minTargetNs <= maxTargetNs, "targets are not 0 <= least <= most");
        require(startTargetNs >= 0, "negative start target");
        require(
                maxTargetNs <= RtpClock.ticksToNs(capacity * 3L / 4 * packetTicks, clockRate),
                "three quarters of " + capacity + " packets are less than " + maxTargetNs + " ns");
    }

    /** The same without time stretching, for taps that must not change what they hear. */
    public JitterBufferConfig withoutStretching() {
        return new JitterBufferConfig(clockRate, packetTicks, capacity, minTargetNs, maxTargetNs, startTargetNs, false);
    }

    long ticks(final long ns) {
        return RtpClock.nsToTicks(ns, clockRate);
    }

    private static void require(final boolean holds, final String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
