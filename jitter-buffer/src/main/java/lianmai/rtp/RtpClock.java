package lianmai.rtp;

/**
 * Conversions between RTP ticks and nanoseconds, without overflow for any span below 292 years.
 *
 * <p>Units: RTP ticks at {@code clockRate} ticks per second, ns.
 */
public final class RtpClock {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private RtpClock() {}

    /** A span in ticks as ns, rounded towards negative infinity. */
    public static long ticksToNs(final long ticks, final int clockRate) {
        final long seconds = Math.floorDiv(ticks, (long) clockRate);
        final long rest = Math.floorMod(ticks, (long) clockRate);
        return seconds * NS_PER_SECOND + rest * NS_PER_SECOND / clockRate;
    }

    /** A span in ns as ticks, rounded towards negative infinity. */
    public static long nsToTicks(final long ns, final int clockRate) {
        final long seconds = Math.floorDiv(ns, NS_PER_SECOND);
        final long rest = Math.floorMod(ns, NS_PER_SECOND);
        return seconds * clockRate + rest * clockRate / NS_PER_SECOND;
    }

    /** The 64-bit count whose lower half is {@code timestamp} and that lies nearest to {@code reference}. */
    public static long unwrap(final long reference, final int timestamp) {
        return reference + (timestamp - (int) reference);
    }

    /** Whether {@code a} comes after {@code b} on the 32-bit circle. */
    public static boolean isNewer(final int a, final int b) {
        return a - b > 0;
    }
}
