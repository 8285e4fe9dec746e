package lianmai.relay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lianmai.jitter.JitterEstimator;
import lianmai.jitter.LossTracker;
import lianmai.jitter.PacketHistory;
import lianmai.jitter.PacketPool;
import lianmai.rtp.NtpTime;
import lianmai.rtp.RtpExtension;
import lianmai.rtp.RtpExtensionValues;
import lianmai.rtp.RtpExtensions;
import lianmai.rtp.RtpHeader;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What one peer publishes on one m-line: the stream's numbering, its history and the subscriptions it feeds.
 *
 * <p>Thread: relay (confined). Owns: one reference to each packet slot in the history, one to each fresh packet's.
 */
final class Publication {
    /** Two seconds of video at about 8 Mbit/s, or eight at 2.5: enough for repair, and a cached start. */
    private static final int HISTORY_PACKETS = 2048;
    /** No viewer asks for a packet this old again: its play-out time is over. */
    private static final long REPAIR_AGE_NS = TimeUnit.MILLISECONDS.toNanos(1500);
    /** A group of pictures longer than this is not kept for viewers to come. */
    private static final long CACHED_START_AGE_NS = TimeUnit.SECONDS.toNanos(10);

    /** What is kept while slots are short: a round trip or two, so that repair still works. */
    private static final long CROWDED_AGE_NS = TimeUnit.MILLISECONDS.toNanos(250);
    /** An m-line that changes its SSRC more often than this is no encoder that begins anew, but costs like one. */
    private static final long LEAST_BINDING_NS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Video reordered by less than this is not asked for again; Wi-Fi and bonded links reorder by about so much. */
    private static final long REORDER_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(8);

    private final Shard shard;
    private final Publisher owner;
    private final boolean isAudio;
    private final PeerSpec.Uplink uplink;
    private final PeerSpec.Format[] formatByPayloadType = new PeerSpec.Format[128];
    private final int clockRate;
    private final int audioLevelId;
    private final KeyframeRequester keyframes = new KeyframeRequester();

    // Made with the first packet and the first opening of the gate: most peers only watch, and these are large.
    private LossTracker loss;
    private JitterEstimator jitter;
    private MediaClock clock;
    private PacketHistory history;
    private FreshPackets fresh;
    private Subscription[] subscriptions = new Subscription[4];
    private int subscriptionCount;
    private int nextToServe;
    private long freshNs;
    private long head = -1;
    private final List<ReplicaTap> taps = new ArrayList<>(0);
    private PeerSpec.Format format;
    private boolean open;
    private boolean bound;
    private int ssrc;
    private long boundNs;
    private long keyFrameSequence = -1;
    private int keyFrameTimestamp;
    private long keyFrameNs;
    private int lastReport;
    private long lastReportNs;
    private int fractionLost;

    Publication(final Shard shard, final Publisher owner, final boolean isAudio, final PeerSpec.Uplink uplink) {
        this.shard = shard;
        this.owner = owner;
        this.isAudio = isAudio;
        this.uplink = uplink;
        for (final PeerSpec.Format each : uplink.formats()) {
            formatByPayloadType[each.payloadType()] = each;
        }
        clockRate = uplink.formats().getFirst().codec().clockRate();
        audioLevelId = isAudio ? uplink.extensions().id(RtpExtension.AUDIO_LEVEL) : 0;
    }

    /** Opens or closes the gate (seat taken, muted); what comes while it is closed is dropped. */
    void gate(final boolean isOpen, final long nowNs) {
        if (open == isOpen) {
            return;
        }
        open = isOpen;
        // Lost audio is not asked for again (its play-out is too near), so nobody needs its history.
        if (open && !isAudio && history == null) {
            history = new PacketHistory(shard.pool(), HISTORY_PACKETS);
            fresh = new FreshPackets();
        }
        restart(nowNs);
    }

