package lianmai.jitter;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lianmai.rtp.RtpHeader;
import lianmai.sim.LinkProfile;
import lianmai.sim.SimLink;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What arrives of a stream of Opus packets over a simulated path: a seeded list, made before it is played.
 *
 * <p>Thread: one. Units: ns, RTP ticks at 48 kHz.
 */
final class PlayoutTrace {
    /** A packet as it arrived. */
    record Arrival(int sequence, int timestamp, long atNs) {}

    static final int CLOCK_RATE = 48_000;
    static final int PACKET_TICKS = 960;
    static final long PACKET_NS = 20_000_000L;
    static final long START_NS = 1_000_000_000L;

    private final List<Arrival> arrivals = new ArrayList<>();
    private final UnsafeBuffer packet = new UnsafeBuffer(new byte[RtpHeader.MIN_LENGTH]);
    private final SplittableRandom random;
    private final SimLink link;
    private int sequence = 1000;
    private int timestamp = 1_000_000;
    private double packetNs = PACKET_NS;
    private double nextNs = START_NS;
    private boolean pauses;
    private int untilPause;

    PlayoutTrace(final long seed, final LinkProfile profile) {
        random = new SplittableRandom(seed);
        link = new SimLink(profile, seed);
    }

    /** The numbers of the next packet. */
    PlayoutTrace from(final int nextSequence, final int nextTimestamp) {
        sequence = nextSequence;
        timestamp = nextTimestamp;
        return this;
    }

    /** A sender's clock that is too fast by so much. */
    PlayoutTrace drift(final double ppm) {
        packetNs = PACKET_NS / (1 + ppm / 1e6);
        return this;
    }

    /** From now on the sender pauses for up to two seconds, after talking for up to four. */
    PlayoutTrace withPauses() {
        pauses = true;
        return this;
    }

    PlayoutTrace profile(final LinkProfile profile) {
        link.profile(profile);
        return this;
    }

    /** Sends for so long. */
    PlayoutTrace send(final double seconds) {
        final double endNs = nextNs + seconds * 1e9;
        while (nextNs < endNs) {
            if (pauses && untilPause-- == 0) {
                pause(random.nextInt(1, 100));
                untilPause = random.nextInt(200);
            }
            RtpHeader.write(packet, 0, false, 111, sequence & 0xFFFF, timestamp, 1);
            link.send(packet, 0, RtpHeader.MIN_LENGTH, (long) nextNs);
            deliver((long) nextNs);
            sequence++;
            timestamp += PACKET_TICKS;
            nextNs += packetNs;
        }
        return this;
    }

    /** Is silent for so many packets; timestamps go on, sequence numbers do not. */
    PlayoutTrace pause(final int packets) {
        timestamp += packets * PACKET_TICKS;
        nextNs += packets * packetNs;
        return this;
    }

    /** Something else that arrives after all of the former. */
    PlayoutTrace arrive(final int otherSequence, final int otherTimestamp, final long afterNs) {
        deliver(Long.MAX_VALUE);
        final long latest = arrivals.isEmpty() ? START_NS : arrivals.getLast().atNs();
        arrivals.add(new Arrival(otherSequence, otherTimestamp, latest + afterNs));
        return this;
    }

    /** All that has been sent, in the order of arrival. */
    List<Arrival> arrivals() {
        deliver(Long.MAX_VALUE);
        return arrivals;
    }

    private void deliver(final long untilNs) {
        link.deliver(
                untilNs,
                (b, offset, length, atNs) ->
                        arrivals.add(new Arrival(RtpHeader.sequence(b, offset), RtpHeader.timestamp(b, offset), atNs)));
    }
}
