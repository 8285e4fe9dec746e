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
 * <p>Each lane leaves path by path, a path's packets in the order of appending, in runs that the kernel cuts into
 * datagrams (UDP_SEGMENT): all of one length, but the last may be shorter. The packets of a video frame are one run, or
 * two: libwebrtc makes a frame's last packets one byte longer.
 *
 * <p>Thread: relay (confined). Owns: the egress slots appended to it, and one reference to each payload's source slot
 * until {@link #protect}.
 */
public final class SendBatch {
    /** The most datagrams of one run: UDP_MAX_SEGMENTS of older kernels; newer ones take 128 */
    public static final int LONGEST_RUN = 64;
    /** The most bytes of one run: what an IPv4 datagram holds, as which it begins its way through the kernel. */
    public static final int MOST_RUN_BYTES = 65_507;

    private final PacketPool pool;
    private final RelayCounters counters;
    private final SrtpBatch srtp;
    private final PathChains chains;
    private final int[] run = new int[LONGEST_RUN];
    private final Lane urgent;
    private final Lane video;
    private final List<SrtpTransform> retired = new ArrayList<>();
    private int inHand = PacketPool.NONE;
    private RuntimeException fault;
    private int faultPath;

    /** Where datagrams go, which begin at their slots' first byte. */
    @FunctionalInterface
    public interface Sink {
        /** Takes over a datagram; answers false when it cannot. */
        boolean send(int slot, int length, PathTable paths, int path);

        /**
         * Takes over a run of datagrams to one path; answers how many of them, from the first.
         *
         * @param slots the first {@code count} of them; the array stays the batch's
         * @param count 1 … {@link #LONGEST_RUN}, together at most {@link #MOST_RUN_BYTES}
         * @param length of each datagram but the last
         * @param lastLength at most {@code length}
         */
        default int sendRun(
                final int[] slots,
                final int count,
                final int length,
                final int lastLength,
                final PathTable paths,
                final int path) {
            for (int i = 0; i < count; i++) {
                if (!send(slots[i], i == count - 1 ? lastLength : length, paths, path)) {
                    return i;
                }
            }
            return count;
        }
    }

    /**
     * @param srtp what made the transforms of the packets appended
     * @param capacity packets of each lane
     */
    public SendBatch(final PacketPool pool, final RelayCounters counters, final SrtpBatch srtp, final int capacity) {
        this.pool = pool;
        this.counters = counters;
        this.srtp = srtp;
        chains = new PathChains(capacity);
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
                } else {
                    chains.add(i, path[i]);
                }
            }
            for (int i = 0; i < chains.paths(); i++) {
                int at = chains.first(i);
                while (at != PathChains.NONE) {
                    at = sendRun(at, paths, sink);
                }
            }
            chains.clear();
            // Not to keep a removed peer's keys reachable.
            Arrays.fill(transform, 0, count, null);
            count = 0;
        }

        /** Sends the longest run of a path that begins with this packet; answers the one after it. */
        private int sendRun(final int from, final PathTable paths, final Sink sink) {
            final int each = length[from];
            int last = each;
            int bytes = each;
            int packets = 1;
            run[0] = slot[from];
            int at = chains.next(from);
            while (at != PathChains.NONE
                    && last == each
                    && length[at] <= each
                    && packets < LONGEST_RUN
                    && bytes + length[at] <= MOST_RUN_BYTES) {
                last = length[at];
                bytes += last;
                run[packets++] = slot[at];
                at = chains.next(at);
            }
            final int taken = sink.sendRun(run, packets, each, last, paths, path[from]);
            if (taken < packets) {
                bytes = taken * each;
                for (int i = taken; i < packets; i++) {
                    counters.drop(DropReason.SEND_REFUSED);
                    pool.release(run[i]);
                }
            }
            counters.add(Counter.DATAGRAMS_OUT, taken);
            counters.add(Counter.BYTES_OUT, bytes);
            return at;
        }
    }
}
