package lianmai.door;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import lianmai.ice.IceCredentials;
import lianmai.relay.Codec;
import lianmai.rtp.ExtensionIds;
import lianmai.rtp.RtpExtension;
import lianmai.sdp.Extmap;
import lianmai.sdp.IceCandidate;
import lianmai.sdp.Payload;
import lianmai.sdp.SdpDescription;
import lianmai.sdp.SdpMedia;
import lianmai.sdp.SdpOutcome;
import lianmai.sdp.SsrcGroup;

/**
 * What a client and a server agreed to: the server's description read in the light of the client's role.
 *
 * @param offered whether the client made the offer
 * @param seats whose seat a line shows, by mid; empty where servers have none
 */
record Agreement(
        SdpDescription server, MediaRole role, LocalTransport local, boolean offered, Map<String, Integer> seats) {
    /** Reads a server's description. */
    static SdpDescription read(final String sdp) throws DoorException {
        return switch (SdpDescription.parse(sdp)) {
            case SdpOutcome.Ok<SdpDescription>(final SdpDescription description) -> description;
            case SdpOutcome.Refused<SdpDescription> refused ->
                throw new DoorException(
                        "the server's SDP cannot be read: " + refused.error().sentence());
        };
    }

    /** The session of it, whose end is {@code handle}. */
    Session session(final Session.Handle handle) throws DoorException {
        final List<Session.Line> lines = lines();
        // Who offers controls (RFC 8445 §6.1.1), unless the other side is lite.
        final boolean weControl = offered || server.iceLite();
        return new Session(
                new IceCredentials(server.iceUfrag(), server.icePassword()),
                server.fingerprint(),
                reachable(),
                weAreDtlsClient(),
                weControl,
                server.iceLite(),
                lines,
                handle);
    }

    /** RFC 5763 §5; a server that does not say waits for the client, as all of them do. */
    private boolean weAreDtlsClient() {
        return !server.setup().equals("active");
    }

    private List<Session.Line> lines() throws DoorException {
        final boolean sends = role instanceof MediaRole.Publisher;
        final boolean audio =
                switch (role) {
                    case MediaRole.Publisher publisher -> publisher.audio();
                    case MediaRole.Viewer viewer -> viewer.audio();
                };
        final Codec video =
                switch (role) {
                    case MediaRole.Publisher publisher -> publisher.video();
                    case MediaRole.Viewer viewer -> viewer.video();
                };
        final List<Session.Line> lines = new ArrayList<>();
        for (final SdpMedia line : server.media()) {
            final boolean flows =
                    sends ? line.direction().receives() : line.direction().sends();
            final Payload payload = line.live() && flows ? payload(line, audio, video) : null;
            if (payload != null) {
                lines.add(line(line, payload, sends, line.audio() ? Codec.OPUS : video));
            }
        }
        requireLine(lines, audio, Codec.OPUS);
        requireLine(lines, video != null, video);
        return lines;
    }

    private static void requireLine(final List<Session.Line> lines, final boolean wanted, final Codec codec)
            throws DoorException {
        if (wanted && lines.stream().noneMatch(line -> line.codec() == codec)) {
            throw new DoorException("the server takes no line of " + codec.encodingName());
        }
    }

    private Session.Line line(final SdpMedia line, final Payload payload, final boolean sends, final Codec codec) {
        final int ssrc = sends || line.ssrcs().isEmpty() ? 0 : primary(line);
        return new Session.Line(
                line.mid(),
                sends,
                codec,
                payload.type(),
                rtx(line, payload.type()),
                ssrc,
                ssrc == 0 ? 0 : retransmissionOf(line, ssrc),
                seats.getOrDefault(line.mid(), -1),
                extensions(line));
    }

    /** The stream itself: the first of a group, or the first named. */
    private static int primary(final SdpMedia line) {
        for (final SsrcGroup group : line.ssrcGroups()) {
            if (group.semantics().equals("FID") && !group.ssrcs().isEmpty()) {
                return group.ssrcs().getFirst();
            }
        }
        return line.ssrcs().getFirst();
    }

    private static int retransmissionOf(final SdpMedia line, final int ssrc) {
        for (final SsrcGroup group : line.ssrcGroups()) {
            final boolean pair =
                    group.semantics().equals("FID") && group.ssrcs().size() == 2;
            if (pair && group.ssrcs().getFirst() == ssrc) {
                return group.ssrcs().getLast();
            }
        }
        return 0;
    }

    private ExtensionIds extensions(final SdpMedia line) {
        final Map<RtpExtension, Integer> ids = new EnumMap<>(RtpExtension.class);
        for (final Extmap extmap : line.extensions()) {
            if (offered || ClientSdp.isAnswered(extmap.kind())) {
                ids.put(extmap.kind(), extmap.id());
            }
        }
        return new ExtensionIds(ids);
    }

    /** The payload type that a client uses on a line; null when the line is not for it. */
    static Payload payload(final SdpMedia line, final boolean audio, final Codec video) {
        final Codec codec = line.audio() && audio ? Codec.OPUS : line.video() ? video : null;
        if (codec == null) {
            return null;
        }
        for (final Payload payload : line.payloads()) {
            final boolean same = payload.encoding().equalsIgnoreCase(codec.encodingName())
                    && payload.clockRate() == codec.clockRate();
            // Mode 0 is single NAL units only (RFC 6184 §6.2), which no publisher of ours sends.
            final boolean singleNal = codec == Codec.H264
                    && !payload.parameters()
                            .getOrDefault("packetization-mode", "0")
                            .equals("1");
            if (same && !singleNal) {
                return payload;
            }
        }
        return null;
    }

    /** The retransmission's payload type (RFC 4588 §8.6), or −1. */
    static int rtx(final SdpMedia line, final int type) {
        for (final Payload payload : line.payloads()) {
            if (payload.encoding().equalsIgnoreCase("rtx")
                    && Integer.toString(type).equals(payload.parameters().get("apt"))) {
                return payload.type();
            }
        }
        return -1;
    }

    /** The candidate to send to: UDP over IPv4, one that the kernel has a way to, first choice on our own address. */
    private InetSocketAddress reachable() throws DoorException {
        final List<IceCandidate> usable = server.candidates().stream()
                .filter(candidate -> candidate.transport().equals("udp") && candidate.component() == 1)
                .filter(candidate -> candidate.port() > 0 && isIpv4(candidate.address()))
                .sorted(Comparator.comparingInt(this::distance)
                        .thenComparing(
                                Comparator.comparingLong(IceCandidate::priority).reversed()))
                .toList();
        for (final IceCandidate candidate : usable) {
            final InetSocketAddress address =
                    new InetSocketAddress(InetAddress.ofLiteral(candidate.address()), candidate.port());
            if (hasRoute(address)) {
                return address;
            }
        }
        throw new DoorException("the server names no UDP address over IPv4 that "
                + local.address().getAddress().getHostAddress() + " reaches, only: "
                + server.candidates().stream()
                        .map(one -> one.transport() + ' ' + one.address() + ' ' + one.port())
                        .toList());
    }

    /** 0 on our own address, 1 on the same kind (loopback or not), 2 elsewhere; relayed ones last. */
    private int distance(final IceCandidate candidate) {
        final InetAddress ours = local.address().getAddress();
        final InetAddress theirs = InetAddress.ofLiteral(candidate.address());
        final int relayed = candidate.type().equals("host") ? 0 : 3;
        if (ours.equals(theirs)) {
            return relayed;
        }
        return relayed + (ours.isLoopbackAddress() == theirs.isLoopbackAddress() ? 1 : 2);
    }

    private static boolean isIpv4(final String address) {
        try {
            return InetAddress.ofLiteral(address) instanceof Inet4Address;
        } catch (final IllegalArgumentException name) {
            // A name that hides an address (mDNS) is of no use here.
            return false;
        }
    }

    /** Asks the kernel; nothing is sent. */
    private boolean hasRoute(final InetSocketAddress address) {
        try (DatagramChannel probe = DatagramChannel.open()) {
            probe.bind(new InetSocketAddress(local.address().getAddress(), 0));
            probe.connect(address);
            return true;
        } catch (final IOException e) {
            return false;
        }
    }
}
