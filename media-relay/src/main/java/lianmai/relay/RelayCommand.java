package lianmai.relay;

import lianmai.srtp.SrtpKeys;

/** What other threads ask of a relay shard (hand-over H1, design §5). Immutable. */
public sealed interface RelayCommand {
    /** Serves a new peer: its STUN checks are answered from now on. */
    record AddPeer(PeerSpec spec) implements RelayCommand {}

    /** Forgets a peer and all it holds; unknown ids are ignored. */
    record RemovePeer(long peerId) implements RelayCommand {}

    /** New ICE credentials for a peer (ICE restart, RFC 8445 §9); keys, SSRCs and sequence numbers live on. */
    record RestartIce(long peerId, PeerSpec.Ice ice) implements RelayCommand {}

    /**
     * Puts a peer on a seat of a stage for everybody's downlinks, or empties the seat with {@code occupant} 0. The
     * occupant's own downlinks never show it.
     */
    record SetSeat(long stageId, int seat, long occupant) implements RelayCommand {}

    /** Opens or closes what a peer may publish; closed media is dropped and counted. Closed at first. */
    record GateUplink(long peerId, boolean audio, boolean video) implements RelayCommand {}

    /** Changes which seat one of a peer's downlinks shows (WHEP's {@code ?seat=} and {@code ?follow=speaker}). */
    record BindDownlink(long peerId, int downlink, int seat) implements RelayCommand {}

    /** A stage is over; its peers have been removed. */
    record RemoveStage(long stageId) implements RelayCommand {}

    /** A DTLS datagram to send to the peer's nominated address. */
    record SendDtls(long peerId, byte[] datagram) implements RelayCommand {}

    /** The handshake is done. */
    record KeysReady(long peerId, SrtpKeys keys) implements RelayCommand {}

    /** The DTLS association failed or was closed by the peer. */
    record DtlsClosed(long peerId, String reason) implements RelayCommand {}
}
