package lianmai.jitter;

import java.util.Arrays;
import lianmai.rtp.SequenceNumbers;

/**
 * What one received RTP stream has lost: extends sequence numbers, tells duplicates, decides when to ask again for what
 * is missing, and counts for receiver reports (RFC 3550 appendices A.1 and A.3).
 *
 * <pre>
 *            gap seen                 NACK sent                  10 NACKs, 1 s, or out of the window
 *  (unseen) ──────────▶ missing, 0 ──────────▶ missing, 1..10 ──────────▶ abandoned: key frame wanted
 *      │                    │ arrives              │ arrives
 *      └────▶ received ◀────┴──────────────────────┘
 * </pre>
 *
 * <p>It remembers the last {@link #WINDOW} sequence numbers. A packet further away is dropped, unless the next one
 * follows it directly: then the source has restarted (A.1), and extended numbers go on above all former ones.
 *
 * <p>Extended numbers begin in cycle 1, so that a packet from just before the first one has one too.
 *
 * <p>Thread: relay (confined). Units: ns, extended sequence numbers.
 */
public final class LossTracker {
    /** What became of a packet. */
    public enum Status {
        /** The next in order, or one that leaves a gap behind. */
        NEW,
        /** Late, before it was asked for. */
        REORDERED,
        /** Missing, asked for, arrived. */
        RECOVERED,
        /** Seen before: drop it. */
        DUPLICATE,
        /** So far away that nothing is known about it: drop it. */
        TOO_OLD,
        /** The source has restarted: all that is known of the stream before is void. Forward it as a new one. */
        RESET;

        private static final Status[] VALUES = values();
    }

    /** Sequence numbers remembered. */
    public static final int WINDOW = 1024;
    /** Asking for more at once than this only feeds the congestion that lost them: a key frame is cheaper. */
    public static final int MAX_MISSING = 512;
    /** Tries for one packet; what did not come by then is not worth having in real time. */
    public static final int MAX_TRIES = 10;
    /** How long a packet is asked for: later the picture has frozen for long enough that a key frame came. */
    public static final long MAX_AGE_NS = 1_000_000_000L;
    /** Two requests for one packet are at least this far apart, however short the round trip is told to be. */
    public static final long MIN_REPEAT_NS = 20_000_000L;
    /** {@link #nextDeadlineNs} when nothing is missing. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** A larger step forward is a restart (MAX_DROPOUT of A.1). */
    private static final int MAX_FORWARD = 3000;

    private static final int MASK = WINDOW - 1;
    private static final int NO_SEQUENCE = -1;
    private static final int CYCLE = 1 << 16;
    private static final byte UNSEEN = 0;
    private static final byte RECEIVED = 1;
    private static final byte MISSING = 2;

    private final long reorderDelayNs;
    private final byte[] states = new byte[WINDOW];
    private final byte[] tries = new byte[WINDOW];
    private final long[] missedAt = new long[WINDOW];
    private final long[] dueAt = new long[WINDOW];
    private final ReceptionCounts counts = new ReceptionCounts();

    private boolean started;
    private long highest;
    private int restartSequence = NO_SEQUENCE;
    private int missing;
    private long lowestMissing;
    private long deadline = NO_DEADLINE;
    private boolean keyFrameWanted;
    private long abandoned;

    /** @param reorderDelayNs how long a gap may be mere reordering before it is asked for; 0 asks at once */
    public LossTracker(final long reorderDelayNs) {
        this.reorderDelayNs = reorderDelayNs;
    }

    /**
     * Takes a packet of the stream.
     *
     * @param sequence 0 … 65535
     * @return {@link #status} and {@link #extended}, packed
     */
    public long onPacket(final int sequence, final long nowNs) {
        if (!started) {
            start(CYCLE | sequence);
            return received(Status.NEW, highest);
        }
        final int distance = SequenceNumbers.distance((int) highest & 0xFFFF, sequence);
        if (distance > 0 && distance < MAX_FORWARD) {
            advance(highest + distance, nowNs);
            return received(Status.NEW, highest);
        }
        if (distance <= 0 && distance > -WINDOW) {
            restartSequence = NO_SEQUENCE;
            return received(late(highest + distance), highest + distance);
        }
        if (sequence != restartSequence) {
            restartSequence = sequence + 1 & 0xFFFF;
            return pack(Status.TOO_OLD, highest);
        }
        restart(sequence);
        return received(Status.RESET, highest);
    }

    /**
     * Takes a packet that came back by retransmission on another SSRC (RFC 4588): it fills its gap, but the statistics
     * go on counting it as lost: what is reported is the path, not the repair. One that is ahead of the stream is
     * refused; its gap is asked for once it shows.
     *
     * @return {@link #status}: RECOVERED, DUPLICATE or TOO_OLD; and {@link #extended}, packed
     */
    public long onRetransmission(final int sequence) {
        final int distance = SequenceNumbers.distance((int) highest & 0xFFFF, sequence);
        final long extended = highest + distance;
        if (!started || distance > 0 || distance <= -WINDOW) {
            return pack(Status.TOO_OLD, Math.max(0, extended));
        }
        final Status status = late(extended);
        return pack(status == Status.REORDERED ? Status.RECOVERED : status, extended);
    }

    public static Status status(final long result) {
        return Status.VALUES[(int) result & 7];
    }

    /** The packet's extended sequence number; without meaning for TOO_OLD. */
    public static long extended(final long result) {
        return result >>> 3;
    }

