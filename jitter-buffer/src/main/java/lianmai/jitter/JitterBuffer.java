package lianmai.jitter;

import java.util.Arrays;
import lianmai.rtp.RtpClock;
import lianmai.rtp.SequenceNumbers;

/**
 * Adaptive play-out of one received stream of packets that all last equally long (audio): puts them in order, and
 * decides for each piece of sound what it is made from, so that as little as possible is missing at as little delay
 * as possible. It knows no codec: a packet is a handle, and to make a packet longer or shorter is the player's
 * business.
 *
 * <pre>
 *            insert                                     poll, whenever the player needs the next piece
 *  packet ──────────▶ ring by sequence number ─────────▶ NORMAL, ACCELERATE, DECELERATE: this packet, this long
 *               │                                        CONCEAL: nothing is there, invent something
 *               └──▶ {@link RelativeDelay} ──▶ {@link DelayTarget}   SILENCE: there is nothing to play
 * </pre>
 *
 * <h2>What it does</h2>
 *
 * It follows NetEQ, the jitter buffer of libwebrtc (its documentation, {@code modules/audio_coding/neteq/g3doc}, and
 * its delay manager). To aim at a quantile of recent delays is an idea of Moon, Kurose and Towsley, "Packet audio
 * playout delay adjustment: performance bounds and algorithms" (1998); to stretch packets in the midst of talk, of
 * Liang, Färber and Girod, "Adaptive playout scheduling and loss concealment for voice communication over IP networks"
 * (2003); to set the delay anew between talkspurts, of Ramjee, Kurose, Towsley and Schulzrinne, "Adaptive playout
 * mechanisms for packetized audio applications in wide-area networks" (1994).
 *
 * <ul>
 *   <li><em>Delay</em> of a packet here is how long after the earliest possible moment it is played: after the moment
 *       at which it would have come, had it been as quick as the quickest of the last two seconds ({@link
 *       RelativeDelay}). {@link DelayTarget} says how large it should be.
 *   <li><em>Stretching.</em> A packet is played longer when the delay is below the target; shorter when it is above
 *       the target, and above what the slowest packet of the last two seconds took, by more than a deadband of one
 *       histogram bucket and one stretch. So neither a target that moves by one bucket and back, nor a stretch
 *       itself, can cause the opposite stretch, and the buffer does not hurry into a gap while packets are still
 *       slow. A stretch is a quarter of a packet, at most one in 60 ms; beyond four times the upper limit each packet
 *       is cut in half.
 *   <li><em>Drift.</em> A clock that is off by 200 ppm moves the delay by 12 ms a minute towards one edge of the
 *       deadband, where one stretch undoes 25 s of it. Without stretching, drift ends in a gap or is undone in the
 *       next silence.
 *   <li><em>Late.</em> While the next packet in order is missing and no later one is there, the piece is concealed
 *       and time stands still in the stream: when the packet comes it is played, and the delay has grown.
 *   <li><em>Lost.</em> When a later packet is there, the missing ones are concealed for exactly as long as they would
 *       have lasted, unless the delay is above the deadband: then the gap is cut short.
 *   <li><em>Silence</em> (DTX). Timestamps that go on without packets missing say that the sender was silent (RFC
 *       3550 §5.1). Until the packet after it came, silence cannot be told from a late packet: it is concealed, and
 *       counted as silence afterwards. The packet after it is played when its delay equals the target: silence gets
 *       longer or shorter instead of sound.
 *   <li><em>Start</em>, and a gap long enough to have been faded out: not before the packet's delay is the target, or
 *       half of it after such a gap, or the next one would be late again.
 *   <li><em>Restart.</em> A number 3,000 away, a timestamp that contradicts the order of numbers, or a transit time 5
 *       s off: dropped, unless the next packet follows it directly (RFC 3550 A.1). Then the source has restarted:
 *       what is left of the old stream is dropped. After a change of SSRC the owner calls {@link #clear}.
 * </ul>
 *
 * <p>Where it differs from NetEQ: the largest delay of the last two seconds bounds the deadband instead of being
 * added to it, which keeps the delay smaller; stretches have one length, as no signal is looked at; after a pause the
 * delay is set to the target exactly; weights are doubles, without rounding to make up for.
 *
 * <p>Not for video: a frame of several packets has several with one timestamp, which are strange here, and pictures
 * want to be shown whole. Recording and mixing want one buffer for each audio track.
 *
 * <p>Each handle comes back exactly once: from {@link #poll}, or through {@link Release}, also when {@link #insert}
 * refuses it.
 *
 * <p>Thread: one (confined). Owns: the handles it holds. Units: ns in and out, RTP ticks within.
 */
