package lianmai.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import lianmai.relay.Codec;
import lianmai.rtp.NtpTime;
import lianmai.rtp.PictureId;
import lianmai.rtp.RtpClock;
import lianmai.rtp.RtpHeader;
import lianmai.rtp.SequenceNumbers;
import lianmai.rtp.Vp8Descriptor;
import lianmai.rtp.Vp9Descriptor;
import org.agrona.DirectBuffer;

/**
 * One stream that a simulated peer receives: puts video in order, asks for what is missing, skips to a key frame if it
 * does not come, and keeps what reports need. Audio is taken as it comes.
 *
 * <p>Thread: one. Units: ns, extended sequence numbers.
 */
public final class SimReceiver {
    private static final long FIRST_NACK_NS = 5_000_000L;
    private static final long NEXT_NACK_NS = 100_000_000L;
    private static final long GIVE_UP_NS = 1_200_000_000L;
    private static final long PLI_INTERVAL_NS = 400_000_000L;

    private static final class Gap {
        private final long sinceNs;
        private long dueNs;

        private Gap(final long nowNs) {
            sinceNs = nowNs;
            dueNs = nowNs + FIRST_NACK_NS;
        }
    }

    private final int ssrc;
    private final boolean isAudio;
    private final SimDecoder decoder;
    private final TreeMap<Long, SimDecoder.Packet> waiting = new TreeMap<>();
    private final TreeMap<Long, Gap> gaps = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();

    private long highest = -1;
    private long next = -1;
    private long received;
    private long repaired;
    private long duplicates;
    private long nacks;
    private long plis;
    private long skips;
    private long newestMissingCount;
    private long lastPliNs = Long.MIN_VALUE / 2;
    private SimFrame newest;
    private int newestTimestamp;
    private int clockRate;
    private int payloadType = -1;
    private long padded;
    private long reportNtp;
    private int reportTimestamp;
    private long reportNs;
    private long reports;
    private boolean nacksOff;

    SimReceiver(final String name, final int ssrc, final boolean isAudio) {
        this.ssrc = ssrc;
        this.isAudio = isAudio;
        decoder = new SimDecoder(name);
    }

    /** A plain packet of the stream, or one of its retransmissions made whole again. */
    void onRtp(
            final Codec codec,
            final DirectBuffer b,
            final int offset,
            final int length,
            final boolean isRepair,
            final long nowNs) {
        final int headerLength = RtpHeader.length(b, offset, length);
        final int at = offset + headerLength;
        final long sequence = highest < 0
                ? RtpHeader.sequence(b, offset)
                : SequenceNumbers.extend(highest, RtpHeader.sequence(b, offset));
        final int padding = RtpHeader.paddingLength(b, offset, length);
        padded += padding > 0 ? 1 : 0;
        final SimFrame mark = SimFrame.read(codec, b, at, length - headerLength - padding);
        final int timestamp = RtpHeader.timestamp(b, offset);
        received++;
        repaired += isRepair ? 1 : 0;
        payloadType = RtpHeader.payloadType(b, offset);
        clockRate = codec.clockRate();
        notice(sequence, timestamp, mark, nowNs);
        if (isAudio) {
            return;
        }
        if (sequence < next || waiting.containsKey(sequence)) {
            duplicates++;
            return;
        }
        waiting.put(sequence, packet(codec, b, offset, at, sequence, timestamp, mark));
        advance(nowNs);
    }

    private static SimDecoder.Packet packet(
            final Codec codec,
            final DirectBuffer b,
            final int offset,
            final int payload,
            final long sequence,
            final int timestamp,
            final SimFrame mark) {
        final int idAt =
                switch (codec) {
                    case VP8 -> Vp8Descriptor.pictureIdOffset(b, payload);
                    case VP9 -> Vp9Descriptor.pictureIdOffset(b, payload);
                    default -> SimFrame.ABSENT;
                };
        return new SimDecoder.Packet(
                sequence,
                timestamp,
                RtpHeader.marker(b, offset),
                mark,
                SimFrame.pictureId(codec, b, payload),
                idAt < 0 ? 0 : PictureId.bits(b, idAt),
                SimFrame.tl0(codec, b, payload));
    }

    private void notice(final long sequence, final int timestamp, final SimFrame mark, final long nowNs) {
        gaps.remove(sequence);
        if (sequence <= highest) {
            newestMissingCount--;
            return;
        }
        if (highest >= 0) {
            if (timestamp - newestTimestamp < 0 || isAudio && timestamp == newestTimestamp) {
                violations.add("timestamp " + timestamp + " of " + sequence + " is not newer than " + newestTimestamp);
            }
            for (long missing = highest + 1; missing < sequence; missing++) {
                gaps.put(missing, new Gap(nowNs));
                newestMissingCount++;
            }
        } else {
            next = sequence;
        }
        highest = sequence;
        newestTimestamp = timestamp;
        newest = mark;
    }

