package lianmai.rtp;

import org.agrona.DirectBuffer;

/**
 * What a datagram on the one media port is, told from its first bytes.
 *
 * <pre>
 *   first byte   0..3      STUN           (RFC 7983 §7)
 *               20..63     DTLS
 *              128..191    RTP, or RTCP when the second byte is 192..223 (RFC 5761 §4)
 * </pre>
 */
public enum PacketKind {
    STUN,
    DTLS,
    RTP,
    RTCP,
    /** Nothing we serve: ZRTP, TURN channels, QUIC, noise, or too short to tell. */
    UNKNOWN;

    /** The kind of the datagram at {@code offset}; never throws. */
    public static PacketKind of(final DirectBuffer buffer, final int offset, final int length) {
        if (length < 2) {
            return UNKNOWN;
        }
        final int first = NetworkOrder.u8(buffer, offset);
        if (first <= 3) {
            return STUN;
        }
        if (first >= 20 && first <= 63) {
            return DTLS;
        }
        if (first < 128 || first > 191) {
            return UNKNOWN;
        }
        final int second = NetworkOrder.u8(buffer, offset + 1);
        return second >= 192 && second <= 223 ? RTCP : RTP;
    }
}