public final class JitterBuffer {
    /** What the next piece of sound is made from. */
    public enum Decision {
        /** The packet as it is. */
        NORMAL,
        /** The packet, made shorter. */
        ACCELERATE,
        /** The packet, made longer. */
        DECELERATE,
        /** No packet: packet loss concealment. */
        CONCEAL,
        /** No packet, and none was to be expected. */
        SILENCE;

        private static final Decision[] VALUES = values();
    }

    /** What became of a packet. */
    public enum Status {
        BUFFERED,
        /** Dropped: its time is over. */
        LATE,
        /** Dropped: there is or was another copy. */
        DUPLICATE,
        /** Dropped: not of this stream. */
        STRANGE,
        /** Buffered: it was too far ahead, so all before it was dropped. */
        OVERFLOW,
        /** Buffered: the source began anew with it, all of the old stream was dropped. */
        RESTART
    }

    /** Takes back a handle that will not be played. */
    @FunctionalInterface
    public interface Release {
        void release(int handle);
    }

    /** The handle of a piece without a packet. */
    public static final int NONE = -1;

    /** A larger step forward is a restart (MAX_DROPOUT of RFC 3550 A.1). */
    private static final int MAX_FORWARD = 3000;
    /** A transit time that differs by more is another clock, or a network that has stood still for too long. */
    private static final int MAX_TRANSIT_SECONDS = 5;
    /** Pieces without a packet are at most this long, so that one that comes just now does not wait for long. */
    private static final int PIECES_PER_SECOND = 100;
    /** By then concealment has faded out and a listener has noticed: a little longer is better than a second gap. */
    private static final int FADED_PER_SECOND = 10;
    /** Stretches nearer to each other than 60 ms are heard as a wrong pitch. */
    private static final long STRETCH_INTERVAL_MILLIS = 60;

    private static final int FAST_FACTOR = 4;
    private static final int CYCLE = 1 << 16;
    private static final long NEVER = -1;

    private final int clockRate;
    private final int packetTicks;
    private final int pieceTicks;
    private final int fadedTicks;
    private final int stretchTicks;
    private final long stretchInterval;
    private final long maxTransit;
    private final Release release;
    private final RelativeDelay relative;
    private final DelayTarget target;
    private final PlayoutCounts counts;

    private final int mask;
    private final long[] sequences;
    private final long[] times;
    private final long[] arrivals;
    private final int[] handles;
    private final boolean[] held;
    private int size;

    private boolean started;
    private boolean playing;
    private long highest;
    private long newestTime;
    private int strangeNext = (int) NEVER;
    /** The number and time that would be played next without a gap. */
    private long nextSequence;

    private long nextTime;
    /** Packets before {@link #nextSequence} that an overflow has passed over. */
    private long skipped;
    /** How long the present gap has been concealed. */
    private long gapTicks;
    /** Time played since the last stretch. */
    private long sinceStretch;

    private long delay;

    public JitterBuffer(final JitterBufferConfig config, final Release release) {
        this.release = release;
        clockRate = config.clockRate();
        packetTicks = config.packetTicks();
        pieceTicks = Math.max(1, clockRate / PIECES_PER_SECOND);
        fadedTicks = clockRate / FADED_PER_SECOND;
        stretchTicks = config.stretches() ? packetTicks / 4 : 0;
        stretchInterval = clockRate * STRETCH_INTERVAL_MILLIS / 1000;
        maxTransit = (long) clockRate * MAX_TRANSIT_SECONDS;
        relative = new RelativeDelay(clockRate);
        target = new DelayTarget(config);
        counts = new PlayoutCounts(clockRate);
        mask = config.capacity() - 1;
        sequences = new long[config.capacity()];
        times = new long[config.capacity()];
        arrivals = new long[config.capacity()];
        handles = new int[config.capacity()];
        held = new boolean[config.capacity()];
        Arrays.fill(sequences, NEVER);
    }

    /**
     * Takes a packet. All pieces due by its arrival should have been polled before, or it may be played although it
     * came too late.
     *
     * @param sequence its 16-bit sequence number; higher bits are ignored
     * @param timestamp of its first sample
     * @param handle anything but {@link #NONE}
     * @param nowNs its arrival
     */
    public Status insert(final int sequence, final int timestamp, final int handle, final long nowNs) {
        final long now = RtpClock.nsToTicks(nowNs, clockRate);
        counts.add(PlayoutCounter.PACKETS_INSERTED, 1);
        if (!started) {
            start(CYCLE | sequence & 0xFFFF, timestamp);
        }
        final int distance = SequenceNumbers.distance((int) highest & 0xFFFF, sequence);
        final long extended = highest + distance;
        final long time = RtpClock.unwrap(newestTime, timestamp);
        if (isStrange(distance, time, now)) {
            return onStrange(sequence & 0xFFFF, timestamp, handle, now);
        }
        strangeNext = (int) NEVER;
        return onSane(extended, time, handle, now);
    }

