package lianmai.room;

/** See {@link ShardPlacement#leastLoaded}. */
final class LeastLoaded implements ShardPlacement {
    private final int[] peers;
    private final int maxPeersPerShard;

    LeastLoaded(final int shards, final int maxPeersPerShard) {
        if (shards < 1 || maxPeersPerShard < 1) {
            throw new IllegalArgumentException("shards and peers per shard must be at least 1");
        }
        peers = new int[shards];
        this.maxPeersPerShard = maxPeersPerShard;
    }

    @Override
    public int place(final long stageId) {
        int best = 0;
        for (int shard = 1; shard < peers.length; shard++) {
            if (peers[shard] < peers[best]) {
                best = shard;
            }
        }
        return peers[best] < maxPeersPerShard ? best : NONE;
    }

    @Override
    public void onPeers(final int shard, final int change) {
        peers[shard] += change;
    }
}