    /**
     * Ties the publication to the SSRC that carries it; another one than before is a new stream. False when it is tied
     * to another one too recently.
     */
    boolean bind(final int newSsrc, final long nowNs) {
        if (bound && newSsrc == ssrc) {
            return true;
        }
        if (loss != null && nowNs - boundNs < LEAST_BINDING_NS) {
            return false;
        }
        boundNs = nowNs;
        loss = new LossTracker(REORDER_DELAY_NS);
        jitter = new JitterEstimator(clockRate);
        clock = new MediaClock(clockRate);
        lastReport = 0;
        ssrc = newSsrc;
        if (bound) {
            restart(nowNs);
        }
        bound = true;
        return true;
    }

    /** The publisher has ended the stream (BYE); another may follow. */
    void end(final long nowNs) {
        bound = false;
        restart(nowNs);
    }

    /**
     * One authentic packet of the stream. Takes the caller's reference to the slot over.
     *
     * @param offset absolute, of the RTP header in the slab
     * @param length of the packet without SRTP's additions
     */
    void onPacket(final int slot, final int offset, final int length, final int headerLength, final long nowNs) {
        final DirectBuffer buffer = shard.pool().buffer();
        if (formatByPayloadType[RtpHeader.payloadType(buffer, offset)] == null) {
            shard.drop(slot, DropReason.UNKNOWN_PAYLOAD_TYPE);
            return;
        }
        if (!bind(RtpHeader.ssrc(buffer, offset), nowNs)) {
            shard.drop(slot, DropReason.UNKNOWN_SSRC);
            return;
        }
        final long arrival = loss.onPacket(RtpHeader.sequence(buffer, offset), nowNs);
        final LossTracker.Status status = LossTracker.status(arrival);
        if (status == LossTracker.Status.DUPLICATE || status == LossTracker.Status.TOO_OLD) {
            shard.drop(slot, status == LossTracker.Status.DUPLICATE ? DropReason.DUPLICATE : DropReason.TOO_OLD);
            return;
        }
        if (status == LossTracker.Status.RESET) {
            restart(nowNs);
        }
        final int timestamp = RtpHeader.timestamp(buffer, offset);
        jitter.onPacket(timestamp, nowNs);
        clock.onPacket(timestamp, nowNs);
        if (loss.nextDeadlineNs() != LossTracker.NO_DEADLINE && repairs()) {
            owner.wakeAt(loss.nextDeadlineNs());
        }
        forward(slot, offset, length, headerLength, LossTracker.extended(arrival), nowNs);
    }

    /** A packet of the publisher's retransmission stream (RFC 4588 §4): its original, restored in place. */
    void onRetransmission(
            final int slot, final int offset, final int length, final int headerLength, final long nowNs) {
        final MutableDirectBuffer buffer = shard.pool().buffer();
        final PeerSpec.Format original = formatByRtx(RtpHeader.payloadType(buffer, offset));
        final int payloadLength = length - headerLength - RtpHeader.paddingLength(buffer, offset, length);
        if (payloadLength < Retransmitter.ORIGINAL_SEQUENCE_BYTES || original == null || !bound) {
            shard.drop(slot, payloadLength == 0 ? DropReason.PADDING_ONLY : DropReason.RTX_MALFORMED);
            return;
        }
        final int sequence = Retransmitter.readOriginalSequence(buffer, offset + headerLength);
        final int restored = offset + Retransmitter.ORIGINAL_SEQUENCE_BYTES;
        buffer.putBytes(restored, buffer, offset, headerLength);
        RtpHeader.ssrc(buffer, restored, ssrc);
        RtpHeader.sequence(buffer, restored, sequence);
        RtpHeader.payloadType(buffer, restored, original.payloadType());
        final long arrival = loss.onRetransmission(sequence);
        if (LossTracker.status(arrival) != LossTracker.Status.RECOVERED) {
            shard.drop(
                    slot,
                    LossTracker.status(arrival) == LossTracker.Status.DUPLICATE
                            ? DropReason.DUPLICATE
                            : DropReason.TOO_OLD);
            return;
        }
        shard.counters().count(Counter.RTX_RECOVERED);
        forward(
                slot,
                restored,
                length - Retransmitter.ORIGINAL_SEQUENCE_BYTES,
                headerLength,
                LossTracker.extended(arrival),
                nowNs);
    }

