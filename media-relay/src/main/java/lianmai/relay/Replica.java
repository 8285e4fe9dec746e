package lianmai.relay;

import java.util.List;

/**
 * A publisher whom another shard serves, for this shard's viewers of it: the same publications, fed by hand-over H4
 * instead of a socket. Viewers are repaired from this shard's own history; only wishes for key frames go back.
 *
 * <p>Thread: relay (confined). Owns: through its publications their history's slots. Units: ns.
 */
final class Replica extends Publisher {
    private final Replicas all;
    private final long id;
    private final int fromShard;
    private final Publication audio;
    private final Publication video;

    Replica(final Shard shard, final Replicas all, final RelayCommand.AddReplica spec) {
        this.all = all;
        id = spec.peerId();
        fromShard = spec.fromShard();
        audio = spec.audio() == null ? null : new Publication(shard, this, true, received(spec.audio()));
        video = spec.video() == null ? null : new Publication(shard, this, false, received(spec.video()));
    }

    /** As negotiated with the publisher, but with nobody to ask for lost packets: its own shard does that. */
    private static PeerSpec.Uplink received(final PeerSpec.Uplink uplink) {
        return new PeerSpec.Uplink(
                uplink.mid(), uplink.formats(), uplink.extensions(), List.of(), List.of(), false, false, false);
    }

    /** Does what is due: asks for a key frame, forgets old packets. Answers when to call again. */
    long onTime(final long nowNs, final Neighbours neighbours) {
        if (video == null) {
            return Long.MAX_VALUE;
        }
        video.trim(nowNs);
        if (video.keyframes().poll(nowNs)) {
            neighbours.command(fromShard, new RelayCommand.WantKeyFrame(id));
        }
        return video.keyframes().nextDeadlineNs();
    }

    @Override
    long id() {
        return id;
    }

    @Override
    Publication audio() {
        return audio;
    }

    @Override
    Publication video() {
        return video;
    }

    @Override
    boolean isElsewhere() {
        return true;
    }

    /** The publication of a kind, or null. */
    Publication publication(final boolean isAudio) {
        return isAudio ? audio : video;
    }

    @Override
    void wakeAt(final long atNs) {
        all.wakeAt(atNs);
    }

    void close(final long nowNs) {
        leaveSeats(nowNs);
        if (audio != null) {
            audio.close(nowNs);
        }
        if (video != null) {
            video.close(nowNs);
        }
    }
}
