package lianmai.relay;

/**
 * Copies what this shard's peers publish to the shards that have viewers of them, and tells those shards what their
 * replicas must know: that there is one, whether it may be heard and seen, and its end.
 *
 * <p>Thread: relay (confined).
 */
final class Replication {
    private final Neighbours neighbours;

    Replication(final Neighbours neighbours) {
        this.neighbours = neighbours;
    }

    /** Begins to copy, unless the peer is gone (null); a second call for the same shard changes nothing. */
    void start(final Peer peer, final int toShard) {
        if (peer == null || toShard == neighbours.index() || peer.copiedTo().containsInt(toShard)) {
            return;
        }
        peer.copiedTo().addInt(toShard);
        final PeerSpec spec = peer.spec();
        neighbours.command(
                toShard,
                new RelayCommand.AddReplica(peer.id(), neighbours.index(), spec.uplinkAudio(), spec.uplinkVideo()));
        neighbours.command(toShard, new RelayCommand.GateUplink(peer.id(), isOpen(peer.audio()), isOpen(peer.video())));
        if (peer.audio() != null) {
            peer.audio().copyTo(toShard);
        }
        if (peer.video() != null) {
            peer.video().copyTo(toShard);
        }
    }

    /** Ends it. */
    void end(final Peer peer, final int toShard) {
        if (peer == null || !peer.copiedTo().removeInt(toShard)) {
            return;
        }
        if (peer.audio() != null) {
            peer.audio().endCopy(toShard);
        }
        if (peer.video() != null) {
            peer.video().endCopy(toShard);
        }
        neighbours.command(toShard, new RelayCommand.RemoveReplica(peer.id()));
    }

    /** The peer leaves this shard. */
    void endAll(final Peer peer) {
        while (!peer.copiedTo().isEmpty()) {
            end(peer, peer.copiedTo().getInt(0));
        }
    }

    /** A publisher's gates have changed; a replica's change is nobody else's. */
    void onGate(final Publisher publisher, final RelayCommand.GateUplink gate) {
        if (publisher instanceof final Peer peer) {
            for (int i = 0; i < peer.copiedTo().size(); i++) {
                neighbours.command(peer.copiedTo().getInt(i), gate);
            }
        }
    }

    private static boolean isOpen(final Publication publication) {
        return publication != null && publication.isOpen();
    }
}
