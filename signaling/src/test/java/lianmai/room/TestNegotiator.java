package lianmai.room;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import lianmai.dtls.Fingerprint;
import lianmai.message.ErrorCode;
import lianmai.message.ServerMessage.SeatLine;
import lianmai.relay.Codec;
import lianmai.relay.PeerSpec;
import lianmai.rtp.ExtensionIds;

/**
 * Reads offers of words instead of SDP: {@code bad} is refused, {@code recvonly} has no uplink, a codec's name is the
 * only
 * one it speaks, {@code cert2} and {@code ice2} are another certificate and other ICE credentials.
 */
final class TestNegotiator implements Negotiator {
    static final int SEATS = 4;

    final Set<Long> known = new HashSet<>();

    @Override
    public Result negotiate(
            final int shard, final long peerId, final long stageId, final Kind kind, final String offer) {
        if (offer.contains("bad")) {
            return new Refused(Refusal.of(ErrorCode.BAD_OFFER));
        }
        known.add(peerId);
        return accept(peerId, stageId, kind, offer);
    }

    @Override
    public Result renegotiate(final long peerId, final String offer) {
        if (!known.contains(peerId) || offer.contains("bad")) {
            return new Refused(Refusal.of(ErrorCode.BAD_OFFER));
        }
        return accept(peerId, 1, Kind.JOIN, offer);
    }

    @Override
    public void forget(final long peerId) {
        known.remove(peerId);
    }

    private static Accepted accept(final long peerId, final long stageId, final Kind kind, final String offer) {
        final Codec codec = offer.contains("H264") ? Codec.H264 : Codec.VP8;
        final List<PeerSpec.Format> video =
                List.of(new PeerSpec.Format(codec, 96, 97, codec == Codec.H264 ? "42e0/1" : ""));
        final List<PeerSpec.Format> audio = List.of(new PeerSpec.Format(Codec.OPUS, 111, -1, ""));
        final boolean sends = kind != Kind.WHEP && !offer.contains("recvonly");
        final List<PeerSpec.Downlink> downlinks = new ArrayList<>();
        final List<SeatLine> lines = new ArrayList<>();
        final int seats = kind == Kind.JOIN ? SEATS : kind == Kind.WHEP ? 1 : 0;
        for (int seat = 0; seat < seats; seat++) {
            final String audioMid = String.valueOf(2 + 2 * seat);
            final String videoMid = String.valueOf(3 + 2 * seat);
            downlinks.add(new PeerSpec.Downlink(
                    seat, line(audioMid, 1000 + seat, audio), line(videoMid, 2000 + seat, video)));
            lines.add(new SeatLine(seat, audioMid, videoMid));
        }
        final PeerSpec spec = new PeerSpec(
                peerId,
                stageId,
                new PeerSpec.Ice(offer.contains("ice2") ? "u2" : "u1", "password", "remote"),
                new Fingerprint("sha-256", offer.contains("cert2") ? "02" : "01"),
                sends ? uplink("0", audio) : null,
                sends ? uplink("1", video) : null,
                downlinks);
        return new Accepted(spec, "answer to " + offer, lines);
    }

    private static PeerSpec.Uplink uplink(final String mid, final List<PeerSpec.Format> formats) {
        return new PeerSpec.Uplink(mid, formats, ExtensionIds.NONE, List.of(), List.of(), true, true, false);
    }

    private static PeerSpec.Line line(final String mid, final int ssrc, final List<PeerSpec.Format> formats) {
        return new PeerSpec.Line(mid, ssrc, 0, "cname", formats, ExtensionIds.NONE, true, true);
    }
}
