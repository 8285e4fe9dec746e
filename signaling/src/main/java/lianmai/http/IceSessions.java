package lianmai.http;

import lianmai.relay.PeerSpec;
import lianmai.sdp.IceFragment;

/** What PATCH needs to know of negotiated peers. Thread: signaling. */
public interface IceSessions {
    /** Our ufrag in a peer's present ICE session, which names it; null when the peer is unknown. */
    String current(long peerId);

    /**
     * Gives a peer new credentials of ours beside those of the fragment; null when it has none, or the ones in use.
     */
    Restart restart(long peerId, IceFragment fragment);

    /**
     * @param ice for the relay
     * @param fragment the answer, {@code application/trickle-ice-sdpfrag}
     */
    record Restart(PeerSpec.Ice ice, String fragment) {}
}
