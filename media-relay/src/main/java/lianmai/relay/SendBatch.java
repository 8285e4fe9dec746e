package lianmai.relay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lianmai.jitter.PacketPool;
import lianmai.srtp.SrtpBatch;
import lianmai.srtp.SrtpStatus;
import lianmai.srtp.SrtpTransform;

/**
 * What one turn sends, in two lanes: urgent (STUN, DTLS, RTCP, audio, retransmissions) before video. Packets are
 * appended in plain text and protected together at the end of the turn, by one call of a batching SRTP provider.
 *
 * <p>Thread: relay (confined). Owns: the egress slots appended to it, and one reference to each payload's source slot
 * until {@link #protect}.
 */
public final class SendBatch {
    private final PacketPool pool;
    private final RelayCounters counters;
    private final SrtpBatch srtp;
    private final Lane urgent;
    private final Lane video;
    private final List<SrtpTransform> retired = new ArrayList<>();
    private int inHand = PacketPool.NONE;
    private RuntimeException fault;
    private int faultPath;

    /** Takes over a datagram that begins at its slot's first byte; answers false when it cannot. */
    @FunctionalInterface
    public interface Sink {
        boolean send(int slot, int length, PathTable paths, int path);
    }

    /**
     * @param srtp what made the transforms of the packets appended
     * @param capacity packets of each lane
     */
    public SendBatch(final PacketPool pool, final RelayCounters counters, final SrtpBatch srtp, final int capacity) {
        this.pool = pool;
        this.counters = counters;
        this.srtp = srtp;
        urgent = new Lane(capacity);
        video = new Lane(capacity);
    }

    /** How many packets wait in both lanes. */
    public int size() {
        return urgent.count + video.count;
    }

    /**
     * Takes an empty slot to write one packet into, which is to be appended or given back before the next is taken.
     *
     * @return {@link PacketPool#NONE} when there is none left; that is counted
     */
    int acquire() {
        inHand = pool.acquire();
        if (inHand == PacketPool.NONE) {
            counters.drop(DropReason.POOL_EMPTY);
        }
        return inHand;
    }

    /** Frees the slot that was acquired and not appended, if there is one. */
    void abandon() {
        if (inHand != PacketPool.NONE) {
            pool.release(inHand);
            inHand = PacketPool.NONE;
        }
    }

    /** What was thrown while something was encrypted since the last call, or null. */
    RuntimeException takeFault() {
        final RuntimeException taken = fault;
        fault = null;
        return taken;
    }

    /** Where to the packet of {@link #takeFault()} was to go; {@link PathTable#NONE} when it was many. */
    int faultPath() {
        return faultPath;
    }

    /** Sends a slot's first bytes as they are. */
    void plain(final int slot, final int length, final int path) {
        urgent.add(Lane.PLAIN, slot, path, null, length, PacketPool.NONE, 0, 0, 0);
    }

    /** Protects and sends an RTCP compound that fills a slot's first bytes. */
    void rtcp(final int slot, final int length, final int path, final SrtpTransform transform) {
        urgent.add(Lane.RTCP, slot, path, transform, length, PacketPool.NONE, 0, 0, 0);
    }

    /**
     * Protects and sends an RTP packet whose header fills the slot's first bytes and whose payload lies elsewhere.
     *
     * @param sourceSlot the slot that holds the payload (retained here), or the egress slot itself
     * @param sourceOffset absolute, in the slab
     */
    void rtp(
            final boolean isUrgent,
            final int slot,
            final int headerLength,
            final int sourceSlot,
            final int sourceOffset,
            final int payloadLength,
            final long extendedSequence,
            final int path,
            final SrtpTransform transform) {
        final Lane lane = isUrgent ? urgent : video;
        lane.add(
                Lane.RTP,
                slot,
                path,
                transform,
                headerLength,
                sourceSlot == slot ? PacketPool.NONE : sourceSlot,
                sourceOffset,
                payloadLength,
                extendedSequence);
    }

    /** Closes a transform once what was appended under it in this turn is protected. */
    void closeLater(final SrtpTransform transform) {
        retired.add(transform);
    }

    /** Encrypts everything appended; what SRTP refuses is dropped and counted. */
    public void protect() {
        urgent.protect();
        video.protect();
        try {
            counters.add(Counter.PROTECTED_IN_BATCHES, srtp.encrypt());
        } catch (final RuntimeException e) {
            fault = e;
            faultPath = PathTable.NONE;
            urgent.refuseProtected();
            video.refuseProtected();
        }
        urgent.releaseSources();
        video.releaseSources();
        for (int i = 0; i < retired.size(); i++) {
            retired.get(i).close();
        }
        retired.clear();
    }

