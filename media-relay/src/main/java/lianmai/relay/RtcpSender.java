package lianmai.relay;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import lianmai.cc.RembEstimator;
import lianmai.cc.TwccRecorder;
import lianmai.jitter.LossTracker;
import lianmai.jitter.PacketPool;
import lianmai.rtp.Nack;
import lianmai.rtp.PliFir;
import lianmai.rtp.ReceiverReport;
import lianmai.rtp.Remb;
import lianmai.rtp.ReportBlock;
import lianmai.rtp.Sdes;
import org.agrona.MutableDirectBuffer;

/**
 * Writes all RTCP that goes to one peer: our sender reports for what it watches, receiver reports, NACK, PLI and
 * congestion feedback for what it publishes.
 *
 * <p>Every compound begins with a report (RFC 3550 §6.1), so peers that know no reduced-size RTCP understand it too.
 *
 * <p>Thread: relay (confined). Units: ns.
 */
final class RtcpSender {
    /** As libwebrtc reports video; often enough for lip-sync a second after a switch. */
    private static final long REPORT_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    /** A compound stays below any path's MTU with SRTP's index and tag. */
    private static final int COMPOUND_BYTES = 1150;
    /** The largest of: a sender report with its description, two receiver reports, REMB, PLI. */
    private static final int PART_BYTES = 120;
    /** Transport-wide feedback is worth a compound of its own when less than this is left. */
    private static final int LEAST_TWCC_BYTES = 600;

    private static final int MOST_NACKS = 128;

    private final Shard shard;
    private final Peer peer;
    private final int ownSsrc;
    private final byte[] cname;
    private final TwccRecorder twcc;
    private final RembEstimator remb;
    private final int[] nacks = new int[MOST_NACKS];
    private final int[] rembSsrcs = new int[1];
    private long nextReportNs = Long.MAX_VALUE;
    private int slot = PacketPool.NONE;
    private int length;

    /**
     * @param twcc null when transport-wide feedback was not negotiated
     * @param remb null when REMB is not to be sent
     */
    RtcpSender(
            final Shard shard,
            final Peer peer,
            final int ownSsrc,
            final String cname,
            final TwccRecorder twcc,
            final RembEstimator remb) {
        this.shard = shard;
        this.peer = peer;
        this.ownSsrc = ownSsrc;
        this.cname = cname.getBytes(StandardCharsets.US_ASCII);
        this.twcc = twcc;
        this.remb = remb;
    }

    /** Media may flow from now on; the first reports follow soon, since lip-sync waits for them. */
    void start(final long nowNs) {
        nextReportNs = nowNs + REPORT_INTERVAL_NS / 5;
    }

    /** Sends what is due; only for a peer that is ready. */
    void onTime(final long nowNs) {
        // Every call closes its compound, unless an exception ended it: then the slot is no longer ours.
        slot = PacketPool.NONE;
        feedback(peer.audio(), nowNs);
        feedback(peer.video(), nowNs);
        if (twcc != null && nowNs >= twcc.nextDeadlineNs()) {
            int written = 1;
            while (written > 0 && open(LEAST_TWCC_BYTES)) {
                written = twcc.writeFeedback(buffer(), end(), COMPOUND_BYTES - length, ownSsrc, mediaSsrc());
                length += written;
                close();
            }
        }
        if (remb != null && nowNs >= remb.nextDeadlineNs() && peer.video() != null && open(PART_BYTES)) {
            rembSsrcs[0] = peer.video().ssrc();
            final double lost = peer.video().recentLoss();
            length += Remb.write(buffer(), end(), ownSsrc, remb.update(lost, nowNs), rembSsrcs, 1);
        }
        if (nowNs >= nextReportNs) {
            nextReportNs = nowNs + REPORT_INTERVAL_NS;
            reports(nowNs);
        }
        close();
    }

    long nextDeadlineNs() {
        long deadline = nextReportNs;
        if (twcc != null) {
            deadline = Math.min(deadline, twcc.nextDeadlineNs());
        }
        if (remb != null) {
            deadline = Math.min(deadline, remb.nextDeadlineNs());
        }
        return Math.min(deadline, Math.min(feedbackDeadline(peer.audio()), feedbackDeadline(peer.video())));
    }