    /**
     * Lists what is to be asked for now, in ascending order, and counts it as asked for; abandons what is hopeless.
     *
     * @param rttNs round trip to the sender: no packet is asked for again before an answer can have come
     * @param out receives 16-bit sequence numbers; what does not fit stays due
     * @return how many
     */
    public int collectNacks(final long nowNs, final long rttNs, final int[] out) {
        if (nowNs < deadline) {
            return 0;
        }
        final long repeatNs = Math.max(rttNs, MIN_REPEAT_NS);
        int count = 0;
        deadline = NO_DEADLINE;
        for (long extended = lowestMissing; missing > 0 && extended < highest; extended++) {
            final int index = (int) extended & MASK;
            if (states[index] != MISSING) {
                continue;
            }
            if (tries[index] == MAX_TRIES && nowNs >= dueAt[index] || nowNs - missedAt[index] >= MAX_AGE_NS) {
                abandon(index);
                continue;
            }
            if (nowNs >= dueAt[index] && count < out.length) {
                out[count++] = (int) extended & 0xFFFF;
                tries[index]++;
                dueAt[index] = Math.min(nowNs + repeatNs, missedAt[index] + MAX_AGE_NS);
            }
            deadline = Math.min(deadline, dueAt[index]);
        }
        return count;
    }

    /** When {@link #collectNacks} has something to do, or {@link #NO_DEADLINE}. */
    public long nextDeadlineNs() {
        return missing == 0 ? NO_DEADLINE : deadline;
    }

    /** Whether something was abandoned since the last call: without a key frame the picture stays broken. */
    public boolean takeKeyFrameWanted() {
        final boolean wanted = keyFrameWanted;
        keyFrameWanted = false;
        return wanted;
    }

    /** Stops asking for what lies before {@code extended}, because a key frame that begins there makes it useless. */
    public void forgetBefore(final long extended) {
        final long end = Math.min(extended, highest);
        for (long at = lowestMissing; missing > 0 && at < end; at++) {
            final int index = (int) at & MASK;
            if (states[index] == MISSING) {
                states[index] = UNSEEN;
                missing--;
            }
        }
        lowestMissing = Math.max(lowestMissing, end);
    }

    /** How many packets are being asked for, at most {@link #MAX_MISSING}. */
    public int missing() {
        return missing;
    }

    /** How many packets were given up, over the stream's life. */
    public long abandoned() {
        return abandoned;
    }

    /** The highest extended number received; its cycles begin at 1. */
    public long highest() {
        return highest;
    }

    /** What a receiver report says about the stream. */
    public ReceptionCounts counts() {
        return counts;
    }

    private static long pack(final Status status, final long extended) {
        return extended << 3 | status.ordinal();
    }

    private long received(final Status status, final long extended) {
        counts.onReceived(highest, status == Status.DUPLICATE);
        return pack(status, extended);
    }

    private void start(final long extended) {
        started = true;
        highest = extended;
        lowestMissing = extended;
        states[(int) extended & MASK] = RECEIVED;
        counts.start(extended);
    }

    private void restart(final int sequence) {
        final long sameCycle = highest & -CYCLE | sequence;
        Arrays.fill(states, UNSEEN);
        missing = 0;
        deadline = NO_DEADLINE;
        restartSequence = NO_SEQUENCE;
        keyFrameWanted = true;
        start(sameCycle > highest ? sameCycle : sameCycle + CYCLE);
    }

    private void advance(final long extended, final long nowNs) {
        restartSequence = NO_SEQUENCE;
        final long gap = extended - highest - 1;
        if (gap > 0 && gap + missing > MAX_MISSING) {
            abandonAll(gap);
        }
        if (missing == 0) {
            lowestMissing = highest + 1;
        }
        final boolean worthAsking = gap <= MAX_MISSING;
        for (long at = Math.max(highest + 1, extended - MASK); at < extended; at++) {
            leaveBehind((int) at & MASK);
            states[(int) at & MASK] = UNSEEN;
            if (worthAsking) {
                miss((int) at & MASK, nowNs);
            }
        }
        leaveBehind((int) extended & MASK);
        states[(int) extended & MASK] = RECEIVED;
        highest = extended;
        lowestMissing = Math.max(lowestMissing, highest - MASK);
    }

    /** The window moves over this place: what was missing there is out of reach. */
    private void leaveBehind(final int index) {
        if (states[index] == MISSING) {
            abandon(index);
        }
    }

    private void miss(final int index, final long nowNs) {
        states[index] = MISSING;
        tries[index] = 0;
        missedAt[index] = nowNs;
        dueAt[index] = nowNs + reorderDelayNs;
        deadline = missing == 0 ? dueAt[index] : Math.min(deadline, dueAt[index]);
        missing++;
    }

    private void abandon(final int index) {
        states[index] = UNSEEN;
        missing--;
        abandoned++;
        keyFrameWanted = true;
    }

    private void abandonAll(final long gap) {
        for (int i = 0; missing > 0 && i < WINDOW; i++) {
            leaveBehind(i);
        }
        abandoned += gap > MAX_MISSING ? gap : 0;
        keyFrameWanted = true;
    }

    private Status late(final long extended) {
        final int index = (int) extended & MASK;
        if (states[index] == RECEIVED) {
            return Status.DUPLICATE;
        }
        final boolean askedFor = states[index] == MISSING && tries[index] > 0;
        if (states[index] == MISSING) {
            missing--;
        }
        states[index] = RECEIVED;
        return askedFor ? Status.RECOVERED : Status.REORDERED;
    }
}
