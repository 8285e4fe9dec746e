package lianmai.load;

import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Checks what is inside one viewer's packets against what publishers put there: every mark whole, packets in the order
 * that sequence numbers say, none missing by the publishers' own count.
 *
 * <p>Thread: confined. Units: ns.
 */
final class StreamVerifier {
    /** A publisher's sound is its stream 0. */
    private static final int STREAM_OF_PUBLISHER = 0xF;

    private final Tally tally;
    private final boolean areMarksDue;
    private final boolean isContentCounted;
    private final Int2ObjectHashMap<SequenceLedger> contents = new Int2ObjectHashMap<>();

    /**
     * @param areMarksDue whether a packet without a mark is an error: nobody in the room sends captured media
     * @param isContentCounted whether every packet of a publisher must come, which is not so when the server chooses
     *     among layers or seats
     */
    StreamVerifier(final Tally tally, final boolean areMarksDue, final boolean isContentCounted) {
        this.tally = tally;
        this.areMarksDue = areMarksDue;
        this.isContentCounted = isContentCounted;
    }

    /**
     * Takes a plain payload.
     *
     * @param order of the packet's SSRC, for media packets; null for repair, which is late by nature
     * @param extended its sequence number, extended
     * @return where the mark is, or {@link PayloadMark#ABSENT}
     */
    int onPayload(final DirectBuffer b, final int payload, final int length, final Order order, final long extended) {
        tally.add(Count.CHECKED);
        final int mark = PayloadMark.find(b, payload, length);
        if (mark < 0) {
            if (mark == PayloadMark.DAMAGED || areMarksDue) {
                tally.add(Count.INTEGRITY_ERRORS);
            }
            return PayloadMark.ABSENT;
        }
        final int stream = PayloadMark.stream(b, mark);
        final long counter = PayloadMark.counter(b, mark);
        if (order != null) {
            order.onPacket(tally, stream, counter, extended);
        }
        if (isContentCounted) {
            onContent(stream, counter);
        }
        return mark;
    }

    private void onContent(final int stream, final long counter) {
        SequenceLedger ledger = contents.get(stream);
        if (ledger == null) {
            ledger = new SequenceLedger();
            contents.put(stream, ledger);
        }
        final long result = ledger.onSequence((int) counter & 0xFFFF);
        final boolean isAudio = (stream & STREAM_OF_PUBLISHER) == 0;
        tally.add(Count.CONTENT_DUE, SequenceLedger.due(result));
        tally.add(Count.AUDIO_DUE, isAudio ? SequenceLedger.due(result) : 0);
        final int kind = SequenceLedger.kind(result);
        if (kind != SequenceLedger.DUPLICATE && kind != SequenceLedger.TOO_OLD) {
            tally.add(Count.CONTENT_ARRIVED);
            tally.add(Count.AUDIO_ARRIVED, isAudio ? 1 : 0);
        }
    }

    /**
     * Whether the packets of one SSRC are in the publisher's order: of two packets of a stream, the one with the higher
     * sequence number has the higher counter. Where the distances differ, the server has closed a gap.
     *
     * <p>Thread: confined.
     */
    static final class Order {
        private int stream;
        private long counter = -1;
        private long extended;

        private void onPacket(final Tally tally, final int newStream, final long newCounter, final long newExtended) {
            if (counter >= 0 && newStream == stream) {
                final long numbers = newExtended - extended;
                final long counters = newCounter - counter;
                if (Long.signum(numbers) != Long.signum(counters)) {
                    tally.add(Count.INTEGRITY_ERRORS);
                } else if (numbers != counters) {
                    tally.add(Count.RENUMBERED);
                }
            }
            stream = newStream;
            counter = newCounter;
            extended = newExtended;
        }
    }
}
