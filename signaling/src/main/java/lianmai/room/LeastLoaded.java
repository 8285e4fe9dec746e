package lianmai.room;

/** See {@link ShardPlacement#leastLoaded}. */
final class LeastLoaded implements ShardPlacement {
    private final int[] peers;
    private final int maxPeersPerShard;
    private final int imbalance;

    LeastLoaded(final int shards, final int maxPeersPerShard, final int imbalance) {
        if (shards < 1 || maxPeersPerShard < 1) {
            throw new IllegalArgumentException("shards and peers per shard must be at least 1");
        }
        peers = new int[shards];
        this.maxPeersPerShard = maxPeersPerShard;
        this.imbalance = imbalance;
    }

    @Override
    public int placeBeside(final int shard) {
        final int best = leastLoaded();
        final boolean stays = peers[shard] < maxPeersPerShard && peers[shard] <= peers[best] + imbalance;
        return stays ? shard : peers[best] < maxPeersPerShard ? best : NONE;
    }

    @Override
    public int place(final long stageId) {
        final int best = leastLoaded();
        return peers[best] < maxPeersPerShard ? best : NONE;
    }

    private int leastLoaded() {
        int best = 0;
        for (int shard = 1; shard < peers.length; shard++) {
            if (peers[shard] < peers[best]) {
                best = shard;
            }
        }
        return best;
    }

    @Override
    public void onPeers(final int shard, final int change) {
        peers[shard] += change;
    }
}
