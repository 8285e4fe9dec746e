package lianmai.relay;

import lianmai.ice.IceStatus;
import lianmai.srtp.SrtpStatus;

/** Why a packet went no further. Each has a counter; "why no video?" is answered by one of them. */
public enum DropReason {
    UNKNOWN_KIND("neither STUN, DTLS, RTP nor RTCP by its first bytes (RFC 7983)"),
    UNVALIDATED_ADDRESS("from an address that has passed no STUN check; not looked at"),
    STUN_MALFORMED("a STUN message that is not a well-formed binding request"),
    STUN_UNKNOWN_USER("a STUN check with a user name that no peer has"),
    STUN_BAD_INTEGRITY("a STUN check under a wrong password or damaged; never answered"),
    STUN_ADDRESS_TAKEN("a valid STUN check, but from the address of another peer who is still heard there"),
    STUN_NO_PATH("a valid STUN check, but no room for one more address"),
    DTLS_REFUSED("a DTLS datagram for a peer whose association is over or whose hand-over is full"),
    NO_KEYS("SRTP before the DTLS handshake was done"),
    SRTP_FORGED("the authentication tag does not fit"),
    SRTP_REPLAYED("an SRTP or SRTCP index seen before, or older than the replay window"),
    SRTP_MALFORMED("too short or too many SSRCs for SRTP"),
    RTP_MALFORMED("an RTP header that contradicts its length, or is longer than 256 bytes"),
    RTCP_MALFORMED("an RTCP compound that contradicts its length"),
    UNKNOWN_SSRC("an RTP stream that no m-line announces, or one of several that take turns on one"),
    UNKNOWN_PAYLOAD_TYPE("a payload type that was not negotiated"),
    UPLINK_CLOSED("from a publisher who is not on a seat, or is muted"),
    DUPLICATE("an RTP packet that came before under the same number"),
    TOO_OLD("an RTP packet older than the history"),
    RTX_MALFORMED("a retransmission too short to name its original"),
    PADDING_ONLY("a retransmission-stream packet that only probes for bandwidth"),
    AWAITING_KEY_FRAME("not forwarded: the viewer's decoder can only start at a key frame"),
    BEFORE_SWITCH("not forwarded: numbered before the packet at which the viewer was switched to this publication"),
    CODEC_UNSUPPORTED("not forwarded: the viewer did not offer this codec"),
    VIEWER_NOT_READY("not forwarded: the viewer's keys or address are not there yet"),
    SHED("not forwarded: there is more to send than this relay can, and this viewer's picture waits for room"),
    REPLICA_QUEUE_FULL("not copied to another shard: that one is behind"),
    REPLICA_AWAITING_KEY_FRAME(
            "not copied to another shard: a packet before it was not, so decoders there must start anew"),
    REPLICA_OVER("copied here by another shard for viewers who have left meanwhile"),
    NACK_UNKNOWN("asked for again, but no longer (or never) in the history"),
    NACK_LIMIT("asked for again too often or too fast"),
    NACK_WITHOUT_RTX("asked for again by a viewer who did not negotiate retransmission"),
    POOL_EMPTY("no free packet slot"),
    BATCH_FULL("more to send in one turn than the batch holds"),
    PROTECT_REFUSED("SRTP refused to protect it, so as not to use an index twice"),
    SEND_REFUSED("the socket takes no more at the moment"),
    FAULT("an exception while it was handled: a bug");

    private final String sentence;

    DropReason(final String sentence) {
        this.sentence = sentence;
    }

    /** One sentence for people who look at the counter. */
    public String sentence() {
        return sentence;
    }

    /** For a verdict of {@link lianmai.ice.IceLiteAgent#verify} below 0. */
    static DropReason ofStun(final int verdict) {
        return switch (verdict) {
            case IceStatus.BAD_USERNAME, IceStatus.EXPIRED -> DropReason.STUN_UNKNOWN_USER;
            case IceStatus.BAD_INTEGRITY, IceStatus.BAD_FINGERPRINT -> DropReason.STUN_BAD_INTEGRITY;
            default -> DropReason.STUN_MALFORMED;
        };
    }

    /** For a status of {@link lianmai.srtp.SrtpTransform} below 0. */
    static DropReason ofSrtp(final int status) {
        return switch (status) {
            case SrtpStatus.AUTHENTICATION_FAILED -> DropReason.SRTP_FORGED;
            case SrtpStatus.REPLAYED, SrtpStatus.TOO_OLD -> DropReason.SRTP_REPLAYED;
            default -> DropReason.SRTP_MALFORMED;
        };
    }
}
