package lianmai.relay;

/**
 * Makes one outgoing RTP stream out of the runs of many publications: sequence numbers and timestamps go on without a
 * break when the source changes, so a decoder sees one stream that merely contains a key frame.
 *
 * <p>A <em>run</em> is the packets of one publication from {@link #startRun} to the next. Inside a run outgoing numbers
 * are incoming numbers plus a constant, so gaps stay gaps and a late packet gets the number that was left for it. Each
 * run starts above every number used before; that, and the refusal of packets from before the run's first, is why no
 * two different packets can get the same number (design law 6).
 *
 * <p>Thread: relay (confined). Units: extended sequence numbers, RTP ticks.
 */
final class RtpRewriter {
    /** What {@link #sequence} and {@link #original} answer for a number outside of the run. */
    static final long OUTSIDE = -1;

    private long sequenceOffset;
    private int timestampOffset;
    private long firstIncoming = Long.MAX_VALUE;
    private long highestOutgoing;
    private int newestTimestamp;
    private boolean anySent;

    /** @param firstSequence below 2^15, so that receivers cannot take it for the end of a cycle (RFC 3711 §3.3.1) */
    RtpRewriter(final int firstSequence) {
        if (firstSequence < 1 || firstSequence >= 1 << 15) {
            throw new IllegalArgumentException("first sequence number out of 1..2^15-1: " + firstSequence);
        }
        highestOutgoing = firstSequence - 1L;
    }

    /**
     * Begins a run with the packet of extended number {@code incoming} and timestamp {@code incomingTimestamp}.
     *
     * @param wantedTimestamp where the outgoing stream's clock stands at that packet; moved forward when it would not
     *     be newer than what was sent
     * @param leastStep ticks by which the first timestamp must be newer
     */
    void startRun(final long incoming, final int incomingTimestamp, final int wantedTimestamp, final int leastStep) {
        firstIncoming = incoming;
        sequenceOffset = highestOutgoing + 1 - incoming;
        final boolean isNewer = !anySent || wantedTimestamp - newestTimestamp >= leastStep;
        timestampOffset = (isNewer ? wantedTimestamp : newestTimestamp + leastStep) - incomingTimestamp;
    }

    /** The run is over; nothing belongs to it any more. */
    void endRun() {
        firstIncoming = Long.MAX_VALUE;
    }

    /** The outgoing extended number, or {@link #OUTSIDE} for a packet from before the run. */
    long sequence(final long incoming) {
        return incoming < firstIncoming ? OUTSIDE : incoming + sequenceOffset;
    }

    int timestamp(final int incomingTimestamp) {
        return incomingTimestamp + timestampOffset;
    }

    /** Notes what goes out. */
    void sent(final long outgoing, final int timestamp) {
        highestOutgoing = Math.max(highestOutgoing, outgoing);
        if (!anySent || timestamp - newestTimestamp > 0) {
            newestTimestamp = timestamp;
        }
        anySent = true;
    }

    /** The incoming number behind an outgoing one, or {@link #OUTSIDE} when it was not of this run. */
    long original(final long outgoing) {
        final long incoming = outgoing - sequenceOffset;
        return firstIncoming == Long.MAX_VALUE || incoming < firstIncoming || outgoing > highestOutgoing
                ? OUTSIDE
                : incoming;
    }

    /** The highest outgoing extended number so far. */
    long highestOutgoing() {
        return highestOutgoing;
    }
}
