package lianmai.rtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The two ways to ask for a key frame: Picture Loss Indication (RFC 4585 §6.3.1), which is a bare feedback header, and
 * Full Intra Request (RFC 5104 §4.3.1), which names its streams in entries of 8 bytes:
 *
 * <pre>
 *  |                     SSRC asked for a key frame                |
 *  |  sequence of  |                   reserved                    |
 *  |   requests    |
 * </pre>
 *
 * A FIR's sequence number grows with each new request; the same number again is a repetition, not a new request.
 *
 * <p>Units: bytes.
 */
public final class PliFir {
    public static final int PLI_FORMAT = 1;
    public static final int FIR_FORMAT = 4;

    private static final int FIR_ENTRY_LENGTH = 8;

    private PliFir() {}

    /** Whether the packet is a PLI; what it is about is {@link RtcpHeader#mediaSsrc}. */
    public static boolean isPli(final DirectBuffer b, final int offset) {
        return RtcpHeader.isFeedback(b, offset, RtcpHeader.PAYLOAD_FEEDBACK, PLI_FORMAT);
    }

    /** Whether the packet is a FIR with at least one entry. */
    public static boolean isFir(final DirectBuffer b, final int offset) {
        return RtcpHeader.isFeedback(b, offset, RtcpHeader.PAYLOAD_FEEDBACK, FIR_FORMAT) && firCount(b, offset) > 0;
    }

    /** How many entries a FIR has. */
    public static int firCount(final DirectBuffer b, final int offset) {
        return (RtcpHeader.contentLength(b, offset) - RtcpHeader.FEEDBACK_LENGTH) / FIR_ENTRY_LENGTH;
    }

    /** The stream that entry {@code index} asks for. */
    public static int firSsrc(final DirectBuffer b, final int offset, final int index) {
        return NetworkOrder.i32(b, firEntry(offset, index));
    }

    /** The number of the request in entry {@code index}, 0 … 255. */
    public static int firSequence(final DirectBuffer b, final int offset, final int index) {
        return NetworkOrder.u8(b, firEntry(offset, index) + 4);
    }

    /** Writes a PLI; answers the packet's length. */
    public static int writePli(
            final MutableDirectBuffer b, final int offset, final int senderSsrc, final int mediaSsrc) {
        final int length = RtcpHeader.FEEDBACK_LENGTH;
        RtcpHeader.writeFeedback(b, offset, RtcpHeader.PAYLOAD_FEEDBACK, PLI_FORMAT, length, senderSsrc, mediaSsrc);
        return length;
    }

    /** Writes a FIR for one stream; the header's media SSRC is 0 (RFC 5104 §4.3.1.2). Answers the packet's length. */
    public static int writeFir(
            final MutableDirectBuffer b,
            final int offset,
            final int senderSsrc,
            final int mediaSsrc,
            final int sequence) {
        final int length = RtcpHeader.FEEDBACK_LENGTH + FIR_ENTRY_LENGTH;
        RtcpHeader.writeFeedback(b, offset, RtcpHeader.PAYLOAD_FEEDBACK, FIR_FORMAT, length, senderSsrc, 0);
        NetworkOrder.put32(b, firEntry(offset, 0), mediaSsrc);
        NetworkOrder.put32(b, firEntry(offset, 0) + 4, sequence << 24);
        return length;
    }

    private static int firEntry(final int offset, final int index) {
        return offset + RtcpHeader.FEEDBACK_LENGTH + index * FIR_ENTRY_LENGTH;
    }
}
