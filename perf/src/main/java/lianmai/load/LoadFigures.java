package lianmai.load;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What a load did and met, over an interval or since the start.
 *
 * <p>Units: ns in histograms and durations, UDP payload bytes.
 */
public record LoadFigures(
        long durationNs,
        Clients clients,
        Sent sent,
        Received received,
        Checked checked,
        Latency audio,
        Latency video,
        Playout playout,
        Usable usable,
        Joins joins,
        Cost cost) {

    /**
     * Where the clients stand now.
     *
     * @param wanted joined, joining or failed
     * @param connected have their keys
     * @param served viewers that have got media, and publishers that are connected
     * @param sampled viewers that check every packet
     * @param failed did not get in, or fell out
     * @param reasons the first few different ones, each with how often it came
     */
    public record Clients(int wanted, int connected, int served, int sampled, int failed, List<String> reasons) {
        public Clients {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * By publishers.
     *
     * @param videoBytes payload of pictures
     * @param repairs RTX packets, not among {@code packets}
     * @param keyFrameRequests how many PLI and FIR came to them
     */
    public record Sent(
            long packets, long bytes, long videoBytes, long repairs, long keyFrames, long keyFrameRequests) {}

    /**
     * By viewers, all of them, from clear headers.
     *
     * @param packets with duplicates, without {@code repairs}
     * @param repairs RTX packets
     * @param due by sequence numbers
     * @param arrived of those due, without duplicates and repairs
     * @param reordered arrived after a later one
     * @param restarts jumps of a stream's sequence numbers
     * @param dueByPublishers what publishers sent to viewers that had settled (a second after their first packets); 0
     *     where that cannot be told: with simulcast the server chooses
     * @param arrivedSettled what those viewers got
     */
    public record Received(
            long packets,
            long bytes,
            long repairs,
            long due,
            long arrived,
            long duplicates,
            long reordered,
            long restarts,
            long dueByPublishers,
            long arrivedSettled) {
        /** What is missing of {@code due}, before repair. */
        public long lost() {
            return due - arrived;
        }

        public double lossRatio() {
            return ratio(lost(), due);
        }

        /** What of the publishers' packets did arrive; in short intervals what is under way shows. */
        public double deliveryRatio() {
            return dueByPublishers == 0 ? 1 : (double) arrivedSettled / dueByPublishers;
        }
    }

    /**
     * By sampled viewers, from decrypted payloads.
     *
     * @param packets looked at
     * @param integrityErrors marks that were damaged, missing, or out of order against the sequence numbers
     * @param undecryptable refused by SRTP, repetitions apart
     * @param due by publishers' own packet numbers
     * @param arrived of those, by themselves or by repair
     * @param repaired lost packets that RTX brought
     * @param renumbered steps that the server took out of the sequence numbers
     * @param nacked packets asked for again
     * @param pictureLosses PLIs sent
     */
    public record Checked(
            long packets,
            long integrityErrors,
            long undecryptable,
            long due,
            long arrived,
            long repaired,
            long renumbered,
            long keyFrames,
            long nacked,
            long pictureLosses) {
        /** What repair did not bring either. */
        public double lossRatio() {
            return ratio(due - arrived, due);
        }
    }

    /**
     * One way, publisher to viewer, of sampled viewers.
     *
     * @param fromDue from when the packet should have been sent: what a stalled generator or server delays counts
     * @param fromSent from when it was sent
     */
    public record Latency(Histogram fromDue, Histogram fromSent) {}

    /**
     * What sampled viewers heard through a jitter buffer.
     *
     * @param listeners streams of sound that were listened to
     * @param concealedNs time for which there was no packet when it was needed
     * @param gaps concealed, whatever their length
     * @param stretches packets played faster or slower
     * @param delay of played packets against the quickest way to the viewer
     * @param mouthToEar from when a packet was due at its publisher to when it was heard
     */
    public record Playout(
            long listeners,
            long playedNs,
            long concealedNs,
            long gaps,
            long stretches,
            Histogram delay,
            Histogram mouthToEar) {
        /** Concealed time as a part of the time in which there should have been sound. */
        public double stutterRate() {
            return ratio(concealedNs, concealedNs + playedNs);
        }
    }

    /**
     * What is of use to people, under overload too.
     *
     * @param videoBytes payload of frames that sampled viewers' decoders can use: whole ones, back to a key frame
     * @param audioDue packets of sound due to sampled viewers, by publishers' own numbers
     * @param audioArrived of those, by themselves or by repair
     * @param rtcpDue RTCP datagrams due to all viewers, by SRTCP's own numbers
     * @param resumed of sampled viewers' pictures that had stopped: from the last change of who sends to the first
     *     usable frame
     */
    public record Usable(
            long videoBytes, long audioDue, long audioArrived, long rtcpDue, long rtcpArrived, Histogram resumed) {
        public double audioLossRatio() {
            return ratio(audioDue - audioArrived, audioDue);
        }

        public double rtcpLossRatio() {
            return ratio(rtcpDue - rtcpArrived, rtcpDue);
        }
    }

    /** From the beginning of a client's join: to its keys (all), to its first packet and key frame (viewers). */
    public record Joins(Histogram connected, Histogram firstPacket, Histogram firstKeyFrame) {}

    /**
     * What the generator itself did and cost.
     *
     * @param cpuNs of its thread; DTLS handshakes and signaling run on others
     * @param datagramsIn and {@code datagramsOut} of every kind
     * @param stray for no client of ours
     * @param receiveDrops thrown away by the kernel because the generator's receive buffer was full: lost by us, not by
     *     the server
     * @param lateness of publishers: how long after it was due each packet was sent
     */
    public record Cost(
            long cpuNs, long datagramsIn, long datagramsOut, long stray, long receiveDrops, Histogram lateness) {
        public double cpuNsPerDatagram() {
            return datagramsIn + datagramsOut == 0 ? 0 : (double) cpuNs / (datagramsIn + datagramsOut);
        }
    }

    private static double ratio(final long part, final long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
