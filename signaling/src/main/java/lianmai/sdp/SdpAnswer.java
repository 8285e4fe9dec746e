package lianmai.sdp;

import java.util.List;
import lianmai.relay.Codec;
import lianmai.relay.PeerSpec;

/**
 * Writes the answer of a {@link MediaPlan}: ICE-lite, DTLS-passive, one transport, every offered m-line mirrored in
 * order (RFC 3264 §6). It has neither simulcast nor rid lines: a publisher that offered layers sends one full stream.
 */
public final class SdpAnswer {
    private static final String END = "\r\n";

    private final MediaPlan plan;
    private final ServerTransport transport;
    private final StringBuilder out = new StringBuilder(8 * 1024);

    private SdpAnswer(final MediaPlan plan, final ServerTransport transport) {
        this.plan = plan;
        this.transport = transport;
    }

    /** The answer's text, lines ending with CR LF. */
    public static String write(final MediaPlan plan, final ServerTransport transport) {
        return new SdpAnswer(plan, transport).write();
    }

    private String write() {
        final List<AnswerLine> lines = plan.answered().lines();
        line("v=0");
        line("o=- " + plan.spec().peerId() + ' ' + plan.version() + " IN IP4 127.0.0.1");
        line("s=-");
        line("t=0 0");
        final StringBuilder group = new StringBuilder("a=group:BUNDLE");
        lines.stream().filter(AnswerLine::accepted).forEach(accepted -> group.append(' ')
                .append(accepted.offered().mid()));
        line(group.toString());
        line("a=ice-lite");
        if (plan.answered().extmapAllowMixed()) {
            line("a=extmap-allow-mixed");
        }
        line("a=msid-semantic: WMS *");
        boolean first = true;
        for (final AnswerLine line : lines) {
            if (line.accepted()) {
                accepted(line, first);
                first = false;
            } else {
                rejected(line.offered());
            }
        }
        return out.toString();
    }

    private void rejected(final SdpMedia offered) {
        line("m=" + offered.kind() + " 0 " + offered.protocol() + ' ' + String.join(" ", offered.formats()));
        line("c=IN IP4 0.0.0.0");
        if (!offered.mid().isEmpty()) {
            line("a=mid:" + offered.mid());
        }
        line("a=inactive");
    }

    private void accepted(final AnswerLine answer, final boolean first) {
        final SdpMedia offered = answer.offered();
        final ServerTransport.Address address = transport.addresses().getFirst();
        final StringBuilder media = new StringBuilder("m=")
                .append(offered.kind())
                .append(' ')
                .append(address.port())
                .append(' ')
                .append(offered.protocol());
        for (final CodecMatch match : answer.matches()) {
            media.append(' ').append(match.format().payloadType());
            if (match.format().rtxPayloadType() >= 0) {
                media.append(' ').append(match.format().rtxPayloadType());
            }
        }
        line(media.toString());
        line((address.ipv6() ? "c=IN IP6 " : "c=IN IP4 ") + address.ip());
        line("a=ice-ufrag:" + plan.spec().ice().localUfrag());
        line("a=ice-pwd:" + plan.spec().ice().localPassword());
        line("a=fingerprint:" + transport.fingerprint().sdp());
        line("a=setup:passive");
        line("a=mid:" + offered.mid());
        answer.extensions().forEach(this::extension);
        line("a=" + answer.direction().attribute());
        line("a=rtcp-mux");
        if (offered.rtcpReducedSize()) {
            line("a=rtcp-rsize");
        }
        answer.matches().forEach(match -> codec(match, answer.feedback()));
        if (answer.downlink() != null) {
            stream(answer);
        }
        if (first) {
            // The transport is the first line's; the others share it (RFC 9143 §7.3).
            IceFragment.candidates(transport).forEach(this::line);
        }
    }

    private void extension(final Extmap extmap) {
        // Our directions are the offerer's, seen from the other side.
        final String way =
                switch (extmap.direction()) {
                    case SENDONLY -> "/recvonly";
                    case RECVONLY -> "/sendonly";
                    default -> "";
                };
        line("a=extmap:" + extmap.id() + way + ' ' + extmap.kind().uri());
    }

    private void codec(final CodecMatch match, final List<String> feedback) {
        final Codec codec = match.format().codec();
        final int type = match.format().payloadType();
        final String channels = codec == Codec.OPUS ? "/2" : "";
        line("a=rtpmap:" + type + ' ' + codec.encodingName() + '/' + codec.clockRate() + channels);
        for (final String kind : feedback) {
            if (match.offered().feedback().contains(kind)) {
                line("a=rtcp-fb:" + type + ' ' + kind);
            }
        }
        final String parameters = AnswerParameters.of(codec, match.offered());
        if (!parameters.isEmpty()) {
            line("a=fmtp:" + type + ' ' + parameters);
        }
        final int rtx = match.format().rtxPayloadType();
        if (rtx >= 0) {
            line("a=rtpmap:" + rtx + " rtx/" + codec.clockRate());
            line("a=fmtp:" + rtx + " apt=" + type);
        }
    }

    /** One stream for a seat's audio and video, or browsers do not play them in step. */
    private void stream(final AnswerLine answer) {
        final PeerSpec.Line seat = answer.downlink();
        final String name = "seat-" + answer.seat();
        line("a=msid:" + name + ' ' + name + '-' + answer.offered().kind());
        final String ssrc = Integer.toUnsignedString(seat.ssrc());
        final String rtx = Integer.toUnsignedString(seat.rtxSsrc());
        if (seat.rtxSsrc() != 0) {
            line("a=ssrc-group:FID " + ssrc + ' ' + rtx);
        }
        line("a=ssrc:" + ssrc + " cname:" + seat.cname());
        if (seat.rtxSsrc() != 0) {
            line("a=ssrc:" + rtx + " cname:" + seat.cname());
        }
    }

    private void line(final String text) {
        out.append(text).append(END);
    }
}