    private void forward(
            final int slot,
            final int offset,
            final int length,
            final int headerLength,
            final long sequence,
            final long nowNs) {
        if (!open) {
            shard.drop(slot, DropReason.UPLINK_CLOSED);
            return;
        }
        shard.counters().count(Counter.RTP_IN);
        final DirectBuffer buffer = shard.pool().buffer();
        follow(formatByPayloadType[RtpHeader.payloadType(buffer, offset)], sequence, nowNs);
        final int payloadLength = length - headerLength - RtpHeader.paddingLength(buffer, offset, length);
        final boolean startsKeyFrame = !isAudio
                && PayloadFormats.startsKeyFrame(format().codec(), buffer, offset + headerLength, payloadLength);
        if (startsKeyFrame) {
            onKeyFrame(sequence, RtpHeader.timestamp(buffer, offset), nowNs);
        }
        if (audioLevelId != 0) {
            readAudioLevel(buffer, offset, headerLength, nowNs);
        }
        if (history != null) {
            final int timestamp = RtpHeader.timestamp(buffer, offset);
            if (!shard.isCrowded()) {
                history.put(sequence, slot, offset, headerLength + payloadLength, headerLength, timestamp, nowNs, 0);
            }
            trim(nowNs);
        }
        for (int i = 0; i < taps.size(); i++) {
            taps.get(i).onPacket(buffer, offset, length, headerLength, startsKeyFrame, nowNs);
        }
        if (fresh != null && sequence == loss.highest() && !shard.isCrowded()) {
            addFresh(slot, offset, headerLength, payloadLength, sequence, startsKeyFrame, nowNs);
            return;
        }
        settle();
        for (int i = 0; i < subscriptionCount; i++) {
            subscriptions[i].onPacket(slot, offset, headerLength, payloadLength, 0, sequence, startsKeyFrame, nowNs);
        }
        shard.pool().release(slot);
    }

    private void addFresh(
            final int slot,
            final int offset,
            final int headerLength,
            final int payloadLength,
            final long sequence,
            final boolean startsKeyFrame,
            final long nowNs) {
        if (fresh.isFull()) {
            settle();
        }
        if (fresh.count() == 0) {
            shard.fanout().add(this);
        }
        fresh.add(slot, offset, headerLength, payloadLength, sequence, startsKeyFrame);
        freshNs = nowNs;
    }

    /**
     * Forwards what is fresh to the next viewers, to each of them all of it, until the batch has so many packets more.
     * False when there are viewers left.
     */
    boolean forwardFresh(final int packets, final Fanout.Departures departures) {
        if (fresh == null || fresh.count() == 0) {
            return true;
        }
        if (nextToServe == 0 && subscriptionCount > 0) {
            fresh.pad(shard.pool().buffer());
        }
        final SendBatch batch = shard.batch();
        final int before = batch.size();
        while (nextToServe < subscriptionCount && batch.size() - before < packets) {
            serve(subscriptions[nextToServe++]);
        }
        for (int i = 0; i < fresh.count(); i++) {
            final int leaving = fresh.takeLeaving(i);
            if (leaving > 0) {
                departures.leave(owner instanceof Replica ? PacketPool.NONE : fresh.slot(i), leaving);
            }
        }
        if (nextToServe < subscriptionCount) {
            return false;
        }
        settle();
        return true;
    }

