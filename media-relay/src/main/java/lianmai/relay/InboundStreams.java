package lianmai.relay;

import java.nio.charset.StandardCharsets;
import lianmai.rtp.ExtensionIds;
import lianmai.rtp.RtpExtension;
import lianmai.rtp.RtpExtensionValues;
import lianmai.rtp.RtpExtensions;
import lianmai.rtp.RtpHeader;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Which of a peer's publications an SSRC belongs to: as the offer declared it, else by payload type and mid (RFC 8843
 * §9.2). Learned once for each SSRC.
 *
 * <p>Thread: relay (confined).
 */
final class InboundStreams {
    /** Two m-lines with retransmission and a few restarts of the encoder; beyond that it is an attack. */
    private static final int MOST_SSRCS = 32;

    private final Publication audio;
    private final Publication video;
    private final int transportCcId;
    private final int midId;
    private final Int2ObjectHashMap<Stream> streams = new Int2ObjectHashMap<>();

    /** One SSRC: the media itself, or its retransmissions. */
    record Stream(Publication publication, boolean isRetransmission) {}

    InboundStreams(final Publication audio, final Publication video) {
        this.audio = audio;
        this.video = video;
        // Inside one BUNDLE an id means the same on every m-line (RFC 8843 §9.2).
        transportCcId = id(RtpExtension.TRANSPORT_CC);
        midId = id(RtpExtension.MID);
        declare(audio);
        declare(video);
    }

    private int id(final RtpExtension kind) {
        final int fromVideo = extensions(video).id(kind);
        return fromVideo != 0 ? fromVideo : extensions(audio).id(kind);
    }

    private static ExtensionIds extensions(final Publication publication) {
        return publication == null ? ExtensionIds.NONE : publication.uplink().extensions();
    }

    private void declare(final Publication publication) {
        if (publication == null || publication.uplink().ssrcs().isEmpty()) {
            return;
        }
        streams.put(publication.uplink().ssrcs().getFirst().intValue(), new Stream(publication, false));
        if (!publication.uplink().rtxSsrcs().isEmpty()
                && publication.uplink().rtxSsrcs().getFirst() != 0) {
            streams.put(publication.uplink().rtxSsrcs().getFirst().intValue(), new Stream(publication, true));
        }
    }

    /** The stream of a packet, or null when no m-line announces it. */
    Stream of(final DirectBuffer buffer, final int offset, final int headerLength) {
        final int ssrc = RtpHeader.ssrc(buffer, offset);
        final Stream known = streams.get(ssrc);
        return known != null ? known : learn(ssrc, buffer, offset, headerLength);
    }

    private Stream learn(final int ssrc, final DirectBuffer buffer, final int offset, final int headerLength) {
        if (streams.size() >= MOST_SSRCS) {
            return null;
        }
        final int payloadType = RtpHeader.payloadType(buffer, offset);
        Stream stream = match(audio, payloadType);
        if (stream == null) {
            stream = match(video, payloadType);
        }
        if (stream == null || !fitsMid(stream.publication(), buffer, offset, headerLength)) {
            return null;
        }
        streams.put(ssrc, stream);
        return stream;
    }

    private static Stream match(final Publication publication, final int payloadType) {
        if (publication == null) {
            return null;
        }
        for (final PeerSpec.Format format : publication.uplink().formats()) {
            if (format.payloadType() == payloadType) {
                return new Stream(publication, false);
            }
            if (format.rtxPayloadType() == payloadType) {
                return new Stream(publication, true);
            }
        }
        return null;
    }

    private boolean fitsMid(
            final Publication publication, final DirectBuffer buffer, final int offset, final int headerLength) {
        final long element = midId == 0 ? RtpExtensions.NONE : RtpExtensions.find(buffer, offset, headerLength, midId);
        return element == RtpExtensions.NONE
                || RtpExtensionValues.isText(
                        buffer, element, publication.uplink().mid().getBytes(StandardCharsets.US_ASCII));
    }

    boolean usesTransportCc() {
        return transportCcId != 0
                && (video != null && video.uplink().transportCc()
                        || audio != null && audio.uplink().transportCc());
    }

    /** The packet's transport-wide number, or {@link RtpExtensionValues#ABSENT}. */
    int transportSequence(final DirectBuffer buffer, final int offset, final int headerLength) {
        final long element = RtpExtensions.find(buffer, offset, headerLength, transportCcId);
        return element == RtpExtensions.NONE
                ? RtpExtensionValues.ABSENT
                : RtpExtensionValues.transportSequence(buffer, element);
    }
}
