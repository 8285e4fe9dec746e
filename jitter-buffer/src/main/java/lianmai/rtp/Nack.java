package lianmai.rtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Generic NACK (RFC 4585 §6.2.1): behind the feedback header any number of
 *
 * <pre>
 *  |  PID, a lost sequence number  |  BLP, bit i: PID + i + 1 too  |
 * </pre>
 *
 * <pre>{@code
 *   for (long c = first(b, o); c != NONE; c = next(b, o, c)) { resend(sequence(c)); }
 * }</pre>
 *
 * <p>Units: bytes, sequence numbers.
 */
public final class Nack {
    public static final int FORMAT = 1;
    /** No further lost packet. */
    public static final long NONE = -1;

    private static final int ENTRY_LENGTH = 4;
    /** The PID and the 16 bits behind it. */
    private static final int SPAN = 17;

    private Nack() {}

    public static boolean isValid(final DirectBuffer b, final int offset) {
        return RtcpHeader.isFeedback(b, offset, RtcpHeader.TRANSPORT_FEEDBACK, FORMAT)
                && RtcpHeader.contentLength(b, offset) >= RtcpHeader.FEEDBACK_LENGTH + ENTRY_LENGTH;
    }

    /** A cursor at the first lost packet; a valid NACK has at least one. */
    public static long first(final DirectBuffer b, final int offset) {
        return entryCount(b, offset) > 0 ? cursor(0, 0, pid(b, offset, 0)) : NONE;
    }

    /** A cursor at the lost packet behind this one, or {@link #NONE}. */
    public static long next(final DirectBuffer b, final int offset, final long cursor) {
        final int entry = (int) (cursor >>> 32);
        final int step = (int) (cursor >>> 16) & 0xFFFF;
        final int pid = pid(b, offset, entry);
        final int rest = NetworkOrder.u16(b, entryOffset(offset, entry) + 2) >>> step;
        if (rest != 0) {
            final int found = step + Integer.numberOfTrailingZeros(rest) + 1;
            return cursor(entry, found, pid + found);
        }
        return entry + 1 < entryCount(b, offset) ? cursor(entry + 1, 0, pid(b, offset, entry + 1)) : NONE;
    }

    /** The lost packet's sequence number, 0 … 65535. */
    public static int sequence(final long cursor) {
        return (int) cursor & 0xFFFF;
    }

    /**
     * Writes a NACK.
     *
     * @param sequences ascending on the 16-bit circle; only the lower 16 bits count
     * @param count how many of them, at least 1
     * @return the packet's length, at most 12 + 4 × count
     */
    public static int write(
            final MutableDirectBuffer b,
            final int offset,
            final int senderSsrc,
            final int mediaSsrc,
            final int[] sequences,
            final int count) {
        int at = offset + RtcpHeader.FEEDBACK_LENGTH;
        int i = 0;
        while (i < count) {
            final int pid = sequences[i++] & 0xFFFF;
            int blp = 0;
            while (i < count && (sequences[i] - pid & 0xFFFF) < SPAN) {
                // Distance 1 is bit 0; a number given twice has distance 0 and sets no bit.
                blp |= (1 << (sequences[i++] - pid & 0xFFFF)) >>> 1;
            }
            NetworkOrder.put16(b, at, pid);
            NetworkOrder.put16(b, at + 2, blp);
            at += ENTRY_LENGTH;
        }
        final int length = at - offset;
        RtcpHeader.writeFeedback(b, offset, RtcpHeader.TRANSPORT_FEEDBACK, FORMAT, length, senderSsrc, mediaSsrc);
        return length;
    }

    private static int entryCount(final DirectBuffer b, final int offset) {
        return (RtcpHeader.contentLength(b, offset) - RtcpHeader.FEEDBACK_LENGTH) / ENTRY_LENGTH;
    }

    private static int entryOffset(final int offset, final int entry) {
        return offset + RtcpHeader.FEEDBACK_LENGTH + ENTRY_LENGTH * entry;
    }

    private static int pid(final DirectBuffer b, final int offset, final int entry) {
        return NetworkOrder.u16(b, entryOffset(offset, entry));
    }

    private static long cursor(final int entry, final int step, final int sequence) {
        return (long) entry << 32 | (long) step << 16 | sequence & 0xFFFF;
    }
}
