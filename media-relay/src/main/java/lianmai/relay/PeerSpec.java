package lianmai.relay;

import java.util.List;
import lianmai.dtls.Fingerprint;
import lianmai.rtp.ExtensionIds;

/**
 * All that the relay must know to serve one peer, as negotiated (design §6). Immutable, so that it may cross threads.
 *
 * @param peerId unique for the life of the server, greater than 0
 * @param stageId the stage (room) whose seats its downlinks show
 * @param uplinkAudio null when the peer may never publish audio
 * @param uplinkVideo null when the peer may never publish video
 * @param downlinks what the peer receives; {@link RelayCommand.BindDownlink} changes which seat one shows
 */
public record PeerSpec(
        long peerId,
        long stageId,
        Ice ice,
        Fingerprint fingerprint,
        Uplink uplinkAudio,
        Uplink uplinkVideo,
        List<Downlink> downlinks) {

    /** The ufrags and our password: a full agent's checks carry {@code localUfrag:remoteUfrag} (RFC 8445 §7.2.2). */
    public record Ice(String localUfrag, String localPassword, String remoteUfrag) {}

    /**
     * One payload type of one m-line.
     *
     * @param rtxPayloadType the payload type of its retransmissions (RFC 4588), or -1
     * @param format what must be equal for two ends to understand each other: H264's profile and packetization mode
     *     ({@code 42e0/1}), VP9's profile ({@code 0}), AV1's profile and tier; empty for the others
     */
    public record Format(Codec codec, int payloadType, int rtxPayloadType, String format) {}

    /**
     * What a peer sends on one m-line.
     *
     * @param ssrcs the SSRCs that the offer declared, primary first; may be empty: then mid or payload type decides
     * @param rtxSsrcs for each of {@code ssrcs} its retransmission SSRC (ssrc-group FID), or 0
     * @param transportCc whether transport-wide feedback was negotiated; if not, REMB is sent
     */
    public record Uplink(
            String mid,
            List<Format> formats,
            ExtensionIds extensions,
            List<Integer> ssrcs,
            List<Integer> rtxSsrcs,
            boolean nack,
            boolean transportCc,
            boolean remb) {}

    /**
     * What a peer receives of one seat.
     *
     * @param seat the seat shown at first
     * @param audio null when not negotiated
     * @param video null when not negotiated
     */
    public record Downlink(int seat, Line audio, Line video) {}

    /**
     * One m-line towards a peer.
     *
     * @param ssrc ours, never changes
     * @param rtxSsrc ours, or 0 without retransmission
     */
    public record Line(
            String mid,
            int ssrc,
            int rtxSsrc,
            String cname,
            List<Format> formats,
            ExtensionIds extensions,
            boolean nack,
            boolean transportCc) {}
}
