package lianmai.rtp;

import org.agrona.DirectBuffer;

/**
 * Looks into AV1 payloads (RTP Payload Format For AV1 v1.0 §4.4): an aggregation header, then OBU elements.
 *
 * <pre>
 *  |Z|Y| W |N|-|-|-|    Z the first element continues one of the packet before, Y the last one goes on in the next,
 *                       W number of elements (0: each has a length; else the last has none), N first packet of a
 *                       coded video sequence
 *  | length, leb128 | OBU header |0| type, 4 bits |X|S|-| …
 * </pre>
 *
 * <p>Units: bytes.
 */
public final class Av1Payload {
    private static final int CONTINUES = 0x80;
    private static final int NEW_SEQUENCE = 0x08;
    private static final int SEQUENCE_HEADER = 1;
    /** The length of an element in one packet takes 3 bytes of leb128 at most. */
    private static final int MAX_LENGTH_BYTES = 3;

    private static final long BROKEN = -1;

    private Av1Payload() {}

    /** Whether the packet begins a coded video sequence: N is set, or a sequence header begins in it. */
    public static boolean isKeyFrameStart(final DirectBuffer b, final int offset, final int length) {
        if (length < 2) {
            return false;
        }
        final int header = b.getByte(offset);
        final boolean continues = (header & CONTINUES) != 0;
        if ((header & NEW_SEQUENCE) != 0) {
            // §4.4: N with Z is a contradiction, a new sequence cannot begin with the rest of an old OBU.
            return !continues;
        }
        return hasSequenceHeader(b, offset + 1, offset + length, header >>> 4 & 3, continues);
    }

    private static boolean hasSequenceHeader(
            final DirectBuffer b, final int from, final int end, final int elements, final boolean firstContinues) {
        int at = from;
        int index = 0;
        while (at < end) {
            int size = end - at;
            if (index + 1 != elements) {
                final long field = elementLength(b, at, end);
                if (field == BROKEN) {
                    return false;
                }
                at += (int) (field >>> 32);
                size = (int) field;
            }
            if (size > end - at) {
                return false;
            }
            final boolean starts = index > 0 || !firstContinues;
            if (starts && size > 0 && (b.getByte(at) >>> 3 & 0x0F) == SEQUENCE_HEADER) {
                return true;
            }
            at += size;
            index++;
        }
        return false;
    }

    /** Reads a leb128 length: how many bytes it takes in the upper half, its value in the lower; or {@link #BROKEN}. */
    private static long elementLength(final DirectBuffer b, final int offset, final int end) {
        int value = 0;
        for (int i = 0; i < MAX_LENGTH_BYTES && offset + i < end; i++) {
            final int part = b.getByte(offset + i);
            value |= (part & 0x7F) << 7 * i;
            if (part >= 0) {
                return (long) (i + 1) << 32 | value;
            }
        }
        return BROKEN;
    }
}