    private void advance(final long nowNs) {
        while (!waiting.isEmpty() && waiting.firstKey() == next) {
            decoder.onPacket(waiting.pollFirstEntry().getValue(), nowNs);
            next++;
        }
    }

    /** Skips to a key frame that is whole, as decoders do, or over what was missing for too long. */
    void onTime(final long nowNs) {
        if (waiting.isEmpty() || waiting.firstKey() == next) {
            return;
        }
        final long key = wholeKeyFrame();
        final Gap oldest = gaps.isEmpty() ? null : gaps.firstEntry().getValue();
        final boolean isHopeless = oldest == null || nowNs - oldest.sinceNs >= GIVE_UP_NS;
        if (key < 0 && !isHopeless) {
            return;
        }
        skips++;
        next = key >= 0 ? key : waiting.firstKey();
        waiting.headMap(next).clear();
        gaps.headMap(next).clear();
        decoder.onGap();
        advance(nowNs);
    }

    private long wholeKeyFrame() {
        for (final SimDecoder.Packet packet : waiting.values()) {
            if (packet.startsKeyFrame()
                    && waiting.containsKey(packet.sequence() + packet.mark().count() - 1)
                    && waiting.subMap(
                                            packet.sequence(),
                                            packet.sequence() + packet.mark().count())
                                    .size()
                            == packet.mark().count()) {
                return packet.sequence();
            }
        }
        return -1;
    }

    /** The numbers to ask for now, 16 bits each. */
    int[] dueNacks(final long nowNs) {
        if (isAudio || nacksOff || gaps.isEmpty()) {
            return new int[0];
        }
        final List<Integer> due = new ArrayList<>();
        gaps.forEach((sequence, gap) -> {
            if (nowNs >= gap.dueNs && due.size() < 100) {
                gap.dueNs = nowNs + NEXT_NACK_NS;
                due.add((int) (sequence & 0xFFFF));
            }
        });
        nacks += due.size();
        return due.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Whether a key frame is to be asked for now. */
    boolean isPliDue(final long nowNs) {
        if (isAudio || received == 0 || !decoder.isStuck() || nowNs - lastPliNs < PLI_INTERVAL_NS) {
            return false;
        }
        lastPliNs = nowNs;
        plis++;
        return true;
    }

    /** A sender report of the relay on this stream. */
    void onSenderReport(final long ntp, final int timestamp, final long nowNs) {
        reportNtp = ntp;
        reportTimestamp = timestamp;
        reportNs = nowNs;
        reports++;
    }

    /**
     * By how much later than it was captured a receiver believes the newest packet to be, on any one clock; equal for
     * audio and video of one publisher when they are in sync.
     */
    public long skewNs() {
        final long sinceReportNs = RtpClock.ticksToNs(newestTimestamp - reportTimestamp, clockRate);
        return NtpTime.toEpochNs(reportNtp) + sinceReportNs - newest.captureNs();
    }

    int lastReport() {
        return reports == 0 ? 0 : NtpTime.middle(reportNtp);
    }

    int sinceLastReport(final long nowNs) {
        return reports == 0 ? 0 : NtpTime.nsToSpan(nowNs - reportNs);
    }

    public int ssrc() {
        return ssrc;
    }

    public SimDecoder decoder() {
        return decoder;
    }

    /** Media packets, repaired ones included. */
    public long received() {
        return received;
    }

    /** Packets that came by retransmission. */
    public long repaired() {
        return repaired;
    }

    /** Packets that came although they were there already or given up. */
    public long duplicates() {
        return duplicates;
    }

    /** Numbers asked for again, each time counted. */
    public long nacks() {
        return nacks;
    }

    public long plis() {
        return plis;
    }

    /** How often it went on behind a gap. */
    public long skips() {
        return skips;
    }

    /** Packets missing between the first and the newest. */
    public long missing() {
        return newestMissingCount;
    }

    /** Sender reports received. */
    public long reports() {
        return reports;
    }

    /** How many packets had padding. */
    public long padded() {
        return padded;
    }

    /** The newest packet's payload type, -1 before the first. */
    public int payloadType() {
        return payloadType;
    }

    /** Whose packets arrive, 0 before the first. */
    public long publisher() {
        return newest == null ? 0 : newest.publisher();
    }

    /** The highest number so far, extended. */
    public long highest() {
        return highest;
    }

    /** Never asks again. */
    public void ignoreLosses() {
        nacksOff = true;
    }

    List<String> violations() {
        return violations;
    }
}
