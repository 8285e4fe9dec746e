package lianmai.relay;

import org.agrona.DirectBuffer;

/**
 * Copies one publication to one other shard that has viewers of it. When that shard's queue is full, an audio packet is
 * lost alone; video is held back to its next key frame, which is asked for, since what lies between cannot be decoded.
 *
 * <p>Thread: relay (confined).
 */
final class ReplicaTap {
    private final Shard shard;
    private final Publication publication;
    private final int toShard;
    private boolean awaitsKeyFrame;

    ReplicaTap(final Shard shard, final Publication publication, final int toShard) {
        this.shard = shard;
        this.publication = publication;
        this.toShard = toShard;
    }

    int toShard() {
        return toShard;
    }

    /** One accepted packet of the publication; offsets are absolute in this shard's slab. */
    void onPacket(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final int headerLength,
            final boolean startsKeyFrame,
            final long nowNs) {
        if (awaitsKeyFrame && !startsKeyFrame) {
            shard.counters().drop(DropReason.REPLICA_AWAITING_KEY_FRAME);
            return;
        }
        final long peerId = publication.owner().id();
        final boolean isAudio = publication.isAudio();
        if (shard.neighbours().copy(toShard, peerId, isAudio, buffer, offset, length, headerLength)) {
            awaitsKeyFrame = false;
            shard.counters().count(Counter.REPLICATED_OUT);
            return;
        }
        shard.counters().drop(DropReason.REPLICA_QUEUE_FULL);
        if (!isAudio) {
            awaitsKeyFrame = true;
            publication.wantKeyFrame(nowNs);
        }
    }

    /** The publisher's clock is known (again). */
    void onClock(final int timestamp, final long serverNs) {
        shard.neighbours().tellClock(toShard, publication.owner().id(), publication.isAudio(), timestamp, serverNs);
    }
}
