package lianmai.room;

/** See {@link ShardPlacement#leastLoaded}. */
final class LeastLoaded implements ShardPlacement {
    private final int[] peers;
    private final int maxPeersPerShard;
    private final int imbalance;
    private final Headroom headroom;

    LeastLoaded(final int shards, final int maxPeersPerShard, final int imbalance, final Headroom headroom) {
        if (shards < 1 || maxPeersPerShard < 1) {
            throw new IllegalArgumentException("shards and peers per shard must be at least 1");
        }
        peers = new int[shards];
        this.maxPeersPerShard = maxPeersPerShard;
        this.imbalance = imbalance;
        this.headroom = headroom;
    }

    @Override
    public int placeBeside(final int shard) {
        final int best = leastLoaded();
        if (peers[shard] <= peers[best] + imbalance && takes(shard)) {
            return shard;
        }
        return place(best);
    }

    @Override
    public int place(final long stageId) {
        return place(leastLoaded());
    }

    /** The shard, or another one when it takes nobody. */
    private int place(final int first) {
        for (int i = 0; i < peers.length; i++) {
            final int shard = (first + i) % peers.length;
            if (takes(shard)) {
                return shard;
            }
        }
        return NONE;
    }

    private boolean takes(final int shard) {
        return peers[shard] < maxPeersPerShard && headroom.has(shard);
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
