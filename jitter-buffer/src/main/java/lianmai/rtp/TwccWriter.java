package lianmai.rtp;

import org.agrona.MutableDirectBuffer;

/**
 * Writes transport-wide feedback, as {@link Twcc} reads it. One packet covers as many of the given arrivals as fit: the
 * caller writes further packets for the rest.
 *
 * <p>Each chunk is chosen to cover the most statuses: a run, 14 one-bit symbols, or 7 two-bit symbols.
 *
 * <p>Thread: one. Owns: scratch arrays for {@link #MAX_STATUSES} statuses. Units: ns, bytes.
 */
public final class TwccWriter {
    /** Most statuses in one packet: with the largest deltas 1,024 of them still stay far below one datagram's limit. */
    public static final int MAX_STATUSES = 1024;
    /** No packet could be written: nothing had arrived, or there is no room for a single status. */
    public static final long NOTHING = 0;

    private static final int MAX_SMALL = 0xFF;

    private final byte[] symbols = new byte[MAX_STATUSES];
    private final short[] deltas = new short[MAX_STATUSES];

    /**
     * Writes one feedback packet about the packets {@code baseSequence}, {@code baseSequence + 1}, …
     *
     * @param capacity bytes there are for it, at {@code offset}
     * @param feedbackCount one more for each packet written, modulo 256
     * @param arrivalNs their arrivals on any clock, or {@link Twcc#NOT_RECEIVED}
     * @param from where to begin in {@code arrivalNs}: that one is number {@code baseSequence}
     * @param count how many to cover at most
     * @return {@link #length} and {@link #covered}, packed; or {@link #NOTHING}
     */
    public long write(
            final MutableDirectBuffer b,
            final int offset,
            final int capacity,
            final int senderSsrc,
            final int mediaSsrc,
            final int feedbackCount,
            final int baseSequence,
            final long[] arrivalNs,
            final int from,
            final int count) {
        int first = 0;
        while (first < count && arrivalNs[from + first] == Twcc.NOT_RECEIVED) {
            first++;
        }
        if (first == count) {
            return NOTHING;
        }
        final long reference = Math.floorDiv(ticks(arrivalNs[from + first]), (long) Twcc.TICKS_PER_REFERENCE);
        final int covered = measure(arrivalNs, from, count, capacity, reference * Twcc.TICKS_PER_REFERENCE);
        if (covered <= first) {
            return NOTHING;
        }
        NetworkOrder.put16(b, offset + 12, baseSequence);
        NetworkOrder.put16(b, offset + 14, covered);
        NetworkOrder.put24(b, offset + 16, (int) reference);
        NetworkOrder.put8(b, offset + 19, feedbackCount);
        int end = writeDeltas(b, writeChunks(b, offset + Twcc.CHUNKS_OFFSET, covered), covered);
        while ((end - offset & 3) != 0) {
            NetworkOrder.put8(b, end++, 0);
        }
        final int length = end - offset;
        RtcpHeader.writeFeedback(b, offset, RtcpHeader.TRANSPORT_FEEDBACK, Twcc.FORMAT, length, senderSsrc, mediaSsrc);
        return (long) covered << 32 | length;
    }

    /** The packet's length in bytes. */
    public static int length(final long written) {
        return (int) written;
    }

    /** How many of the given arrivals the packet covers. */
    public static int covered(final long written) {
        return (int) (written >>> 32);
    }

    private static long ticks(final long arrivalNs) {
        return Math.floorDiv(arrivalNs, Twcc.TICK_NS);
    }

    /** Fills symbols and deltas; answers how many statuses fit the capacity and the range of a delta. */
    private int measure(
            final long[] arrivalNs, final int from, final int count, final int capacity, final long referenceTicks) {
        final int most = Math.min(count, MAX_STATUSES);
        long previous = referenceTicks;
        int deltaBytes = 0;
        for (int i = 0; i < most; i++) {
            int symbol = Twcc.STATUS_NOT_RECEIVED;
            if (arrivalNs[from + i] != Twcc.NOT_RECEIVED) {
                final long ticks = ticks(arrivalNs[from + i]);
                final long delta = ticks - previous;
                if (delta != (short) delta) {
                    return i;
                }
                symbol = delta >= 0 && delta <= MAX_SMALL ? Twcc.STATUS_SMALL : Twcc.STATUS_LARGE;
                deltas[i] = (short) delta;
                previous = ticks;
            }
            deltaBytes += symbol;
            // Two-bit vectors are the worst case: 2 bytes for 7 statuses; 3 bytes of padding at the end.
            final int chunkBytes = 2 * (i / Twcc.TWO_BIT_SYMBOLS + 1);
            if (Twcc.CHUNKS_OFFSET + chunkBytes + deltaBytes + 3 > capacity) {
                return i;
            }
            symbols[i] = (byte) symbol;
        }
        return most;
    }

    private int writeChunks(final MutableDirectBuffer b, final int offset, final int count) {
        int at = offset;
        int i = 0;
        while (i < count) {
            final int run = runLength(i, count);
            final int oneBit = oneBitLength(i, count);
            final int twoBit = Math.min(Twcc.TWO_BIT_SYMBOLS, count - i);
            if (run >= oneBit && run >= twoBit) {
                NetworkOrder.put16(b, at, symbols[i] << 13 | run);
                i += run;
            } else if (oneBit >= twoBit) {
                NetworkOrder.put16(b, at, Twcc.VECTOR_BIT | vector(i, oneBit, 1, Twcc.ONE_BIT_SYMBOLS));
                i += oneBit;
            } else {
                final int vector = vector(i, twoBit, 2, Twcc.TWO_BIT_SYMBOLS);
                NetworkOrder.put16(b, at, Twcc.VECTOR_BIT | Twcc.TWO_BIT_FLAG | vector);
                i += twoBit;
            }
            at += 2;
        }
        return at;
    }

    private int runLength(final int from, final int count) {
        final int limit = Math.min(count, from + Twcc.MAX_RUN);
        int i = from + 1;
        while (i < limit && symbols[i] == symbols[from]) {
            i++;
        }
        return i - from;
    }

    /** How many statuses one one-bit vector covers; 0 when a large delta is among them. */
    private int oneBitLength(final int from, final int count) {
        final int length = Math.min(Twcc.ONE_BIT_SYMBOLS, count - from);
        for (int i = 0; i < length; i++) {
            if (symbols[from + i] == Twcc.STATUS_LARGE) {
                return 0;
            }
        }
        return length;
    }

    private int vector(final int from, final int length, final int bits, final int places) {
        int vector = 0;
        for (int i = 0; i < length; i++) {
            vector |= symbols[from + i] << bits * (places - 1 - i);
        }
        return vector;
    }

    private int writeDeltas(final MutableDirectBuffer b, final int offset, final int count) {
        int at = offset;
        for (int i = 0; i < count; i++) {
            if (symbols[i] == Twcc.STATUS_SMALL) {
                NetworkOrder.put8(b, at, deltas[i]);
            } else if (symbols[i] == Twcc.STATUS_LARGE) {
                NetworkOrder.put16(b, at, deltas[i]);
            }
            at += symbols[i];
        }
        return at;
    }
}
