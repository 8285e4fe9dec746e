package lianmai.load;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The end of each synthetic payload: what this packet is, and when it was due. Before it come filler words that follow
 * from stream and counter, so that bytes of another packet show.
 *
 * <pre>
 *   … | word | word | word |  filler, 8 bytes each, all the same in a packet
 *    0  magic, 32 bits           4  stream
 *    8  counter of the stream's packets, from 0
 *   16  when it was due, ns     24  when it was sent, ns
 *   32  frame                   36  check of all but itself
 *   40  filler words, 16 bits   42  0, then 0x80, the stop bit that ends a NAL unit
 * </pre>
 *
 * <p>It stands at the end because there it is found without knowing the codec. Little endian.
 *
 * <p>Units: bytes; ns of {@link System#nanoTime}.
 */
public final class PayloadMark {
    public static final int LENGTH = 44;

    /** {@link #find}: no mark here. */
    public static final int ABSENT = -1;
    /** {@link #find}: a mark whose payload was changed. */
    public static final int DAMAGED = -2;

    private static final int MAGIC = 0x9A6C_EBA1;
    private static final int STOP_BIT = 0x80;
    private static final int WORD = 8;

    private PayloadMark() {}

    /** Fills a payload from {@code head} on, and marks it. */
    public static void write(
            final MutableDirectBuffer b,
            final int payload,
            final int length,
            final int head,
            final int stream,
            final long counter,
            final long dueNs,
            final long sentNs,
            final int frame) {
        final int mark = payload + length - LENGTH;
        final int words = (mark - payload - head) / WORD;
        final long word = word(stream, counter);
        for (int at = mark - words * WORD; at < mark; at += WORD) {
            b.putLong(at, word, LITTLE_ENDIAN);
        }
        b.setMemory(payload + head, mark - words * WORD - payload - head, (byte) 0);
        b.putInt(mark, MAGIC, LITTLE_ENDIAN);
        b.putInt(mark + 4, stream, LITTLE_ENDIAN);
        b.putLong(mark + 8, counter, LITTLE_ENDIAN);
        b.putLong(mark + 16, dueNs, LITTLE_ENDIAN);
        b.putLong(mark + 24, sentNs, LITTLE_ENDIAN);
        b.putInt(mark + 32, frame, LITTLE_ENDIAN);
        b.putShort(mark + 40, (short) words, LITTLE_ENDIAN);
        b.putShort(mark + 42, (short) (STOP_BIT << 8), LITTLE_ENDIAN);
        b.putInt(mark + 36, check(b, mark), LITTLE_ENDIAN);
    }

    /** Where the mark of a payload is, {@link #ABSENT} or {@link #DAMAGED}; looks at every filler word. */
    public static int find(final DirectBuffer b, final int payload, final int length) {
        final int mark = payload + length - LENGTH;
        if (length < LENGTH || b.getInt(mark, LITTLE_ENDIAN) != MAGIC) {
            return ABSENT;
        }
        final int words = b.getShort(mark + 40, LITTLE_ENDIAN) & 0xFFFF;
        if (b.getInt(mark + 36, LITTLE_ENDIAN) != check(b, mark) || words * WORD > length - LENGTH) {
            return DAMAGED;
        }
        final long word = word(stream(b, mark), counter(b, mark));
        for (int at = mark - words * WORD; at < mark; at += WORD) {
            if (b.getLong(at, LITTLE_ENDIAN) != word) {
                return DAMAGED;
            }
        }
        return mark;
    }

    public static int stream(final DirectBuffer b, final int mark) {
        return b.getInt(mark + 4, LITTLE_ENDIAN);
    }

    public static long counter(final DirectBuffer b, final int mark) {
        return b.getLong(mark + 8, LITTLE_ENDIAN);
    }

    /** When the packet should have been sent. */
    public static long dueNs(final DirectBuffer b, final int mark) {
        return b.getLong(mark + 16, LITTLE_ENDIAN);
    }

    /** When it was. */
    public static long sentNs(final DirectBuffer b, final int mark) {
        return b.getLong(mark + 24, LITTLE_ENDIAN);
    }

    public static int frame(final DirectBuffer b, final int mark) {
        return b.getInt(mark + 32, LITTLE_ENDIAN);
    }

    /** The finaliser of SplitMix64: neighbours share no bits. */
    private static long word(final int stream, final long counter) {
        long z = ((long) stream << 32 ^ counter) + 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }

    private static int check(final DirectBuffer b, final int mark) {
        long sum = 0;
        for (int at = 0; at < 32; at += WORD) {
            sum = sum * 31 + b.getLong(mark + at, LITTLE_ENDIAN);
        }
        sum = sum * 31 + b.getInt(mark + 32, LITTLE_ENDIAN);
        sum = sum * 31 + b.getInt(mark + 40, LITTLE_ENDIAN);
        sum *= 0x9E37_79B9_7F4A_7C15L;
        return (int) (sum >>> 32);
    }
}
