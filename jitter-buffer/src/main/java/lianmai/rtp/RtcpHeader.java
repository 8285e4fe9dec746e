package lianmai.rtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What all RTCP packets share (RFC 3550 §6.4, feedback messages RFC 4585 §6.1), and the walk over a compound.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |V=2|P| RC/FMT  |      PT       |  length in words, minus one   |
 *  |                        SSRC of sender                         |
 *  |              SSRC of media (feedback messages)                |
 * </pre>
 *
 * <pre>{@code
 *   if (isValidCompound(b, o, length)) {
 *       for (int at = o; at != NONE; at = next(b, at, o + length)) { switch (packetType(b, at)) … }
 *   }
 * }</pre>
 *
 * Every reader of one packet type has an {@code isValid(b, at)} that must say yes before its other accessors are used;
 * it relies on {@link #isValidCompound} having been asked before.
 *
 * <p>Units: bytes.
 */
public final class RtcpHeader {
    public static final int SENDER_REPORT = 200;
    public static final int RECEIVER_REPORT = 201;
    public static final int SDES = 202;
    public static final int BYE = 203;
    public static final int APP = 204;
    public static final int TRANSPORT_FEEDBACK = 205;
    public static final int PAYLOAD_FEEDBACK = 206;
    public static final int EXTENDED_REPORT = 207;

    /** No further packet in the compound. */
    public static final int NONE = -1;
    /** The header without any SSRC. */
    public static final int MIN_LENGTH = 4;
    /** The header of a feedback message, with both SSRCs. */
    public static final int FEEDBACK_LENGTH = 12;

    private static final int PADDING_BIT = 0x20;

    private RtcpHeader() {}

    /**
     * Whether these bytes are a whole number of RTCP packets, each of version 2, padded only at the very end (RFC 3550
     * appendix A.2). Reduced-size RTCP is allowed (RFC 5506): any packet type may come first.
     */
    public static boolean isValidCompound(final DirectBuffer b, final int offset, final int length) {
        if (length < MIN_LENGTH) {
            return false;
        }
        final int end = offset + length;
        int at = offset;
        while (at < end) {
            if (end - at < MIN_LENGTH || NetworkOrder.u8(b, at) >>> 6 != 2) {
                return false;
            }
            final int packet = length(b, at);
            if (packet > end - at || hasPadding(b, at) && (at + packet != end || !isPaddingSound(b, at, packet))) {
                return false;
            }
            at += packet;
        }
        return true;
    }

    /** The offset of the packet behind the one at {@code at}, or {@link #NONE} at {@code end}. */
    public static int next(final DirectBuffer b, final int at, final int end) {
        final int next = at + length(b, at);
        return next < end ? next : NONE;
    }

    /** Report count or feedback message type, 0 … 31. */
    public static int count(final DirectBuffer b, final int offset) {
        return b.getByte(offset) & 0x1F;
    }

    public static int packetType(final DirectBuffer b, final int offset) {
        return NetworkOrder.u8(b, offset + 1);
    }

    /** The whole packet, padding and all. */
    public static int length(final DirectBuffer b, final int offset) {
        return 4 * (NetworkOrder.u16(b, offset + 2) + 1);
    }

    /** The packet without padding. */
    public static int contentLength(final DirectBuffer b, final int offset) {
        final int length = length(b, offset);
        return hasPadding(b, offset) ? length - NetworkOrder.u8(b, offset + length - 1) : length;
    }

    public static boolean hasPadding(final DirectBuffer b, final int offset) {
        return (b.getByte(offset) & PADDING_BIT) != 0;
    }

    /** Who sent it; the packet must hold at least 8 bytes. */
    public static int senderSsrc(final DirectBuffer b, final int offset) {
        return NetworkOrder.i32(b, offset + 4);
    }

    /** Which stream a feedback message is about; the packet must hold at least 12 bytes. */
    public static int mediaSsrc(final DirectBuffer b, final int offset) {
        return NetworkOrder.i32(b, offset + 8);
    }

    /** Whether the packet is a feedback message of this type and format with both SSRCs there. */
    public static boolean isFeedback(final DirectBuffer b, final int offset, final int packetType, final int format) {
        return packetType(b, offset) == packetType
                && count(b, offset) == format
                && contentLength(b, offset) >= FEEDBACK_LENGTH;
    }

    /** Writes the first word of a packet of {@code length} bytes, a multiple of four. */
    static void write(
            final MutableDirectBuffer b, final int offset, final int count, final int packetType, final int length) {
        NetworkOrder.put8(b, offset, RtpHeader.VERSION_2 | count & 0x1F);
        NetworkOrder.put8(b, offset + 1, packetType);
        NetworkOrder.put16(b, offset + 2, length / 4 - 1);
    }

    /** Writes the three words that begin a feedback message of {@code length} bytes. */
    static void writeFeedback(
            final MutableDirectBuffer b,
            final int offset,
            final int packetType,
            final int format,
            final int length,
            final int senderSsrc,
            final int mediaSsrc) {
        write(b, offset, format, packetType, length);
        NetworkOrder.put32(b, offset + 4, senderSsrc);
        NetworkOrder.put32(b, offset + 8, mediaSsrc);
    }

    private static boolean isPaddingSound(final DirectBuffer b, final int at, final int packet) {
        final int padding = NetworkOrder.u8(b, at + packet - 1);
        return padding != 0 && (padding & 3) == 0 && padding <= packet - MIN_LENGTH;
    }
}
