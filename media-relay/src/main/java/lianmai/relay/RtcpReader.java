package lianmai.relay;

import lianmai.rtp.Bye;
import lianmai.rtp.Nack;
import lianmai.rtp.NtpTime;
import lianmai.rtp.PliFir;
import lianmai.rtp.ReceiverReport;
import lianmai.rtp.ReportBlock;
import lianmai.rtp.RtcpHeader;
import lianmai.rtp.SenderReport;
import org.agrona.DirectBuffer;

/**
 * Reads one peer's RTCP (compound or reduced-size, RFC 5506) and tells whom it concerns: reports go to its
 * publications' clocks and its round-trip time, feedback to the subscriptions it names. What it names but does not own
 * is ignored, so no peer can disturb another.
 *
 * <p>Thread: relay (confined).
 */
final class RtcpReader {
    /** Numbers looked up for one compound; libwebrtc asks for a quarter of this at most, a liar for 8,000. */
    private static final int MOST_NACKS = 1024;

    private final Shard shard;
    private int nacksLeft;

    RtcpReader(final Shard shard) {
        this.shard = shard;
    }

    /** Handles every packet of a plain compound; answers false for one that contradicts its length. */
    boolean read(final Peer peer, final DirectBuffer buffer, final int offset, final int length, final long nowNs) {
        if (!RtcpHeader.isValidCompound(buffer, offset, length)) {
            return false;
        }
        final int end = offset + length;
        nacksLeft = MOST_NACKS;
        for (int at = offset; at != RtcpHeader.NONE; at = RtcpHeader.next(buffer, at, end)) {
            switch (RtcpHeader.packetType(buffer, at)) {
                case RtcpHeader.SENDER_REPORT -> onSenderReport(peer, buffer, at, nowNs);
                case RtcpHeader.RECEIVER_REPORT -> onReceiverReport(peer, buffer, at, nowNs);
                case RtcpHeader.BYE -> onBye(peer, buffer, at, nowNs);
                case RtcpHeader.TRANSPORT_FEEDBACK -> onNack(peer, buffer, at, nowNs);
                case RtcpHeader.PAYLOAD_FEEDBACK -> onKeyFrameRequest(peer, buffer, at, nowNs);
                // SDES, APP and XR tell nothing that we use.
                default -> {}
            }
        }
        return true;
    }

    private void onSenderReport(final Peer peer, final DirectBuffer buffer, final int at, final long nowNs) {
        if (!SenderReport.isValid(buffer, at)) {
            return;
        }
        final Publication publication = peer.publication(SenderReport.senderSsrc(buffer, at));
        if (publication != null) {
            final long ntp = SenderReport.ntpTime(buffer, at);
            final long ntpNs = NtpTime.toEpochNs(ntp);
            peer.ntpOffset().onSenderReport(ntpNs, nowNs);
            publication.onClock(SenderReport.rtpTimestamp(buffer, at), ntpNs, peer.ntpOffset());
            publication.onSenderReport(NtpTime.middle(ntp), nowNs);
        }
        for (int i = 0; i < SenderReport.blockCount(buffer, at); i++) {
            onBlock(peer, buffer, SenderReport.blockOffset(at, i), nowNs);
        }
    }

    private void onReceiverReport(final Peer peer, final DirectBuffer buffer, final int at, final long nowNs) {
        if (ReceiverReport.isValid(buffer, at)) {
            for (int i = 0; i < ReceiverReport.blockCount(buffer, at); i++) {
                onBlock(peer, buffer, ReceiverReport.blockOffset(at, i), nowNs);
            }
        }
    }

    /** A viewer's report on one of our streams: its round-trip time (RFC 3550 §6.4.1, LSR and DLSR). */
    private void onBlock(final Peer peer, final DirectBuffer buffer, final int at, final long nowNs) {
        if (peer.subscription(ReportBlock.ssrc(buffer, at)) != null) {
            peer.onRoundTrip(NtpTime.roundTripNs(
                    NtpTime.fromEpochNs(shard.wallNs(nowNs)),
                    ReportBlock.lastSenderReport(buffer, at),
                    ReportBlock.delaySinceLastSenderReport(buffer, at)));
        }
    }

    private static void onBye(final Peer peer, final DirectBuffer buffer, final int at, final long nowNs) {
        if (!Bye.isValid(buffer, at)) {
            return;
        }
        for (int i = 0; i < Bye.ssrcCount(buffer, at); i++) {
            peer.onBye(Bye.ssrc(buffer, at, i), nowNs);
        }
    }

    private void onNack(final Peer peer, final DirectBuffer buffer, final int at, final long nowNs) {
        if (!Nack.isValid(buffer, at)) {
            return;
        }
        final Subscription subscription = peer.subscription(RtcpHeader.mediaSsrc(buffer, at));
        if (subscription == null) {
            return;
        }
        for (long cursor = Nack.first(buffer, at); cursor != Nack.NONE; cursor = Nack.next(buffer, at, cursor)) {
            if (nacksLeft-- <= 0) {
                shard.counters().drop(DropReason.NACK_LIMIT);
                return;
            }
            subscription.onNack(Nack.sequence(cursor), nowNs);
        }
    }

    private void onKeyFrameRequest(final Peer peer, final DirectBuffer buffer, final int at, final long nowNs) {
        if (PliFir.isPli(buffer, at)) {
            onKeyFrameRequest(peer, RtcpHeader.mediaSsrc(buffer, at), nowNs);
        } else if (PliFir.isFir(buffer, at)) {
            for (int i = 0; i < PliFir.firCount(buffer, at); i++) {
                onKeyFrameRequest(peer, PliFir.firSsrc(buffer, at, i), nowNs);
            }
        }
    }

    private void onKeyFrameRequest(final Peer peer, final int ssrc, final long nowNs) {
        final Subscription subscription = peer.subscription(ssrc);
        if (subscription != null) {
            shard.counters().count(Counter.KEY_FRAME_REQUESTS_RECEIVED);
            subscription.onKeyFrameRequest(nowNs);
        }
    }
}
