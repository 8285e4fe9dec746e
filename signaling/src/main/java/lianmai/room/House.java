package lianmai.room;

import lianmai.relay.PeerSpec;
import lianmai.relay.RelayCommand;

/**
 * What all rooms share, and the one place where peers are made and given up.
 *
 * <p>Thread: signaling (confined). Owns: that every {@code AddPeer} has its {@code RemovePeer}.
 */
final class House {
    final RoomLimits limits;
    final Negotiator negotiator;
    final ShardPlacement placement;
    final Directory directory = new Directory();
    final Effects effects = new Effects();
    final Copies copies = new Copies(effects);
    final Wakeups wakeups = new Wakeups();
    final Bans bans = new Bans();
    final WriteBudget budget;

    House(final RoomLimits limits, final Negotiator negotiator, final ShardPlacement placement) {
        this.limits = limits;
        this.negotiator = negotiator;
        this.placement = placement;
        budget = new WriteBudget(limits.batchWritesPerSecond());
    }

    /** Negotiates a new peer of a stage. Nothing is made yet. */
    Negotiator.Result negotiate(final int shard, final long stageId, final Negotiator.Kind kind, final String offer) {
        return negotiator.negotiate(shard, directory.nextPeerId(), stageId, kind, offer);
    }

    /** Gives a member its media, on the shard that it was negotiated for. */
    void addPeer(final Member member, final PeerSpec spec, final int shard) {
        member.spec = spec;
        member.shard = shard;
        member.givenUp = null;
        member.mediaConnected = false;
        member.mediaSilent = true;
        directory.addPeer(member);
        placement.onPeers(shard, 1);
        member.room.spread.enter(shard);
        effects.relay(shard, new RelayCommand.AddPeer(spec));
    }

    /** Ends a member's media, if it has any. */
    void removePeer(final Member member) {
        if (member.spec == null) {
            return;
        }
        directory.removePeer(member);
        placement.onPeers(member.shard, -1);
        negotiator.forget(member.peerId());
        member.room.spread.forget(member.peerId());
        member.room.pks.onPeerRemoved(member);
        effects.relay(member.shard, new RelayCommand.RemovePeer(member.peerId()));
        member.room.spread.leave(member.shard);
        member.spec = null;
        member.mediaConnected = false;
        member.mediaSilent = true;
    }
}
