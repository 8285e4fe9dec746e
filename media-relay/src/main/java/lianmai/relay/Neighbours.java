package lianmai.relay;

import org.agrona.DirectBuffer;

/**
 * The other shards, as one shard's core sees them: where copies of its publications go (hand-over H4) and commands that
 * concern them (H1). The shell implements it; {@link #NONE} is for a shard that is alone.
 *
 * <p>Thread: relay (the core's own). What is copied arrives in order, commands in order; commands that were given first
 * are carried out before what is copied later.
 */
public interface Neighbours {
    /** No other shards. */
    Neighbours NONE = new Neighbours() {
        @Override
        public int index() {
            return 0;
        }

        @Override
        public boolean copy(
                final int toShard,
                final long peerId,
                final boolean isAudio,
                final DirectBuffer buffer,
                final int offset,
                final int length,
                final int headerLength) {
            return false;
        }

        @Override
        public boolean tellClock(
                final int toShard, final long peerId, final boolean isAudio, final int timestamp, final long serverNs) {
            return false;
        }

        @Override
        public void command(final int toShard, final RelayCommand command) {}

        @Override
        public void lendTo(final int fromShard) {}
    };

    /** The number of the shard that asks. */
    int index();

    /**
     * Copies one plain RTP packet into the slab of another shard. Video may fill its queue to three quarters, so that
     * audio has room when video has none.
     *
     * @return false when its queue is full: nothing was copied, and the caller counts that
     */
    boolean copy(
            int toShard, long peerId, boolean isAudio, DirectBuffer buffer, int offset, int length, int headerLength);

    /**
     * Tells another shard when media with an RTP timestamp was captured, on the clock that all shards share.
     *
     * @return false when its queue is full; the next report will do
     */
    boolean tellClock(int toShard, long peerId, boolean isAudio, int timestamp, long serverNs);

    /** Gives another shard a command that must arrive. */
    void command(int toShard, RelayCommand command);

    /** Another shard will copy to this one: it needs slots of this shard's slab for that. */
    void lendTo(int fromShard);
}
