package lianmai.rtp;

import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1): when each packet of a range of
 * transport-wide sequence numbers arrived.
 *
 * <pre>
 *  12  base sequence number, 16 bits | packet status count, 16 bits
 *  16  reference time, signed 24 bits, in 64 ms | feedback packet count, 8 bits
 *  20  chunks of 16 bits, until they cover the count:
 *        0 | symbol, 2 bits | run length, 13 bits
 *        1 | 0 | 14 symbols of 1 bit: 0 not received, 1 small delta
 *        1 | 1 |  7 symbols of 2 bits: 0 not received, 1 small delta, 2 large or negative delta, 3 reserved
 *      then one delta for each received packet, in 250 µs: small 8 bits unsigned, large 16 bits signed
 * </pre>
 *
 * <p>Written by {@link TwccWriter}. Units: bytes, ns.
 */
public final class Twcc {
    public static final int FORMAT = 15;
    /** Stands for a packet that has not arrived. */
    public static final long NOT_RECEIVED = Long.MIN_VALUE;
    /** The answer for bytes that are no feedback. */
    public static final int MALFORMED = -1;

    static final int CHUNKS_OFFSET = 20;
    static final int STATUS_NOT_RECEIVED = 0;
    static final int STATUS_SMALL = 1;
    static final int STATUS_LARGE = 2;
    static final int TICKS_PER_REFERENCE = 256;
    static final long TICK_NS = 250_000;
    static final int ONE_BIT_SYMBOLS = 14;
    static final int TWO_BIT_SYMBOLS = 7;
    static final int MAX_RUN = 0x1FFF;
    static final int VECTOR_BIT = 0x8000;
    static final int TWO_BIT_FLAG = 0x4000;

    private Twcc() {}

    /** Whether the packet is such feedback with its fixed part there; {@link #read} finds the rest out. */
    public static boolean isValid(final DirectBuffer b, final int offset) {
        return RtcpHeader.isFeedback(b, offset, RtcpHeader.TRANSPORT_FEEDBACK, FORMAT)
                && RtcpHeader.contentLength(b, offset) > CHUNKS_OFFSET;
    }

    /** The transport-wide sequence number of the first status. */
    public static int baseSequence(final DirectBuffer b, final int offset) {
        return NetworkOrder.u16(b, offset + 12);
    }

    /** How many statuses there are, 0 … 65535. */
    public static int statusCount(final DirectBuffer b, final int offset) {
        return NetworkOrder.u16(b, offset + 14);
    }

    /** Signed 24 bits in 64 ms; wraps every 12 days. */
    public static int referenceTime(final DirectBuffer b, final int offset) {
        return NetworkOrder.s24(b, offset + 16);
    }

    /** Counts the feedback packets of one direction, modulo 256. */
    public static int feedbackCount(final DirectBuffer b, final int offset) {
        return NetworkOrder.u8(b, offset + 19);
    }

    /**
     * Reads all statuses.
     *
     * @param arrivalNs receives for each packet its arrival on the receiver's clock, or {@link #NOT_RECEIVED}; the
     *     clock starts where {@link #referenceTime} is 0 and wraps with it
     * @return how many statuses, or {@link #MALFORMED}: truncated, reserved symbol, more than {@code arrivalNs} holds
     */
    public static int read(final DirectBuffer b, final int offset, final long[] arrivalNs) {
        final int count = statusCount(b, offset);
        final int end = offset + RtcpHeader.contentLength(b, offset);
        if (count > arrivalNs.length) {
            return MALFORMED;
        }
        int chunk = offset + CHUNKS_OFFSET;
        int read = 0;
        while (read < count) {
            if (chunk + 2 > end) {
                return MALFORMED;
            }
            read += symbols(NetworkOrder.u16(b, chunk), arrivalNs, read, count);
            chunk += 2;
        }
        return readDeltas(b, offset, chunk, end, arrivalNs, count);
    }

    /** Expands one chunk into {@code out}; answers how many symbols it gave. */
    private static int symbols(final int chunk, final long[] out, final int from, final int count) {
        if ((chunk & VECTOR_BIT) == 0) {
            final int n = Math.min(chunk & MAX_RUN, count - from);
            Arrays.fill(out, from, from + n, chunk >>> 13 & 3);
            return n;
        }
        final boolean twoBit = (chunk & TWO_BIT_FLAG) != 0;
        final int n = Math.min(twoBit ? TWO_BIT_SYMBOLS : ONE_BIT_SYMBOLS, count - from);
        for (int i = 0; i < n; i++) {
            out[from + i] = twoBit ? chunk >>> 12 - 2 * i & 3 : chunk >>> 13 - i & 1;
        }
        return n;
    }

    /** Turns the symbols in {@code out} into arrival times. */
    private static int readDeltas(
            final DirectBuffer b,
            final int offset,
            final int deltas,
            final int end,
            final long[] out,
            final int count) {
        int at = deltas;
        long ticks = (long) referenceTime(b, offset) * TICKS_PER_REFERENCE;
        for (int i = 0; i < count; i++) {
            final int symbol = (int) out[i];
            if (symbol > STATUS_LARGE || at + symbol > end) {
                return MALFORMED;
            }
            // A symbol's value is also the length of its delta.
            ticks += switch (symbol) {
                case STATUS_SMALL -> NetworkOrder.u8(b, at);
                case STATUS_LARGE -> (short) NetworkOrder.u16(b, at);
                default -> 0;
            };
            at += symbol;
            out[i] = symbol == STATUS_NOT_RECEIVED ? NOT_RECEIVED : ticks * TICK_NS;
        }
        return count;
    }
}
