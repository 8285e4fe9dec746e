package lianmai.rtp;

/**
 * NTP time as RTCP carries it (RFC 3550 §4): seconds since 1900 in 32.32 fixed point; its middle 32 bits, in 16.16,
 * serve for round trips.
 *
 * <p>Era 1 begins in February 2036: seconds below 2^31 are taken to lie in it, so that this works until 2104.
 *
 * <p>Units: ns since 1970 (or any clock of that kind), 1/2^32 s, 1/65536 s.
 */
public final class NtpTime {
    /** There is no round trip to be measured yet. */
    public static final long UNKNOWN = -1;

    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long SECONDS_1900_TO_1970 = 2_208_988_800L;
    private static final long ERA = 1L << 32;

    private NtpTime() {}

    /** A time since 1970 as 64-bit NTP, to the nearest unit. */
    public static long fromEpochNs(final long epochNs) {
        final long seconds = Math.floorDiv(epochNs, NS_PER_SECOND) + SECONDS_1900_TO_1970;
        final long rest = Math.floorMod(epochNs, NS_PER_SECOND);
        return (seconds << 32) + ((rest << 32) + NS_PER_SECOND / 2) / NS_PER_SECOND;
    }

    /** A 64-bit NTP time as ns since 1970, to the nearest ns. */
    public static long toEpochNs(final long ntp) {
        final long field = ntp >>> 32;
        final long seconds = field < ERA / 2 ? field + ERA : field;
        final long fraction = ntp & ERA - 1;
        return (seconds - SECONDS_1900_TO_1970) * NS_PER_SECOND + (fraction * NS_PER_SECOND + ERA / 2 >>> 32);
    }

    /** The middle 32 bits, as in LSR. */
    public static int middle(final long ntp) {
        return (int) (ntp >>> 16);
    }

    /** A span in 16.16 seconds as ns; at most 18.2 hours. */
    public static long spanToNs(final int span) {
        return (span & 0xFFFF_FFFFL) * NS_PER_SECOND >>> 16;
    }

    /** A span as 16.16 seconds, as in DLSR; held inside 0 … 18.2 hours. */
    public static int nsToSpan(final long ns) {
        final long held = Math.clamp(ns, 0L, 65_535L * NS_PER_SECOND);
        return (int) ((held / NS_PER_SECOND << 16) + (held % NS_PER_SECOND << 16) / NS_PER_SECOND);
    }

    /**
     * The round trip that a report block tells (RFC 3550 §6.4.1).
     *
     * @param nowNtp when the block arrived, on the clock that stamped the sender report
     * @param lastSenderReport LSR of the block
     * @param delay DLSR of the block
     * @return ns, at least 0, or {@link #UNKNOWN} when the block's sender has seen no sender report
     */
    public static long roundTripNs(final long nowNtp, final int lastSenderReport, final int delay) {
        if (lastSenderReport == 0) {
            return UNKNOWN;
        }
        // The peer's clock may run a little slow: what would be negative is no time at all.
        final int span = middle(nowNtp) - lastSenderReport - delay;
        return span < 0 ? 0 : spanToNs(span);
    }
}