    private static long feedbackDeadline(final Publication publication) {
        if (publication == null || publication.isAudio() || !publication.isOpen() || !publication.isBound()) {
            return Long.MAX_VALUE;
        }
        final long repairNs = publication.repairs() ? publication.loss().nextDeadlineNs() : Long.MAX_VALUE;
        return Math.min(repairNs, publication.keyframes().nextDeadlineNs());
    }

    private void feedback(final Publication publication, final long nowNs) {
        if (publication == null || publication.isAudio() || !publication.isOpen() || !publication.isBound()) {
            return;
        }
        final LossTracker loss = publication.loss();
        if (publication.repairs() && nowNs >= loss.nextDeadlineNs()) {
            final int count = loss.collectNacks(nowNs, peer.roundTripNs(), nacks);
            if (count > 0 && open(PART_BYTES + 4 * count)) {
                length += Nack.write(buffer(), end(), ownSsrc, publication.ssrc(), nacks, count);
                shard.counters().add(Counter.NACKS_SENT, count);
            }
            if (loss.takeKeyFrameWanted()) {
                publication.keyframes().want();
            }
        }
        if (publication.keyframes().poll(nowNs) && open(PART_BYTES)) {
            length += PliFir.writePli(buffer(), end(), ownSsrc, publication.ssrc());
            shard.counters().count(Counter.KEY_FRAME_REQUESTS_SENT);
        }
    }

    private void reports(final long nowNs) {
        if (peer.video() != null) {
            peer.video().trim(nowNs);
        }
        boolean described = false;
        for (int i = 0; i < peer.downlinks().size(); i++) { // without an iterator: this runs for every report
            final Downlink downlink = peer.downlinks().get(i);
            described = report(downlink.audio(), described, nowNs);
            described = report(downlink.video(), described, nowNs);
        }
        final int blocks = (isReported(peer.audio()) ? 1 : 0) + (isReported(peer.video()) ? 1 : 0);
        if (blocks > 0 && open(PART_BYTES)) {
            final int at = end();
            length += ReceiverReport.write(buffer(), at, ownSsrc, blocks);
            int index = 0;
            index = block(peer.audio(), at, index, nowNs);
            block(peer.video(), at, index, nowNs);
        }
    }

    private boolean report(final Subscription subscription, final boolean described, final long nowNs) {
        if (subscription == null || !subscription.isSending() || !open(PART_BYTES)) {
            return described;
        }
        final int written = subscription.writeSenderReport(buffer(), end(), nowNs);
        length += written;
        if (written > 0 && !described) {
            length += Sdes.write(buffer(), end(), subscription.line().ssrc(), cname);
            return true;
        }
        return described;
    }

    private static boolean isReported(final Publication publication) {
        return publication != null && publication.isBound();
    }

    private int block(final Publication publication, final int at, final int index, final long nowNs) {
        if (!isReported(publication)) {
            return index;
        }
        final LossTracker loss = publication.loss();
        ReportBlock.write(
                buffer(),
                ReceiverReport.blockOffset(at, index),
                publication.ssrc(),
                publication.takeFractionLost(),
                loss.counts().cumulativeLost(),
                loss.counts().extendedHighest(),
                publication.jitter().jitter(),
                publication.lastReport(),
                publication.sinceLastReport(nowNs));
        return index + 1;
    }

    private int mediaSsrc() {
        return isReported(peer.video())
                ? peer.video().ssrc()
                : isReported(peer.audio()) ? peer.audio().ssrc() : 0;
    }

    private MutableDirectBuffer buffer() {
        return shard.pool().buffer();
    }

    private int end() {
        return shard.pool().offset(slot) + length;
    }

    /** Makes sure that there is a compound with room for this much more; false when there is no slot for it. */
    private boolean open(final int needed) {
        if (slot != PacketPool.NONE && length > COMPOUND_BYTES - needed) {
            close();
        }
        if (slot == PacketPool.NONE) {
            slot = shard.batch().acquire();
            if (slot == PacketPool.NONE) {
                return false;
            }
            length = ReceiverReport.write(buffer(), shard.pool().offset(slot), ownSsrc, 0);
        }
        return true;
    }

    /** Sends the compound; one that holds nothing but its empty report is not worth it. */
    private void close() {
        if (slot == PacketPool.NONE) {
            return;
        }
        if (length > ReceiverReport.MIN_LENGTH) {
            shard.batch().rtcp(slot, length, peer.mediaPath(), peer.srtp());
        } else {
            shard.batch().abandon();
        }
        slot = PacketPool.NONE;
    }
}
