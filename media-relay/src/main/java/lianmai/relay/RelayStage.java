package lianmai.relay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The seats of one room as this shard routes them: who sits where, and which peers watch. A change of seat is one
 * command; the shard points every watcher's downlinks of that seat to the new occupant.
 *
 * <p>Thread: relay (confined).
 */
final class RelayStage {
    /** No stage has more seats (design §6). */
    static final int MAX_SEATS = 12;

    private final long id;
    private final long[] occupants = new long[MAX_SEATS];
    private final Peer[] seated = new Peer[MAX_SEATS];
    private final List<Peer> peers = new ArrayList<>();
    private final SpeakerDetector speakers = new SpeakerDetector(MAX_SEATS);

    RelayStage(final long id) {
        this.id = id;
    }

    long id() {
        return id;
    }

    SpeakerDetector speakers() {
        return speakers;
    }

    /** A peer watches from now on; it may also be one that a seat already names. */
    void add(final Peer peer, final long nowNs) {
        peers.add(peer);
        for (int seat = 0; seat < MAX_SEATS; seat++) {
            if (occupants[seat] == peer.id()) {
                seat(seat, peer, nowNs);
            }
        }
        for (final Downlink downlink : peer.downlinks()) {
            downlink.show(source(downlink.seat(), peer), nowNs);
        }
    }

    void remove(final Peer peer, final long nowNs) {
        peers.remove(peer);
        for (int seat = 0; seat < MAX_SEATS; seat++) {
            if (seated[seat] == peer) {
                seat(seat, null, nowNs);
            }
        }
        for (final Downlink downlink : peer.downlinks()) {
            downlink.show(null, nowNs);
        }
    }

    /** Seats a peer (null: one that is not here, or nobody) under the id that signaling gave. */
    void setSeat(final int seat, final long occupant, final Peer peer, final long nowNs) {
        occupants[seat] = occupant;
        seat(seat, peer, nowNs);
    }

    /** Shows another seat on one of a peer's downlinks. */
    void bind(final Peer peer, final Downlink downlink, final int seat, final long nowNs) {
        downlink.bind(seat);
        downlink.show(source(seat, peer), nowNs);
    }

    /** Which seat the peer sits on, or -1. */
    int seatOf(final Peer peer) {
        for (int seat = 0; seat < MAX_SEATS; seat++) {
            if (seated[seat] == peer) {
                return seat;
            }
        }
        return -1;
    }

    /** The id behind a seat, 0 when it is empty. */
    long occupant(final int seat) {
        return occupants[seat];
    }

    /** Nobody watches and nobody sits. */
    boolean isEmpty() {
        return peers.isEmpty() && Arrays.stream(occupants).allMatch(occupant -> occupant == 0);
    }

    private void seat(final int seat, final Peer peer, final long nowNs) {
        if (seated[seat] == peer) {
            return;
        }
        seated[seat] = peer;
        speakers.reset(seat);
        for (final Peer watcher : peers) {
            for (final Downlink downlink : watcher.downlinks()) {
                if (downlink.seat() == seat) {
                    downlink.show(source(seat, watcher), nowNs);
                }
            }
        }
    }

    /** Whom a watcher sees on a seat: its occupant, but never itself. */
    private Peer source(final int seat, final Peer watcher) {
        return seat < 0 || seat >= MAX_SEATS || seated[seat] == watcher ? null : seated[seat];
    }
}
