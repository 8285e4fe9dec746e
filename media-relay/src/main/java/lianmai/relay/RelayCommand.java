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

    /** Opens or closes what a publisher may publish; closed media is dropped and counted. Closed at first. */
    record GateUplink(long peerId, boolean audio, boolean video) implements RelayCommand {}

    /** Changes which seat one of a peer's downlinks shows (WHEP's {@code ?seat=} and {@code ?follow=speaker}). */
    record BindDownlink(long peerId, int downlink, int seat) implements RelayCommand {}

    /** A stage is over; its peers have been removed. */
    record RemoveStage(long stageId) implements RelayCommand {}

    /**
     * Copies what a peer of this shard publishes to another shard, which has viewers of it, until {@link EndReplica} or
     * the peer's removal.
     */
    record Replicate(long peerId, int toShard) implements RelayCommand {}

    /** The other shard has no viewers of the peer any more. */
    record EndReplica(long peerId, int toShard) implements RelayCommand {}

    /** From another shard: a publisher there has viewers here; its packets will come by hand-over H4. */
    record AddReplica(long peerId, int fromShard, PeerSpec.Uplink audio, PeerSpec.Uplink video)
            implements RelayCommand {}

    /** From another shard: nothing more comes of that publisher. */
    record RemoveReplica(long peerId) implements RelayCommand {}

    /** From another shard: viewers there need a key frame of a peer of this shard. */
    record WantKeyFrame(long peerId) implements RelayCommand {}

    /** A DTLS datagram to send to the peer's nominated address. */
    record SendDtls(long peerId, byte[] datagram) implements RelayCommand {}

    /** The handshake is done. */
    record KeysReady(long peerId, SrtpKeys keys) implements RelayCommand {}

    /** The DTLS association failed or was closed by the peer. */
    record DtlsClosed(long peerId, String reason) implements RelayCommand {}
}
