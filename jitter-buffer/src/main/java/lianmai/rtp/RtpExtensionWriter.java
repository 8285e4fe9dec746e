package lianmai.rtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Composes an extension block behind an RTP header that has none yet (RFC 8285). It is written in the one-byte form and
 * turned into the two-byte form at the first element that needs it (id above 14, no data, or more than 16 bytes).
 *
 * <pre>{@code
 *   int end = begin(b, o);                                // where the next element goes
 *   end = put(b, o, end, id, src, srcOffset, length);     // as often as there are elements
 *   int headerLength = end(b, o, end);                    // the payload begins at o + headerLength
 * }</pre>
 *
 * <p>The caller sees to room: at most 4 bytes for the block, 2 + length for each element, 3 of padding.
 *
 * <p>Units: bytes; every {@code end} is an absolute offset.
 */
public final class RtpExtensionWriter {
    private static final int ONE_BYTE_MAX_ID = 14;
    private static final int ONE_BYTE_MAX_LENGTH = 16;

    private RtpExtensionWriter() {}

    /** Opens a block behind the header at {@code offset}; answers where the first element goes. */
    public static int begin(final MutableDirectBuffer b, final int offset) {
        final int block = RtpHeader.extensionOffset(b, offset);
        NetworkOrder.put16(b, block, RtpExtensions.ONE_BYTE_PROFILE);
        NetworkOrder.put16(b, block + 2, 0);
        return block + RtpExtensions.BLOCK_HEADER_LENGTH;
    }

    /** Appends an element with data copied from {@code src}; answers where the next one goes. */
    public static int put(
            final MutableDirectBuffer b,
            final int offset,
            final int end,
            final int id,
            final DirectBuffer src,
            final int srcOffset,
            final int length) {
        final int data = putHeader(b, offset, end, id, length);
        b.putBytes(data, src, srcOffset, length);
        return data + length;
    }

    /** Appends an element with all bytes of {@code src} (a mid, a rid); answers where the next one goes. */
    public static int put(
            final MutableDirectBuffer b, final int offset, final int end, final int id, final byte[] src) {
        final int data = putHeader(b, offset, end, id, src.length);
        b.putBytes(data, src);
        return data + src.length;
    }

    /** Appends an audio level (RFC 6464 §3); answers where the next element goes. */
    public static int putAudioLevel(
            final MutableDirectBuffer b,
            final int offset,
            final int end,
            final int id,
            final int level,
            final boolean voice) {
        final int data = putHeader(b, offset, end, id, 1);
        NetworkOrder.put8(b, data, (voice ? 0x80 : 0) | level & 0x7F);
        return data + 1;
    }

    /** Appends an absolute send time, as {@link RtpExtensionValues#absSendTime(long)} made it. */
    public static int putAbsSendTime(
            final MutableDirectBuffer b, final int offset, final int end, final int id, final int absSendTime) {
        final int data = putHeader(b, offset, end, id, 3);
        NetworkOrder.put24(b, data, absSendTime);
        return data + 3;
    }

    /** Appends a transport-wide sequence number; answers where the next element goes. */
    public static int putTransportSequence(
            final MutableDirectBuffer b, final int offset, final int end, final int id, final int sequence) {
        final int data = putHeader(b, offset, end, id, 2);
        NetworkOrder.put16(b, data, sequence);
        return data + 2;
    }

    /**
     * Closes the block: pads it to 32 bits and sets its length and the header's extension bit. A block without elements
     * vanishes.
     *
     * @return the length of the whole header, from {@code offset}
     */
    public static int end(final MutableDirectBuffer b, final int offset, final int end) {
        final int block = RtpHeader.extensionOffset(b, offset);
        final int elements = block + RtpExtensions.BLOCK_HEADER_LENGTH;
        RtpHeader.extension(b, offset, end > elements);
        if (end == elements) {
            return block - offset;
        }
        int padded = end;
        while ((padded - elements & 3) != 0) {
            NetworkOrder.put8(b, padded++, 0);
        }
        NetworkOrder.put16(b, block + 2, padded - elements >>> 2);
        return padded - offset;
    }

    private static int putHeader(
            final MutableDirectBuffer b, final int offset, final int end, final int id, final int length) {
        final int block = RtpHeader.extensionOffset(b, offset);
        final boolean oneByte = NetworkOrder.u16(b, block) == RtpExtensions.ONE_BYTE_PROFILE;
        final boolean fitsOneByte = id <= ONE_BYTE_MAX_ID && length >= 1 && length <= ONE_BYTE_MAX_LENGTH;
        if (oneByte && fitsOneByte) {
            NetworkOrder.put8(b, end, id << 4 | length - 1);
            return end + 1;
        }
        final int at = oneByte ? widen(b, block, end) : end;
        NetworkOrder.put8(b, at, id);
        NetworkOrder.put8(b, at + 1, length);
        return at + 2;
    }

    /** Turns a one-byte block into a two-byte block; answers its new end. */
    private static int widen(final MutableDirectBuffer b, final int block, final int oldEnd) {
        NetworkOrder.put16(b, block, RtpExtensions.TWO_BYTE_PROFILE);
        int end = oldEnd;
        int at = block + RtpExtensions.BLOCK_HEADER_LENGTH;
        while (at < end) {
            final int id = NetworkOrder.u8(b, at) >>> 4;
            final int length = (b.getByte(at) & 0x0F) + 1;
            for (int i = end; i > at + 1; i--) {
                b.putByte(i, b.getByte(i - 1));
            }
            NetworkOrder.put8(b, at, id);
            NetworkOrder.put8(b, at + 1, length);
            at += 2 + length;
            end++;
        }
        return end;
    }
}
