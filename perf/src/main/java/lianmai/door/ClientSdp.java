package lianmai.door;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import lianmai.relay.Codec;
import lianmai.rtp.RtpExtension;
import lianmai.sdp.Extmap;
import lianmai.sdp.Payload;
import lianmai.sdp.SdpDescription;
import lianmai.sdp.SdpMedia;

/**
 * Writes what a simulated client says of itself, as a browser would, but with one codec a kind, so that what is agreed
 * is what was asked for.
 *
 * <p>Viewers name no transport-wide feedback: they do not report it, and a server must not wait for it.
 *
 * <p>Owns: nothing outside; used once. Thread: any, confined.
 */
final class ClientSdp {
    /** The header extensions of a publisher's line of each kind. */
    private static final Map<RtpExtension, Integer> EXTENSIONS = new EnumMap<>(Map.of(
            RtpExtension.AUDIO_LEVEL, 1,
            RtpExtension.ABS_SEND_TIME, 2,
            RtpExtension.TRANSPORT_CC, 3,
            RtpExtension.MID, 4,
            RtpExtension.RID, 10,
            RtpExtension.REPAIRED_RID, 11));

    private static final List<String> REPAIR = List.of("ccm fir", "nack", "nack pli");
    private static final String TRANSPORT_CC = "transport-cc";

    private final LocalTransport local;
    private final String setup;
    private final StringBuilder out = new StringBuilder(4 * 1024);

    private ClientSdp(final LocalTransport local, final String setup) {
        this.local = local;
        this.setup = setup;
    }

    /** A client's offer: a publisher's uplink lines, or a viewer's pairs of lines, one a seat. */
    static String offer(final MediaRole role, final LocalTransport local) {
        final ClientSdp sdp = new ClientSdp(local, "actpass");
        final int lines =
                switch (role) {
                    case MediaRole.Publisher publisher -> kinds(publisher.audio(), publisher.video());
                    case MediaRole.Viewer viewer -> viewer.seats() * kinds(viewer.audio(), viewer.video());
                };
        final List<String> mids = new ArrayList<>();
        for (int i = 0; i < lines; i++) {
            mids.add(Integer.toString(i));
        }
        sdp.head(mids);
        switch (role) {
            case MediaRole.Publisher publisher -> sdp.uplink(publisher);
            case MediaRole.Viewer viewer -> sdp.seats(viewer);
        }
        return sdp.out.toString();
    }

    private static int kinds(final boolean audio, final Codec video) {
        return (audio ? 1 : 0) + (video == null ? 0 : 1);
    }

    /**
     * A viewer's answer to a server that offers: every line is mirrored, those that it cannot decode are rejected (RFC
     * 3264 §6).
     */
    static String answer(final SdpDescription offer, final MediaRole.Viewer viewer, final LocalTransport local) {
        final ClientSdp sdp = new ClientSdp(local, offer.setup().equals("active") ? "passive" : "active");
        final List<String> mids = new ArrayList<>();
        for (final SdpMedia line : offer.media()) {
            if (wanted(line, viewer) != null) {
                mids.add(line.mid());
            }
        }
        sdp.head(mids);
        for (final SdpMedia line : offer.media()) {
            final Payload payload = wanted(line, viewer);
            if (payload == null) {
                sdp.rejected(line);
            } else {
                sdp.accepted(line, payload);
            }
        }
        return sdp.out.toString();
    }

    private static Payload wanted(final SdpMedia line, final MediaRole.Viewer viewer) {
        final boolean flows = line.live() && line.direction().sends();
        return flows ? Agreement.payload(line, viewer.audio(), viewer.video()) : null;
    }

    /** Whether a viewer takes a header extension that a server offers. */
    static boolean isAnswered(final RtpExtension kind) {
        return kind != RtpExtension.TRANSPORT_CC;
    }

    private void head(final List<String> mids) {
        line("v=0");
        // A session id that no other client of this process has (RFC 8866 §5.2); it need not be more.
        line("o=- " + Integer.toUnsignedString(local.credentials().ufrag().hashCode()) + " 1 IN IP4 127.0.0.1");
        line("s=-");
        line("t=0 0");
        line("a=group:BUNDLE " + String.join(" ", mids));
        line("a=msid-semantic: WMS *");
    }

    private void uplink(final MediaRole.Publisher publisher) {
        int mid = 0;
        final String stream = local.credentials().ufrag();
        if (publisher.audio()) {
            media("audio", "111", Integer.toString(mid++), "sendonly");
            extension(RtpExtension.AUDIO_LEVEL);
            transportExtensions();
            opus(111);
            line("a=rtcp-fb:111 " + TRANSPORT_CC);
            line("a=msid:" + stream + ' ' + stream + "-audio");
            ssrc(publisher.ssrcs().audio());
        }
        if (publisher.video() != null) {
            final int type = payloadType(publisher.video());
            media("video", type + " " + (type + 1), Integer.toString(mid), "sendonly");
            transportExtensions();
            video(publisher.video(), type, true);
            line("a=msid:" + stream + ' ' + stream + "-video");
            if (publisher.rids().isEmpty()) {
                stream(
                        publisher.ssrcs().video().getFirst(),
                        publisher.ssrcs().rtx().getFirst());
            } else {
                simulcast(publisher.rids());
            }
        }
    }

    /** Layers are told apart by their ids alone (RFC 8853); naming SSRCs too would be another dialect. */
    private void simulcast(final List<String> rids) {
        extension(RtpExtension.RID);
        extension(RtpExtension.REPAIRED_RID);
        rids.forEach(rid -> line("a=rid:" + rid + " send"));
        line("a=simulcast:send " + String.join(";", rids));
    }