    /** Hands everything to the sink, urgent lane first, and is empty afterwards. */
    public void drain(final PathTable paths, final Sink sink) {
        urgent.drain(paths, sink);
        video.drain(paths, sink);
    }

    /** One lane as a structure of arrays; index i across them is one packet. */
    private final class Lane {
        private static final byte PLAIN = 0;
        private static final byte RTCP = 1;
        private static final byte RTP = 2;
        private static final byte PROTECTED = 3;

        private final byte[] kind;
        private final int[] slot;
        private final int[] path;
        private final int[] length;
        private final int[] sourceSlot;
        private final int[] sourceOffset;
        private final int[] payloadLength;
        private final long[] extendedSequence;
        private final SrtpTransform[] transform;
        private int count;

        private Lane(final int capacity) {
            kind = new byte[capacity];
            slot = new int[capacity];
            path = new int[capacity];
            length = new int[capacity];
            sourceSlot = new int[capacity];
            sourceOffset = new int[capacity];
            payloadLength = new int[capacity];
            extendedSequence = new long[capacity];
            transform = new SrtpTransform[capacity];
        }

        private void add(
                final byte packetKind,
                final int egressSlot,
                final int toPath,
                final SrtpTransform by,
                final int plainLength,
                final int fromSlot,
                final int fromOffset,
                final int fromLength,
                final long index) {
            if (egressSlot == inHand) {
                inHand = PacketPool.NONE;
            }
            if (count == kind.length || toPath == PathTable.NONE) {
                counters.drop(count == kind.length ? DropReason.BATCH_FULL : DropReason.VIEWER_NOT_READY);
                pool.release(egressSlot);
                return;
            }
            if (fromSlot != PacketPool.NONE) {
                pool.retain(fromSlot);
            }
            final int at = count++;
            kind[at] = packetKind;
            slot[at] = egressSlot;
            path[at] = toPath;
            transform[at] = by;
            length[at] = plainLength;
            sourceSlot[at] = fromSlot;
            sourceOffset[at] = fromOffset;
            payloadLength[at] = fromLength;
            extendedSequence[at] = index;
        }

        private void protect() {
            for (int i = 0; i < count; i++) {
                if (kind[i] == PLAIN || kind[i] == PROTECTED) {
                    continue;
                }
                length[i] = protect(i);
                kind[i] = PROTECTED;
            }
        }

        /** One packet; whatever happens to it, the others of the batch go out. */
        private int protect(final int i) {
            final int offset = pool.offset(slot[i]);
            try {
                return kind[i] == RTCP
                        ? transform[i].protectRtcp(pool.buffer(), offset, length[i])
                        : transform[i].protectRtp(
                                pool.buffer(),
                                offset,
                                length[i],
                                pool.buffer(),
                                sourceOffset[i],
                                payloadLength[i],
                                extendedSequence[i]);
            } catch (final RuntimeException e) {
                fault = e;
                faultPath = path[i];
                return SrtpStatus.MALFORMED;
            }
        }

        /** Keeps back what may still be in plain text. */
        private void refuseProtected() {
            for (int i = 0; i < count; i++) {
                length[i] = kind[i] == PROTECTED ? SrtpStatus.MALFORMED : length[i];
            }
        }

        private void releaseSources() {
            for (int i = 0; i < count; i++) {
                if (sourceSlot[i] != PacketPool.NONE) {
                    pool.release(sourceSlot[i]);
                    sourceSlot[i] = PacketPool.NONE;
                }
            }
        }

        private void drain(final PathTable paths, final Sink sink) {
            for (int i = 0; i < count; i++) {
                if (length[i] < 0) {
                    counters.drop(DropReason.PROTECT_REFUSED);
                    pool.release(slot[i]);
                } else if (sink.send(slot[i], length[i], paths, path[i])) {
                    counters.count(Counter.DATAGRAMS_OUT);
                    counters.add(Counter.BYTES_OUT, length[i]);
                } else {
                    counters.drop(DropReason.SEND_REFUSED);
                    pool.release(slot[i]);
                }
            }
            // Not to keep a removed peer's keys reachable.
            Arrays.fill(transform, 0, count, null);
            count = 0;
        }
    }
}