    /** How many it feeds, when the end of a frame is missing among its fresh packets. */
    int viewersOfUnfinished() {
        if (fresh == null || fresh.count() == 0) {
            return 0;
        }
        final boolean isWhole = RtpHeader.marker(shard.pool().buffer(), fresh.offset(fresh.count() - 1));
        return isWhole ? 0 : subscriptionCount;
    }

    /** Forwards what is fresh to those who have not got it yet. */
    void settle() {
        if (fresh == null || fresh.count() == 0) {
            return;
        }
        while (nextToServe < subscriptionCount) {
            serve(subscriptions[nextToServe++]);
        }
        nextToServe = 0;
        head = fresh.sequence(fresh.count() - 1);
        for (int i = 0; i < fresh.count(); i++) {
            shard.pool().release(fresh.slot(i));
        }
        fresh.clear();
    }

    private void serve(final Subscription subscription) {
        final SendBatch batch = shard.batch();
        for (int i = 0; i < fresh.count(); i++) {
            final int before = batch.size();
            head = fresh.sequence(i);
            subscription.onPacket(
                    fresh.slot(i),
                    fresh.offset(i),
                    fresh.headerLength(i),
                    fresh.payloadLength(i),
                    fresh.padding(i),
                    fresh.sequence(i),
                    fresh.startsKeyFrame(i),
                    freshNs);
            fresh.leaves(i, batch.size() - before);
        }
    }

    private void readAudioLevel(final DirectBuffer buffer, final int offset, final int headerLength, final long nowNs) {
        final long element = RtpExtensions.find(buffer, offset, headerLength, audioLevelId);
        if (element != RtpExtensions.NONE) {
            owner.onAudioLevel(RtpExtensionValues.audioLevel(buffer, element), nowNs);
        }
    }

    /** Forgets what nobody needs any more; to be called now and then, also when nothing comes. */
    void trim(final long nowNs) {
        if (history == null) {
            return;
        }
        final boolean keepsKeyFrame = keyFrameSequence >= 0 && nowNs - keyFrameNs <= CACHED_START_AGE_NS;
        final long keptNs = keepsKeyFrame ? CACHED_START_AGE_NS : REPAIR_AGE_NS;
        history.evictOlderThan(nowNs, shard.isCrowded() ? CROWDED_AGE_NS : keptNs);
    }

    private PeerSpec.Format formatByRtx(final int payloadType) {
        for (final PeerSpec.Format each : uplink.formats()) {
            if (each.rtxPayloadType() == payloadType) {
                return each;
            }
        }
        return null;
    }

    /** The publisher may turn to another codec at any time, as its payload types say. */
    private void follow(final PeerSpec.Format next, final long sequence, final long nowNs) {
        if (next.payloadType() != format().payloadType() && sequence == loss.highest()) {
            format = next;
            restart(nowNs);
        }
    }

    /** Several packets of one key frame may look like its start (H.264's parameters and first slice): the first is. */
    private void onKeyFrame(final long sequence, final int timestamp, final long nowNs) {
        if (keyFrameSequence >= 0 && timestamp == keyFrameTimestamp) {
            keyFrameSequence = Math.min(keyFrameSequence, sequence);
            return;
        }
        if (sequence < keyFrameSequence) {
            return;
        }
        shard.counters().count(Counter.KEY_FRAMES);
        keyframes.onKeyFrame();
        keyFrameSequence = sequence;
        keyFrameTimestamp = timestamp;
        keyFrameNs = nowNs;
    }

    /** The stream begins anew: what came before can neither be repaired nor continued. */
    private void restart(final long nowNs) {
        settle();
        keyFrameSequence = -1;
        if (history != null) {
            history.clear();
        }
        for (int i = 0; i < subscriptionCount; i++) {
            subscriptions[i].restart(nowNs);
        }
    }

    void add(final Subscription subscription) {
        if (subscriptionCount == subscriptions.length) {
            subscriptions = Arrays.copyOf(subscriptions, subscriptionCount * 2);
        }
        subscriptions[subscriptionCount++] = subscription;
    }

