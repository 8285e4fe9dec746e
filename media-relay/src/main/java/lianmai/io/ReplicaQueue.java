package lianmai.io;

import lianmai.jitter.PacketPool;
import lianmai.relay.RelayCore;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * Hand-over H4 (docs/architecture.md), one direction between two shards: plain RTP packets of publications that the
 * receiving shard has viewers of. The receiver lends slots of its own slab, the sender copies a packet into one and
 * sends it back, so the receiver forwards and keeps it like one that came from its socket.
 *
 * <pre>
 *   receiver --lend()--> [lent] --copy()--> [sent] --drain()--> the receiver's core, which owns the slot from then on
 * </pre>
 *
 * <p>A parcel, the object that carries a slot, goes round for ever; nothing is allocated for a packet. When no slot is
 * lent the sender's call answers false: the receiver is behind, and its packets are dropped where they are counted. The
 * last quarter of the slots is audio's: a key frame that comes in one piece must not cost anybody a word.
 *
 * <p>Thread: {@link #copy} and {@link #tellClock} the sending relay, the rest the receiving one, {@link #takeBack} any
 * one once both have ended. Owns: the slots that are lent or sent.
 */
final class ReplicaQueue {
    private final SpscVarHandleArrayQueue<Parcel> lent;
    private final SpscVarHandleArrayQueue<Parcel> sent;
    /** So many are for audio alone, and for clocks. */
    private final int reserved;
    /** Parcels at the receiver that wait for a slot. */
    private final Parcel[] bare;

    private int bareCount;
    private boolean opened;

    /** @param parcels the most that can be on their way, a power of two */
    ReplicaQueue(final int parcels) {
        lent = new SpscVarHandleArrayQueue<>(parcels);
        sent = new SpscVarHandleArrayQueue<>(parcels);
        reserved = parcels / 4;
        bare = new Parcel[parcels];
    }

    /** One packet, or one report of a publisher's clock, on its way. */
    private static final class Parcel {
        private UnsafeBuffer slab;
        private int slot;
        private int slotOffset;
        private long peerId;
        private boolean isAudio;
        private boolean isClock;
        private int length;
        private int headerLength;
        private int timestamp;
        private long serverNs;
    }

    /** See {@link lianmai.relay.Neighbours#copy}. */
    boolean copy(
            final long peerId,
            final boolean isAudio,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final int headerLength) {
        if (!isAudio && lent.size() <= reserved) {
            return false;
        }
        final Parcel parcel = lent.relaxedPoll();
        if (parcel == null) {
            return false;
        }
        parcel.slab.putBytes(parcel.slotOffset, buffer, offset, length);
        parcel.peerId = peerId;
        parcel.isAudio = isAudio;
        parcel.isClock = false;
        parcel.length = length;
        parcel.headerLength = headerLength;
        return sent.relaxedOffer(parcel);
    }

    /** See {@link lianmai.relay.Neighbours#tellClock}. */
    boolean tellClock(final long peerId, final boolean isAudio, final int timestamp, final long serverNs) {
        final Parcel parcel = lent.relaxedPoll();
        if (parcel == null) {
            return false;
        }
        parcel.peerId = peerId;
        parcel.isAudio = isAudio;
        parcel.isClock = true;
        parcel.timestamp = timestamp;
        parcel.serverNs = serverNs;
        return sent.relaxedOffer(parcel);
    }

    /** Whether something waits for the receiver. */
    boolean isEmpty() {
        return sent.isEmpty();
    }

    /** Begins to lend slots. */
    void open(final PacketPool pool) {
        if (opened) {
            return;
        }
        opened = true;
        for (int i = 0; i < bare.length; i++) {
            bare[bareCount++] = new Parcel();
        }
        lend(pool);
    }

    /** Hands over at most so many of the packets that have come, and lends as many slots anew; answers how many. */
    int drain(final RelayCore core, final PacketPool pool, final int limit, final long nowNs) {
        if (!opened) {
            return 0;
        }
        int done = 0;
        while (done < limit) {
            final Parcel parcel = sent.relaxedPoll();
            if (parcel == null) {
                break;
            }
            if (parcel.isClock) {
                core.onReplicaClock(parcel.peerId, parcel.isAudio, parcel.timestamp, parcel.serverNs);
                lent.relaxedOffer(parcel);
            } else {
                core.onReplicaPacket(
                        parcel.peerId, parcel.isAudio, parcel.slot, parcel.length, parcel.headerLength, nowNs);
                bare[bareCount++] = parcel;
                done++;
            }
        }
        lend(pool);
        return done;
    }

    private void lend(final PacketPool pool) {
        while (bareCount > 0) {
            final int slot = pool.acquire();
            if (slot == PacketPool.NONE) {
                return;
            }
            final Parcel parcel = bare[--bareCount];
            parcel.slab = pool.buffer();
            parcel.slot = slot;
            parcel.slotOffset = pool.offset(slot);
            lent.relaxedOffer(parcel);
        }
    }

    /** Frees the slots on their way, when neither shard runs any more. */
    void takeBack(final PacketPool pool) {
        for (Parcel parcel = sent.poll(); parcel != null; parcel = sent.poll()) {
            pool.release(parcel.slot);
        }
        for (Parcel parcel = lent.poll(); parcel != null; parcel = lent.poll()) {
            pool.release(parcel.slot);
        }
    }
}
