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

    /** Gives a member its media. */
    void addPeer(final Member member, final PeerSpec spec) {
        member.spec = spec;
        member.givenUp = null;
        member.mediaConnected = false;
        member.mediaSilent = true;
        directory.addPeer(member);
        placement.onPeers(member.room.shard, 1);
        effects.relay(member.room.shard, new RelayCommand.AddPeer(spec));
    }

    /** Ends a member's media, if it has any. */
    void removePeer(final Member member) {
        if (member.spec == null) {
            return;
        }
        directory.removePeer(member);
        placement.onPeers(member.room.shard, -1);
        negotiator.forget(member.peerId());
        effects.relay(member.room.shard, new RelayCommand.RemovePeer(member.peerId()));
        member.spec = null;
        member.mediaConnected = false;
        member.mediaSilent = true;
    }
}
