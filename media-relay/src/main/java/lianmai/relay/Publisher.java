package lianmai.relay;

import java.util.ArrayList;
import java.util.List;

/**
 * Whoever can sit on a seat: a peer of this shard, or the replica of one that another shard serves. Seats may be those
 * of several stages: a host in a PK sits on a seat of the other host's room too.
 *
 * <p>Thread: relay (confined).
 */
abstract sealed class Publisher permits Peer, Replica {
    private final List<RelayStage> stages = new ArrayList<>(1);

    /** The peer's id, the same for each of its replicas. */
    abstract long id();

    /** Null when it may never publish audio. */
    abstract Publication audio();

    /** Null when it may never publish video. */
    abstract Publication video();

    /** Whether other shards know it too. */
    abstract boolean isElsewhere();

    /** Asks to be called at this time, if that is sooner than planned. */
    abstract void wakeAt(long atNs);

    /** It sits on a seat of this stage from now on. */
    final void satDown(final RelayStage stage) {
        stages.add(stage);
    }

    final void stoodUp(final RelayStage stage) {
        stages.remove(stage);
    }

    /** Leaves every seat; the stages keep the seats for its id, should it come back. */
    final void leaveSeats(final long nowNs) {
        while (!stages.isEmpty()) {
            stages.getLast().unseat(this, nowNs);
        }
    }

    /** One audio packet's level, in −dBov. */
    final void onAudioLevel(final int level, final long nowNs) {
        for (int i = 0; i < stages.size(); i++) {
            stages.get(i).onAudioLevel(this, level, nowNs);
        }
    }

    /** Opens or closes what it publishes. */
    final void gate(final boolean openAudio, final boolean openVideo, final long nowNs) {
        if (audio() != null) {
            audio().gate(openAudio, nowNs);
            for (int i = 0; i < stages.size() && !openAudio; i++) {
                stages.get(i).onMuted(this);
            }
        }
        if (video() != null) {
            video().gate(openVideo, nowNs);
        }
    }
}