    private Status onSane(final long extended, final long time, final int handle, final long now) {
        final int index = (int) extended & mask;
        if (sequences[index] == extended) {
            return refuse(Status.DUPLICATE, PlayoutCounter.DUPLICATE, handle);
        }
        target.onPacket(relative.onPacket(now - time, now), time < newestTime, now);
        highest = Math.max(highest, extended);
        newestTime = Math.max(newestTime, time);
        if (extended < nextSequence) {
            if (playing || highest - extended > mask) {
                // Remembered, so that its copies are duplicates.
                sequences[index] = Math.max(sequences[index], extended);
                return refuse(Status.LATE, PlayoutCounter.LATE, handle);
            }
            nextSequence = extended;
        }
        if (extended - nextSequence <= mask) {
            keep(index, extended, time, handle, now);
            return Status.BUFFERED;
        }
        overflow(extended);
        keep(index, extended, time, handle, now);
        return Status.OVERFLOW;
    }

    /**
     * The next piece of sound.
     *
     * @param nowNs when it is heard: when the piece before it ends, not when somebody gets round to asking
     * @return {@link #decision}, {@link #ticks} and {@link #handle}, packed; a handle is the caller's from now on
     */
    public long poll(final long nowNs) {
        final long now = RtpClock.nsToTicks(nowNs, clockRate);
        if (size == 0) {
            return playing ? conceal(pieceTicks) : silence(pieceTicks);
        }
        final int index = first();
        final long wait = wait(index, now);
        if (wait <= 0) {
            return play(index, now);
        }
        final long piece = Math.min(pieceTicks, wait);
        return playing && !isSilence(index) ? conceal(piece) : silence(piece);
    }

    public static Decision decision(final long polled) {
        return Decision.VALUES[(int) polled & 7];
    }

    /** How long the piece is, at least 1: what was polled is to be stretched to this length. */
    public static int ticks(final long polled) {
        return (int) (polled >>> 3) & 0xFFF_FFFF;
    }

    /** The packet's handle; {@link #NONE} for {@link Decision#CONCEAL} and {@link Decision#SILENCE}. */
    public static int handle(final long polled) {
        return (int) (polled >> 32);
    }

    /**
     * Drops everything and begins anew with the next packet: for the end of the stream and for a new SSRC. A gap that
     * was open is silence, not stutter: the stream had ended.
     */
    public void clear() {
        flush();
        counts.reclassify(gapTicks, gapTicks);
        gapTicks = 0;
        started = false;
        playing = false;
    }

    /** How long after the earliest possible moment packets should be played. */
    public long targetDelayNs() {
        return RtpClock.ticksToNs(target.ticks(), clockRate);
    }

    /** How long after the earliest possible moment the last packet was played. */
    public long delayNs() {
        return RtpClock.ticksToNs(delay, clockRate);
    }

    /** How many packets are in the buffer. */
    public int size() {
        return size;
    }

    /** What has happened so far. */
    public PlayoutCounts counts() {
        return counts;
    }

    private void start(final long extended, final int timestamp) {
        started = true;
        Arrays.fill(sequences, NEVER);
        highest = extended;
        nextSequence = extended;
        newestTime = Integer.toUnsignedLong(timestamp);
        nextTime = newestTime;
        skipped = 0;
        strangeNext = (int) NEVER;
        relative.clear();
        target.startInterval();
    }

    private boolean isStrange(final int distance, final long time, final long now) {
        // Timestamps are in the order of numbers. The first packet of all has itself to compare with.
        return Math.abs(distance) >= MAX_FORWARD
                || Integer.signum(distance) != Long.signum(time - newestTime)
                || relative.isKnown() && Math.abs(now - time - relative.base()) > maxTransit;
    }

    private Status onStrange(final int sequence, final int timestamp, final int handle, final long now) {
        if (sequence != strangeNext) {
            strangeNext = sequence + 1 & 0xFFFF;
            return refuse(Status.STRANGE, PlayoutCounter.STRANGE, handle);
        }
        flush();
        playing = false;
        gapTicks = 0;
        counts.add(PlayoutCounter.RESTARTS, 1);
        start(CYCLE | sequence, timestamp);
        onSane(highest, newestTime, handle, now);
        return Status.RESTART;
    }

