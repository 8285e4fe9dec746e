package lianmai.sim;

import java.util.List;
import lianmai.rtp.Nack;
import lianmai.rtp.PliFir;
import lianmai.rtp.ReceiverReport;
import lianmai.rtp.Remb;
import lianmai.rtp.ReportBlock;
import lianmai.rtp.RtcpHeader;
import lianmai.rtp.SenderReport;
import lianmai.rtp.Twcc;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The RTCP of one simulated peer: reports once a second, and what the relay's say.
 *
 * <p>Thread: one. Units: ns of virtual time.
 */
public final class SimRtcp {
    private static final long INTERVAL_NS = 1_000_000_000L;

    private final SimPeer peer;
    private final List<SimReceiver> receivers;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1400]);
    private final LongHashSet reported = new LongHashSet();
    private final long[] arrivals = new long[4096];

    private long nextReportNs = Long.MAX_VALUE;
    private boolean reports = true;
    private long nacked;
    private long rembs;
    private long bitrate;
    private long receiverReports;
    private long malformed;
    private long videoLost;
    private long lastReportEcho;

    SimRtcp(final SimPeer peer, final List<SimReceiver> receivers) {
        this.peer = peer;
        this.receivers = receivers;
    }

    void start(final long nowNs) {
        nextReportNs = nowNs + INTERVAL_NS / 2;
    }

    long nextDeadlineNs() {
        return nextReportNs;
    }

    void onTime(final long nowNs) {
        if (nowNs < nextReportNs) {
            return;
        }
        nextReportNs += INTERVAL_NS;
        if (!reports) {
            return;
        }
        int length = 0;
        if (peer.audio() != null) {
            length += peer.audio().writeSenderReport(buffer, length, nowNs);
        }
        if (peer.video() != null) {
            length += peer.video().writeSenderReport(buffer, length, nowNs);
        }
        length += writeReceiverReport(length, nowNs);
        peer.sendRtcp(buffer, length);
    }

    private int writeReceiverReport(final int at, final long nowNs) {
        final int blocks = Math.min(receivers.size(), 24);
        for (int i = 0; i < blocks; i++) {
            final SimReceiver receiver = receivers.get(i);
            ReportBlock.write(
                    buffer,
                    ReceiverReport.blockOffset(at, i),
                    receiver.ssrc(),
                    0,
                    0,
                    receiver.highest(),
                    0,
                    receiver.lastReport(),
                    receiver.sinceLastReport(nowNs));
        }
        return ReceiverReport.write(buffer, at, 1, blocks);
    }

    /** One plain compound from the relay. */
    void onCompound(final UnsafeBuffer b, final int length, final long nowNs) {
        if (!RtcpHeader.isValidCompound(b, 0, length)) {
            malformed++;
            return;
        }
        for (int at = 0; at != RtcpHeader.NONE; at = RtcpHeader.next(b, at, length)) {
            switch (RtcpHeader.packetType(b, at)) {
                case RtcpHeader.SENDER_REPORT -> onSenderReport(b, at, nowNs);
                case RtcpHeader.RECEIVER_REPORT -> onReceiverReport(b, at);
                case RtcpHeader.TRANSPORT_FEEDBACK -> onTransportFeedback(b, at);
                case RtcpHeader.PAYLOAD_FEEDBACK -> onPayloadFeedback(b, at);
                default -> {}
            }
        }
    }

    private void onSenderReport(final UnsafeBuffer b, final int at, final long nowNs) {
        for (final SimReceiver receiver : receivers) {
            if (receiver.ssrc() == SenderReport.senderSsrc(b, at)) {
                receiver.onSenderReport(SenderReport.ntpTime(b, at), SenderReport.rtpTimestamp(b, at), nowNs);
            }
        }
    }

    private void onReceiverReport(final UnsafeBuffer b, final int at) {
        for (int i = 0; i < ReceiverReport.blockCount(b, at); i++) {
            final int block = ReceiverReport.blockOffset(at, i);
            receiverReports++;
            if (peer.video() != null
                    && ReportBlock.ssrc(b, block) == peer.video().ssrc()) {
                videoLost = ReportBlock.cumulativeLost(b, block);
                lastReportEcho = ReportBlock.lastSenderReport(b, block);
            }
        }
    }

    private void onTransportFeedback(final UnsafeBuffer b, final int at) {
        if (Nack.isValid(b, at)) {
            for (long cursor = Nack.first(b, at); cursor != Nack.NONE; cursor = Nack.next(b, at, cursor)) {
                nacked++;
                peer.video().resend(Nack.sequence(cursor));
            }
        } else if (Twcc.isValid(b, at)) {
            final int count = Twcc.read(b, at, arrivals);
            malformed += count < 0 ? 1 : 0;
            for (int i = 0; i < count; i++) {
                if (arrivals[i] != Twcc.NOT_RECEIVED) {
                    reported.add(Twcc.baseSequence(b, at) + i & 0xFFFF);
                }
            }
        }
    }

    private void onPayloadFeedback(final UnsafeBuffer b, final int at) {
        if (PliFir.isPli(b, at) && peer.video() != null) {
            peer.video().onKeyFrameRequest();
        } else if (Remb.isValid(b, at)) {
            rembs++;
            bitrate = Remb.bitrate(b, at);
        }
    }

    /** Sends no more reports, or goes on. */
    public void reports(final boolean sends) {
        reports = sends;
    }

    /** Numbers that the relay asked for again, each time counted. */
    public long nacked() {
        return nacked;
    }

    public long rembs() {
        return rembs;
    }

    /** The latest REMB, bit/s. */
    public long bitrate() {
        return bitrate;
    }

    /** Report blocks received on what it sends. */
    public long receiverReports() {
        return receiverReports;
    }

    /** The cumulative loss of its video, as the relay reports it. */
    public long videoLost() {
        return videoLost;
    }

    /** LSR of the relay's latest report on its video, 0 before. */
    public long lastReportEcho() {
        return lastReportEcho;
    }

    public long malformed() {
        return malformed;
    }

    /** Different transport-wide numbers reported as received. */
    public long transportReported() {
        return reported.size();
    }
}