    void remove(final Subscription subscription) {
        for (int i = 0; i < subscriptionCount; i++) {
            if (subscriptions[i] == subscription) {
                subscriptions[i] = subscriptions[--subscriptionCount];
                subscriptions[subscriptionCount] = null;
                return;
            }
        }
    }

    /** Copies the stream to another shard too; once for each. */
    void copyTo(final int toShard) {
        if (taps.stream().noneMatch(tap -> tap.toShard() == toShard)) {
            taps.add(new ReplicaTap(shard, this, toShard));
        }
    }

    void endCopy(final int toShard) {
        taps.removeIf(tap -> tap.toShard() == toShard);
    }

    /** A viewer cannot go on without a key frame. */
    void wantKeyFrame(final long nowNs) {
        if (open && !isAudio) {
            keyframes.want();
            owner.wakeAt(Math.max(nowNs, keyframes.nextDeadlineNs()));
        }
    }

    /** Where the newest key frame begins in the history, or -1 when it is gone or incomplete. */
    long cachedKeyFrame() {
        return keyFrameSequence >= 0 && history.find(keyFrameSequence) >= 0 ? keyFrameSequence : -1;
    }

    long keyFrameNs() {
        return keyFrameNs;
    }

    /** Releases the history's slots and lets go of the subscriptions. */
    void close(final long nowNs) {
        settle();
        while (subscriptionCount > 0) {
            subscriptions[subscriptionCount - 1].switchTo(null, nowNs);
        }
        if (history != null) {
            history.clear();
        }
    }

    /** Up to where the video is forwarded; while a fresh packet is, up to that one. */
    long head() {
        return head;
    }

    PacketHistory history() {
        return history;
    }

    LossTracker loss() {
        return loss;
    }

    JitterEstimator jitter() {
        return jitter;
    }

    MediaClock clock() {
        return clock;
    }

    KeyframeRequester keyframes() {
        return keyframes;
    }

    PeerSpec.Uplink uplink() {
        return uplink;
    }

    /** The format of the latest packet; before the first one, the one negotiated. */
    PeerSpec.Format format() {
        return format == null ? uplink.formats().getFirst() : format;
    }

    Publisher owner() {
        return owner;
    }

    /** Whether lost packets are asked for again. */
    boolean repairs() {
        return !isAudio && uplink.nack();
    }

    boolean isAudio() {
        return isAudio;
    }

    boolean isOpen() {
        return open;
    }

    /** Whether an SSRC has been tied to it. */
    boolean isBound() {
        return bound;
    }

    int ssrc() {
        return ssrc;
    }

    /** A sender report has told when media with this timestamp was captured. */
    void onClock(final int timestamp, final long ntpNs, final NtpOffset offset) {
        clock.onSenderReport(timestamp, ntpNs, offset);
        for (int i = 0; i < taps.size(); i++) {
            taps.get(i).onClock(timestamp, offset.serverNs(ntpNs));
        }
    }

    /** A sender report arrived, whose middle NTP bits our next receiver report gives back (RFC 3550 §6.4.1). */
    void onSenderReport(final int ntpMiddle, final long nowNs) {
        lastReport = ntpMiddle;
        lastReportNs = nowNs;
    }

    /** LSR of the next receiver report, 0 before the first sender report. */
    int lastReport() {
        return lastReport;
    }

    /** DLSR of the next receiver report. */
    int sinceLastReport(final long nowNs) {
        return lastReport == 0 ? 0 : NtpTime.nsToSpan(nowNs - lastReportNs);
    }

    /** The fraction lost since the last call, in 1/256, for a receiver report. */
    int takeFractionLost() {
        fractionLost = loss.counts().takeFractionLost();
        return fractionLost;
    }

    /** The share lost in the latest report, 0 … 1. */
    double recentLoss() {
        return fractionLost / 256.0;
    }
}
