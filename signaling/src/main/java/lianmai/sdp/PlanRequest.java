package lianmai.sdp;

import java.util.function.IntSupplier;

/**
 * Who is to be served, and with what.
 *
 * @param peerId for {@link lianmai.relay.PeerSpec}
 * @param stageId for {@link lianmai.relay.PeerSpec}
 * @param firstSeat the seat that the first downlink shows; 0 for participants, {@code ?seat=n} for WHEP
 * @param localUfrag ours, fresh and random: 4 … 256 ice-chars
 * @param localPassword ours, fresh and random: 22 … 256 ice-chars
 * @param ssrcs any random source; zero and repeated values are passed over
 */
public record PlanRequest(
        Role role,
        long peerId,
        long stageId,
        int firstSeat,
        String localUfrag,
        String localPassword,
        IntSupplier ssrcs) {

    /** What a client is for, which decides what its m-lines are for. */
    public enum Role {
        /** May publish and sees all seats: the first sending line of a kind is its uplink, recvonly lines are seats. */
        PARTICIPANT,
        /** Publishes only (RFC 9725). */
        WHIP,
        /** Watches one seat: one audio and one video line that receive. */
        WHEP
    }
}
