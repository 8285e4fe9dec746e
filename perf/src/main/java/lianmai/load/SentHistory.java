package lianmai.load;

import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The payloads of a publisher's last packets, by sequence number, for RTX. Forgets what is {@value #PACKETS} packets
 * old: half a second of 5 Mbit/s.
 *
 * <p>Thread: confined. Owns: its memory until collected. Units: bytes.
 */
final class SentHistory {
    static final int PACKETS = 256;
    static final int NONE = -1;

    private static final int SLOT_BYTES = PublisherSpec.MAX_PAYLOAD_BYTES + 8;
    private static final int MASK = PACKETS - 1;

    private final UnsafeBuffer payloads = new UnsafeBuffer(BufferUtil.allocateDirectAligned(PACKETS * SLOT_BYTES, 64));
    private final int[] sequences = new int[PACKETS];
    private final int[] lengths = new int[PACKETS];
    private final int[] timestamps = new int[PACKETS];
    private final boolean[] markers = new boolean[PACKETS];

    SentHistory() {
        java.util.Arrays.fill(sequences, NONE);
    }

    void put(
            final int sequence,
            final int timestamp,
            final boolean marker,
            final DirectBuffer b,
            final int payload,
            final int length) {
        final int i = sequence & MASK;
        sequences[i] = sequence;
        lengths[i] = length;
        timestamps[i] = timestamp;
        markers[i] = marker;
        payloads.putBytes(i * SLOT_BYTES, b, payload, length);
    }

    /** Where in the history a packet is, or {@link #NONE}. */
    int find(final int sequence) {
        final int i = sequence & MASK;
        return sequences[i] == sequence ? i : NONE;
    }

    int length(final int i) {
        return lengths[i];
    }

    int timestamp(final int i) {
        return timestamps[i];
    }

    boolean marker(final int i) {
        return markers[i];
    }

    DirectBuffer payloads() {
        return payloads;
    }

    int offset(final int i) {
        return i * SLOT_BYTES;
    }
}