    private Status refuse(final Status status, final PlayoutCounter counter, final int handle) {
        counts.add(counter, 1);
        release.release(handle);
        return status;
    }

    private void keep(final int index, final long extended, final long time, final int handle, final long now) {
        sequences[index] = extended;
        times[index] = time;
        arrivals[index] = now;
        handles[index] = handle;
        held[index] = true;
        size++;
    }

    /** Drops all that is held and goes on with this packet, as if all before it had been lost. */
    private void overflow(final long extended) {
        final long passed = extended - nextSequence;
        counts.add(PlayoutCounter.OVERFLOWS, 1);
        counts.add(PlayoutCounter.PACKETS_LOST, passed - size);
        flush();
        skipped += passed;
        nextSequence = extended;
    }

    private void flush() {
        for (int i = 0; size > 0; i++) {
            if (held[i]) {
                held[i] = false;
                size--;
                counts.add(PlayoutCounter.FLUSHED, 1);
                release.release(handles[i]);
            }
        }
    }

    /** The place of the packet with the lowest number; there is one. */
    private int first() {
        long at = nextSequence;
        while (!held[(int) at & mask]) {
            at++;
        }
        return (int) at & mask;
    }

    private long delayOf(final int index, final long now) {
        return now - times[index] - relative.base();
    }

    /** By how much the timestamps jump before this packet. */
    private long leap(final int index) {
        final long jump = times[index] - nextTime;
        // Less than half a packet is some sender's rounding.
        return jump < packetTicks / 2 ? 0 : jump;
    }

    /** How much of the leap is due to packets that did not come. */
    private long lost(final int index) {
        return Math.min(leap(index), (sequences[index] - nextSequence + skipped) * packetTicks);
    }

    private boolean isSilence(final int index) {
        return leap(index) > lost(index);
    }

    /** How long the first packet must still wait; 0 or less when its time has come. */
    private long wait(final int index, final long now) {
        final long delayNow = delayOf(index, now);
        if (!playing || isSilence(index)) {
            return target.ticks() - delayNow;
        }
        if (gapTicks >= fadedTicks && delayNow < target.ticks() / 2) {
            return target.ticks() / 2 - delayNow;
        }
        return delayNow > upperLimit() ? 0 : leap(index) - gapTicks;
    }

    private long upperLimit() {
        return Math.max(target.ticks(), relative.largest()) + target.bucketTicks() + stretchTicks;
    }

    private long play(final int index, final long now) {
        delay = delayOf(index, now);
        final long lost = lost(index);
        counts.reclassify(gapTicks, Math.min(leap(index) - lost, gapTicks - Math.min(gapTicks, lost)));
        final boolean isAfterGap = !playing || gapTicks > 0 || leap(index) > 0;
        if (playing) {
            counts.add(PlayoutCounter.PACKETS_LOST, sequences[index] - nextSequence);
        }
        counts.add(PlayoutCounter.PACKETS_PLAYED, 1);
        counts.add(PlayoutCounter.WAITED_TICKS, now - arrivals[index]);
        final int cut = isAfterGap ? 0 : cut();
        playing = true;
        gapTicks = 0;
        skipped = 0;
        nextSequence = sequences[index] + 1;
        nextTime = times[index] + packetTicks;
        held[index] = false;
        size--;
        final int length = packetTicks - cut;
        sinceStretch = cut == 0 ? sinceStretch + length : 0;
        counts.played(length, cut);
        final Decision decision = cut == 0 ? Decision.NORMAL : cut > 0 ? Decision.ACCELERATE : Decision.DECELERATE;
        return pack(decision, length, handles[index]);
    }

    /** How much shorter the packet is to be played; negative for longer. */
    private int cut() {
        if (stretchTicks > 0 && delay >= FAST_FACTOR * upperLimit()) {
            return packetTicks / 2;
        }
        if (sinceStretch < stretchInterval) {
            return 0;
        }
        return delay > upperLimit() ? stretchTicks : delay < target.ticks() ? -stretchTicks : 0;
    }

    private long conceal(final long length) {
        counts.concealed(length, gapTicks == 0);
        gapTicks += length;
        return pack(Decision.CONCEAL, length, NONE);
    }

    private long silence(final long length) {
        counts.add(PlayoutCounter.SILENT_TICKS, length);
        return pack(Decision.SILENCE, length, NONE);
    }

    static long pack(final Decision decision, final long ticks, final int handle) {
        return (long) handle << 32 | ticks << 3 | decision.ordinal();
    }
}
