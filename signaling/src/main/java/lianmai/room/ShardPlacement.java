package lianmai.room;

/**
 * Chooses the relay shard of a new peer. A room stays together, since what several shards show is copied between them,
 * until its shard has clearly more to do than another.
 */
public interface ShardPlacement {
    /** No shard takes another room. */
    int NONE = -1;

    /** The shard for a new stage, or {@link #NONE}. */
    int place(long stageId);

    /** The shard for another peer of a room that has peers on {@code shard} already, or {@link #NONE}. */
    int placeBeside(int shard);

    /** A peer was added to a shard ({@code change} 1) or removed from it (-1). */
    void onPeers(int shard, int change);

    /**
     * A placement on the shard with the fewest peers; the lowest number among equals. Refuses when all are full.
     *
     * @param imbalance how many peers more than the least loaded a room's first shard must have for the next member to
     *     go there; 0 spreads every room
     * @param headroom whether a shard takes another peer
     */
    static ShardPlacement leastLoaded(
            final int shards, final int maxPeersPerShard, final int imbalance, final Headroom headroom) {
        return new LeastLoaded(shards, maxPeersPerShard, imbalance, headroom);
    }
}
