package lianmai.relay;

import lianmai.ice.UfragKey;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Where a shard's peers are found: by id, by the username fragment we gave them, and by the addresses that they have
 * proved to be theirs. The only maker of paths (design law 5).
 *
 * <p>A path that is nobody's any more keeps its number until {@link #releaseRetired}, when no packet names it.
 *
 * <p>Thread: relay (confined). Owns: the paths.
 */
final class PeerTable {
    private static final int MOST_PATHS = 1 << 16;

    private final RelayCounters counters;
    private final PathTable paths;
    private final Long2ObjectHashMap<Peer> peers = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<Peer> peerByUfrag = new Long2ObjectHashMap<>();
    private final Peer[] peerByPath = new Peer[MOST_PATHS];
    private final IntArrayList retiredPaths = new IntArrayList();

    /** @param seed random, so that nobody can choose addresses that collide */
    PeerTable(final RelayCounters counters, final long seed) {
        this.counters = counters;
        paths = new PathTable(MOST_PATHS, seed);
    }

    PathTable paths() {
        return paths;
    }

    /** The peer of an id, or null. */
    Peer byId(final long peerId) {
        return peers.get(peerId);
    }

    /** The peer to which we gave this fragment, or null. */
    Peer byUfrag(final long ufrag) {
        return ufrag == UfragKey.NONE ? null : peerByUfrag.get(ufrag);
    }

    /** The peer of a path, or null. */
    Peer byPath(final int path) {
        return path == PathTable.NONE ? null : peerByPath[path];
    }

    /** The peer that has proved this address to be its own, or null. */
    Peer byAddress(final long high, final long low, final int port, final int localIndex) {
        return byPath(paths.find(high, low, port, localIndex));
    }

    /** How many peers there are. */
    int size() {
        return peers.size();
    }

    void add(final Peer peer) {
        peers.put(peer.id(), peer);
        peerByUfrag.put(peer.ice().ufrag(), peer);
        counters.count(Counter.PEERS_ADDED);
        counters.set(Counter.PEERS, peers.size());
    }

    /** The peer's newest fragment is known from now on, {@code dropped} no more. */
    void onIceRestart(final Peer peer, final long dropped) {
        forgetUfrag(dropped);
        peerByUfrag.put(peer.ice().ufrag(), peer);
    }

    void forgetUfrag(final long ufrag) {
        if (ufrag != UfragKey.NONE) {
            peerByUfrag.remove(ufrag);
        }
    }

    /** No check of this peer is answered any more; it is still found by id and address. */
    void endIce(final Peer peer) {
        forgetUfrag(peer.ice().ufrag());
        forgetUfrag(peer.ice().previousUfrag());
    }

    /** The last of a peer. */
    void remove(final Peer peer) {
        while (peer.ice().pathCount() > 0) {
            final int path = peer.ice().path(0);
            peer.ice().forget(path);
            retire(path);
        }
        peers.remove(peer.id());
        counters.set(Counter.PEERS, peers.size());
    }

    /**
     * Whether the address is another peer's who is still heard there: who has credentials and forges a source must not
     * get another's address with them. An address that a NAT gave to somebody else falls silent first.
     */
    boolean isTaken(
            final Peer peer, final long high, final long low, final int port, final int localIndex, final long nowNs) {
        final Peer owner = byAddress(high, low, port, localIndex);
        return owner != null && owner != peer && owner.isHeard(nowNs);
    }

    /** The path of an address that has just proved to be this peer's; {@link PathTable#NONE} when there is no room. */
    int claim(final Peer peer, final long high, final long low, final int port, final int localIndex) {
        int path = paths.find(high, low, port, localIndex);
        if (path != PathTable.NONE && peerByPath[path] == peer) {
            return path;
        }
        final int crowdedOut = peer.ice().makeRoom();
        if (crowdedOut != PathTable.NONE) {
            retire(crowdedOut);
        }
        if (path == PathTable.NONE) {
            path = paths.add(high, low, port, localIndex);
        } else if (peerByPath[path] != null) {
            peerByPath[path].ice().forget(path);
        }
        if (path != PathTable.NONE) {
            peerByPath[path] = peer;
            counters.set(Counter.PATHS, paths.size());
        }
        return path;
    }

    /** The path is nobody's. */
    void retire(final int path) {
        peerByPath[path] = null;
        if (!retiredPaths.containsInt(path)) {
            retiredPaths.addInt(path);
        }
    }

    /** The batch is empty: retired numbers may be used again. */
    void releaseRetired() {
        if (retiredPaths.isEmpty()) {
            return;
        }
        for (int i = 0; i < retiredPaths.size(); i++) {
            // An address may have become somebody's again meanwhile.
            if (peerByPath[retiredPaths.getInt(i)] == null) {
                paths.remove(retiredPaths.getInt(i));
            }
        }
        retiredPaths.clear();
        counters.set(Counter.PATHS, paths.size());
    }
}
