package lianmai.relay;

import org.agrona.MutableDirectBuffer;

/**
 * One publication's video of this turn that no viewer has got yet. It is forwarded viewer by viewer and not packet by
 * packet: what one viewer gets is then one run for the kernel, and its keys and numbering, the packets' text and the
 * slots for the cipher text stay in the processor's caches, which 200 viewers' copies of one frame do not fit in.
 *
 * <p>Only packets in order are here, and none while slots are short. One that comes late makes those before it leave at
 * once, and follows them: viewers who wait for it may go on from the history, where all that has arrived is already.
 *
 * <p>Thread: relay (confined). Owns: one reference to each packet's slot. Units: bytes; extended sequence numbers.
 */
final class FreshPackets {
    /** As many as a turn takes in; one more is forwarded with those before it. */
    private static final int MOST = 256;
    /** At most this share of a packet is spent on making it as long as its neighbours: 8 bytes of 1,200. */
    private static final int MOST_PADDING = 8;

    private final int[] slots = new int[MOST];
    private final int[] offsets = new int[MOST];
    private final int[] headerLengths = new int[MOST];
    private final int[] payloadLengths = new int[MOST];
    private final int[] paddings = new int[MOST];
    private final long[] sequences = new long[MOST];
    private final boolean[] keyFrameStarts = new boolean[MOST];
    private final int[] leaving = new int[MOST];
    private int count;

    int count() {
        return count;
    }

    boolean isFull() {
        return count == MOST;
    }

    /** @param offset absolute, of the RTP header in the slab */
    void add(
            final int slot,
            final int offset,
            final int headerLength,
            final int payloadLength,
            final long sequence,
            final boolean startsKeyFrame) {
        slots[count] = slot;
        offsets[count] = offset;
        headerLengths[count] = headerLength;
        payloadLengths[count] = payloadLength;
        paddings[count] = 0;
        sequences[count] = sequence;
        keyFrameStarts[count] = startsKeyFrame;
        leaving[count] = 0;
        count++;
    }

    /**
     * Pads packets of nearly one length to one length (RFC 3550 §5.1), behind their payload in the slab. A run for the
     * kernel ends where a longer packet follows, and libwebrtc makes the last packets of a frame one byte longer than
     * the first: a byte more in each of those saves one run of two for each viewer.
     */
    void pad(final MutableDirectBuffer slab) {
        int to;
        for (int from = 0; from < count; from = to) {
            int longest = payloadLengths[from];
            int shortest = longest;
            for (to = from + 1; to < count; to++) {
                final int longer = Math.max(longest, payloadLengths[to]);
                final int shorter = Math.min(shortest, payloadLengths[to]);
                if (longer - shorter > MOST_PADDING) {
                    break;
                }
                longest = longer;
                shortest = shorter;
            }
            for (int i = from; i < to - 1; i++) { // a run's last packet may be shorter
                pad(slab, i, longest - payloadLengths[i]);
            }
        }
    }

    private void pad(final MutableDirectBuffer slab, final int i, final int bytes) {
        paddings[i] = bytes;
        if (bytes > 0) {
            final int at = offsets[i] + headerLengths[i] + payloadLengths[i];
            slab.setMemory(at, bytes - 1, (byte) 0);
            slab.putByte(at + bytes - 1, (byte) bytes);
        }
    }

    int slot(final int i) {
        return slots[i];
    }

    int offset(final int i) {
        return offsets[i];
    }

    int headerLength(final int i) {
        return headerLengths[i];
    }

    int payloadLength(final int i) {
        return payloadLengths[i];
    }

    /** How many bytes of padding follow the payload, the last of which tells how many they are. */
    int padding(final int i) {
        return paddings[i];
    }

    long sequence(final int i) {
        return sequences[i];
    }

    boolean startsKeyFrame(final int i) {
        return keyFrameStarts[i];
    }

    /** So many more packets leave because of this one. */
    void leaves(final int i, final int packets) {
        leaving[i] += packets;
    }

    /** How many leave because of this packet since the last call. */
    int takeLeaving(final int i) {
        final int taken = leaving[i];
        leaving[i] = 0;
        return taken;
    }

    /** All are forwarded, and their slots released. */
    void clear() {
        count = 0;
    }
}
