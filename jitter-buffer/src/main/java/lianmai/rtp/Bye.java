package lianmai.rtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** RTCP goodbye (RFC 3550 §6.6): the SSRCs that end; a reason is not read. Units: bytes. */
public final class Bye {
    private static final int HEADER_LENGTH = 4;

    private Bye() {}

    public static boolean isValid(final DirectBuffer b, final int offset) {
        return RtcpHeader.packetType(b, offset) == RtcpHeader.BYE
                && RtcpHeader.contentLength(b, offset) >= HEADER_LENGTH + 4 * RtcpHeader.count(b, offset);
    }

    /** How many SSRCs end, 0 … 31. */
    public static int ssrcCount(final DirectBuffer b, final int offset) {
        return RtcpHeader.count(b, offset);
    }

    public static int ssrc(final DirectBuffer b, final int offset, final int index) {
        return NetworkOrder.i32(b, offset + HEADER_LENGTH + 4 * index);
    }

    /** Writes a goodbye for one SSRC; answers the packet's length. */
    public static int write(final MutableDirectBuffer b, final int offset, final int ssrc) {
        final int length = HEADER_LENGTH + 4;
        RtcpHeader.write(b, offset, 1, RtcpHeader.BYE, length);
        NetworkOrder.put32(b, offset + HEADER_LENGTH, ssrc);
        return length;
    }
}
