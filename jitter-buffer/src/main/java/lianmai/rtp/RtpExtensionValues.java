package lianmai.rtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What stands inside the header extension elements that we understand. Each reader takes an element as
 * {@link RtpExtensions} answers it and says {@link #ABSENT} for {@link RtpExtensions#NONE} or data of a wrong length.
 *
 * <pre>
 *   audio level (RFC 6464 §3)   |V|    level    |     level in -dBov: 0 is the loudest, 127 silence
 *   abs-send-time               24 bits, seconds in 6.18 fixed point, wraps every 64 s
 *   transport-cc                16 bits, the sequence number over all streams of the transport
 *   mid, rid                    1 to 16 bytes of ASCII (RFC 8843 §15, RFC 8852)
 * </pre>
 */
public final class RtpExtensionValues {
    /** No such element, or one of a wrong length. */
    public static final int ABSENT = -1;

    private static final long NS_PER_SECOND = 1_000_000_000L;

    private RtpExtensionValues() {}

    /** The level, 0 (loudest) … 127 (silence), or {@link #ABSENT}. */
    public static int audioLevel(final DirectBuffer b, final long element) {
        return isAtLeast(element, 1) ? b.getByte(RtpExtensions.offset(element)) & 0x7F : ABSENT;
    }

    /** Whether the sender's detector heard a voice; false when absent. */
    public static boolean voice(final DirectBuffer b, final long element) {
        return isAtLeast(element, 1) && b.getByte(RtpExtensions.offset(element)) < 0;
    }

    /** 24 bits of 6.18 fixed-point seconds, or {@link #ABSENT}. */
    public static int absSendTime(final DirectBuffer b, final long element) {
        return isAtLeast(element, 3) ? NetworkOrder.u24(b, RtpExtensions.offset(element)) : ABSENT;
    }

    /** A time on any clock as absolute send time. */
    public static int absSendTime(final long nowNs) {
        final long seconds = Math.floorDiv(nowNs, NS_PER_SECOND);
        final long fraction = Math.floorMod(nowNs, NS_PER_SECOND);
        return (int) (seconds << 18 | (fraction << 18) / NS_PER_SECOND) & 0xFF_FFFF;
    }

    /** The transport-wide sequence number, or {@link #ABSENT}. */
    public static int transportSequence(final DirectBuffer b, final long element) {
        return isAtLeast(element, 2) ? NetworkOrder.u16(b, RtpExtensions.offset(element)) : ABSENT;
    }

    /** Overwrites the transport-wide sequence number of an element that is there. */
    public static void transportSequence(final MutableDirectBuffer b, final long element, final int sequence) {
        NetworkOrder.put16(b, RtpExtensions.offset(element), sequence);
    }

    /** Whether the element's data are exactly these bytes (a mid, a rid). */
    public static boolean isText(final DirectBuffer b, final long element, final byte[] expected) {
        if (element == RtpExtensions.NONE || RtpExtensions.length(element) != expected.length) {
            return false;
        }
        final int offset = RtpExtensions.offset(element);
        for (int i = 0; i < expected.length; i++) {
            if (b.getByte(offset + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAtLeast(final long element, final int length) {
        return element != RtpExtensions.NONE && RtpExtensions.length(element) >= length;
    }
}
