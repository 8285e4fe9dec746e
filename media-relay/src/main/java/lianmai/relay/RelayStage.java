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
    private final Publisher[] seated = new Publisher[MAX_SEATS];
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
        admit(peer, nowNs);
        for (final Downlink downlink : peer.downlinks()) {
            downlink.show(source(downlink.seat(), peer), nowNs);
        }
    }

    void remove(final Peer peer, final long nowNs) {
        peers.remove(peer);
        for (final Downlink downlink : peer.downlinks()) {
            downlink.show(null, nowNs);
        }
    }

    /** Seats a publisher (null: one that is not here, or nobody) under the id that signaling gave. */
    void setSeat(final int seat, final long occupant, final Publisher publisher, final long nowNs) {
        occupants[seat] = occupant;
        seat(seat, publisher, nowNs);
    }

    /** Seats a publisher that has come after the seat was given to its id. */
    void admit(final Publisher publisher, final long nowNs) {
        for (int seat = 0; seat < MAX_SEATS; seat++) {
            if (occupants[seat] == publisher.id()) {
                seat(seat, publisher, nowNs);
            }
        }
    }

    /** A publisher is over; its seats stay its id's. */
    void unseat(final Publisher publisher, final long nowNs) {
        for (int seat = 0; seat < MAX_SEATS; seat++) {
            if (seated[seat] == publisher) {
                seat(seat, null, nowNs);
            }
        }
    }

    /** One audio packet's level of somebody who sits here, in −dBov. */
    void onAudioLevel(final Publisher publisher, final int level, final long nowNs) {
        final int seat = seatOf(publisher);
        if (seat >= 0) {
            speakers.onLevel(seat, level, nowNs);
        }
    }

    /** Somebody who sits here has been muted. */
    void onMuted(final Publisher publisher) {
        final int seat = seatOf(publisher);
        if (seat >= 0) {
            speakers.reset(seat);
        }
    }

    /**
     * Whether this shard hears all who sit here, so that it can tell who speaks: where somebody watches, it does. A
     * shard that only serves one of the publishers leaves it to those that have the others too.
     */
    boolean hearsAll() {
        for (int i = 0; i < peers.size(); i++) {
            if (!peers.get(i).downlinks().isEmpty()) {
                return true;
            }
        }
        for (final Publisher publisher : seated) {
            if (publisher != null && publisher.isElsewhere()) {
                return false;
            }
        }
        return true;
    }

    /** Shows another seat on one of a peer's downlinks. */
    void bind(final Peer peer, final Downlink downlink, final int seat, final long nowNs) {
        downlink.bind(seat);
        downlink.show(source(seat, peer), nowNs);
    }

    /** Which seat somebody sits on, or -1. */
    private int seatOf(final Publisher publisher) {
        for (int seat = 0; seat < MAX_SEATS; seat++) {
            if (seated[seat] == publisher) {
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

    private void seat(final int seat, final Publisher publisher, final long nowNs) {
        if (seated[seat] == publisher) {
            return;
        }
        if (seated[seat] != null) {
            seated[seat].stoodUp(this);
        }
        if (publisher != null) {
            publisher.satDown(this);
        }
        seated[seat] = publisher;
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
    private Publisher source(final int seat, final Peer watcher) {
        return seat < 0 || seat >= MAX_SEATS || seated[seat] == watcher ? null : seated[seat];
    }
}
