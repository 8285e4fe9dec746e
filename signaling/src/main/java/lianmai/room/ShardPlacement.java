package lianmai.room;

/** Chooses the relay shard of a new room. A room lives on one shard until rooms may span several. */
public interface ShardPlacement {
    /** No shard takes another room. */
    int NONE = -1;

    /** The shard for a new stage, or {@link #NONE}. */
    int place(long stageId);

    /** A peer was added to a shard ({@code change} 1) or removed from it (-1). */
    void onPeers(int shard, int change);

    /** A placement on the shard with the fewest peers; the lowest number among equals. Refuses when all are full. */
    static ShardPlacement leastLoaded(final int shards, final int maxPeersPerShard) {
        return new LeastLoaded(shards, maxPeersPerShard);
    }
}
