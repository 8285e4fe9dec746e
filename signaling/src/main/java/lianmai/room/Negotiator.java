package lianmai.room;

import java.util.List;
import lianmai.message.ServerMessage.SeatLine;
import lianmai.relay.PeerSpec;

/** Turns offers into answers. Pure towards the rooms: what it needs to remember it remembers by peer id. */
public interface Negotiator {
    /** Which lines an offer is expected to have. */
    enum Kind {
        /** One uplink of each kind, and two recvonly lines a seat. */
        JOIN,
        /** An uplink only (RFC 9725). */
        WHIP,
        /** One downlink, its seat 0 until {@code BindDownlink}. */
        WHEP
    }

    /**
     * Negotiates a new peer.
     *
     * @param shard which relay shard will serve it: its address and ICE candidates go into the answer
     * @param peerId its id in the relay
     * @param stageId the stage its downlinks show
     */
    Result negotiate(int shard, long peerId, long stageId, Kind kind, String offer);

    /** Negotiates a peer anew; seats, SSRCs and keys stay. New ICE credentials in the spec mean an ICE restart. */
    Result renegotiate(long peerId, String offer);

    /** The peer is over. */
    void forget(long peerId);

    /** What became of it. */
    sealed interface Result permits Accepted, Refused {}

    /**
     * @param spec goes to the relay
     * @param answer SDP
     * @param seats the lines of the answer a seat arrives on
     */
    record Accepted(PeerSpec spec, String answer, List<SeatLine> seats) implements Result {}

    record Refused(Refusal refusal) implements Result {}
}