    private void seats(final MediaRole.Viewer viewer) {
        int mid = 0;
        for (int seat = 0; seat < viewer.seats(); seat++) {
            if (viewer.audio()) {
                media("audio", "111", Integer.toString(mid++), "recvonly");
                extension(RtpExtension.AUDIO_LEVEL);
                extension(RtpExtension.ABS_SEND_TIME);
                opus(111);
            }
            if (viewer.video() != null) {
                final int type = payloadType(viewer.video());
                media("video", type + " " + (type + 1), Integer.toString(mid++), "recvonly");
                extension(RtpExtension.ABS_SEND_TIME);
                video(viewer.video(), type, false);
            }
        }
    }

    private void accepted(final SdpMedia offered, final Payload payload) {
        final int rtx = Agreement.rtx(offered, payload.type());
        media(offered.kind(), payload.type() + (rtx < 0 ? "" : " " + rtx), offered.mid(), "recvonly");
        for (final Extmap extmap : offered.extensions()) {
            if (isAnswered(extmap.kind())) {
                line("a=extmap:" + extmap.id() + ' ' + extmap.kind().uri());
            }
        }
        final String channels = payload.channels() > 1 ? "/" + payload.channels() : "";
        line("a=rtpmap:" + payload.type() + ' ' + payload.encoding() + '/' + payload.clockRate() + channels);
        REPAIR.stream()
                .filter(payload.feedback()::contains)
                .forEach(kind -> line("a=rtcp-fb:" + payload.type() + ' ' + kind));
        if (!payload.parameters().isEmpty()) {
            line("a=fmtp:" + payload.type() + ' '
                    + payload.parameters().entrySet().stream()
                            .map(parameter -> parameter.getKey() + '=' + parameter.getValue())
                            .sorted()
                            .collect(Collectors.joining(";")));
        }
        if (rtx >= 0) {
            retransmission(rtx, payload.type());
        }
    }

    private void rejected(final SdpMedia offered) {
        line("m=" + offered.kind() + " 0 " + offered.protocol() + ' ' + String.join(" ", offered.formats()));
        line("c=IN IP4 0.0.0.0");
        if (!offered.mid().isEmpty()) {
            line("a=mid:" + offered.mid());
        }
        line("a=inactive");
    }

    /** A line's transport, the same on all of them: some servers read it from the session, some from each line. */
    private void media(final String kind, final String formats, final String mid, final String direction) {
        final InetAddress address = local.address().getAddress();
        final int port = local.address().getPort();
        final String ip = address.getHostAddress();
        line("m=" + kind + ' ' + port + " UDP/TLS/RTP/SAVPF " + formats);
        line((ip.indexOf(':') >= 0 ? "c=IN IP6 " : "c=IN IP4 ") + ip);
        line("a=ice-ufrag:" + local.credentials().ufrag());
        line("a=ice-pwd:" + local.credentials().password());
        line("a=fingerprint:" + local.fingerprint().sdp());
        line("a=setup:" + setup);
        // A host candidate's priority by RFC 8445 §5.1.2.1: type preference 126, the only address, component 1.
        line("a=candidate:1 1 udp 2130706431 " + ip + ' ' + port + " typ host");
        line("a=end-of-candidates");
        line("a=mid:" + mid);
        line("a=" + direction);
        line("a=rtcp-mux");
        line("a=rtcp-rsize");
    }

    private void transportExtensions() {
        extension(RtpExtension.ABS_SEND_TIME);
        extension(RtpExtension.TRANSPORT_CC);
        extension(RtpExtension.MID);
    }

    private void extension(final RtpExtension kind) {
        line("a=extmap:" + EXTENSIONS.get(kind) + ' ' + kind.uri());
    }

    private void opus(final int type) {
        line("a=rtpmap:" + type + " opus/48000/2");
        line("a=fmtp:" + type + " minptime=10;useinbandfec=1");
    }

    private void video(final Codec codec, final int type, final boolean transportCc) {
        line("a=rtpmap:" + type + ' ' + codec.encodingName() + '/' + codec.clockRate());
        if (transportCc) {
            line("a=rtcp-fb:" + type + ' ' + TRANSPORT_CC);
        }
        REPAIR.forEach(kind -> line("a=rtcp-fb:" + type + ' ' + kind));
        final String parameters =
                switch (codec) {
                    case H264 -> "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";
                    case VP9 -> "profile-id=0";
                    case AV1 -> "level-idx=5;profile=0;tier=0";
                    case OPUS, VP8 -> "";
                };
        if (!parameters.isEmpty()) {
            line("a=fmtp:" + type + ' ' + parameters);
        }
        retransmission(type + 1, type);
    }

    private void retransmission(final int type, final int original) {
        line("a=rtpmap:" + type + " rtx/90000");
        line("a=fmtp:" + type + " apt=" + original);
    }

    /** Chromium's types; that of the retransmission is the next. */
    private static int payloadType(final Codec codec) {
        return switch (codec) {
            case VP8 -> 96;
            case VP9 -> 98;
            case H264 -> 102;
            case AV1 -> 45;
            case OPUS -> throw new IllegalArgumentException("Opus is no video codec");
        };
    }

    private void stream(final int ssrc, final int rtx) {
        line("a=ssrc-group:FID " + Integer.toUnsignedString(ssrc) + ' ' + Integer.toUnsignedString(rtx));
        ssrc(ssrc);
        ssrc(rtx);
    }

    private void ssrc(final int ssrc) {
        line("a=ssrc:" + Integer.toUnsignedString(ssrc) + " cname:"
                + local.credentials().ufrag());
    }

    private void line(final String text) {
        out.append(text).append("\r\n");
    }
}
