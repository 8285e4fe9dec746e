package lianmai.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import lianmai.jitter.PacketPool;
import lianmai.relay.Neighbours;
import lianmai.relay.RelayCommand;
import lianmai.relay.RelayCore;
import lianmai.relay.RelayCounters;
import lianmai.srtp.SrtpProvider;
import org.agrona.DirectBuffer;

/**
 * One shard of a {@link SimRelay}: a core with its slab, and in place of the hand-overs between shards two lists, the
 * one of packets as short as a test wants it.
 *
 * <p>Thread: one.
 */
final class SimShard implements Neighbours {
    private final int index;
    private final List<SimShard> all;
    private final PacketPool pool;
    private final RelayCounters counters = new RelayCounters();
    private final RecordingSrtp srtp;
    private final SimDtls dtls;
    private final RelayCore core;
    private final List<RelayCommand> commands = new ArrayList<>();
    private final List<Runnable> copies = new ArrayList<>();
    private int mostCopies = Integer.MAX_VALUE;
    private long nowNs;

    SimShard(
            final int index,
            final List<SimShard> all,
            final long seed,
            final SplittableRandom random,
            final int slots,
            final int batchCapacity,
            final SrtpProvider provider,
            final long wallOffsetNs) {
        this.index = index;
        this.all = all;
        srtp = new RecordingSrtp(provider);
        pool = new PacketPool(slots);
        dtls = new SimDtls(seed + index);
        core = new RelayCore(pool, counters, batchCapacity, srtp, dtls, dtls, this, random::nextLong, wallOffsetNs);
    }

    PacketPool pool() {
        return pool;
    }

    RelayCounters counters() {
        return counters;
    }

    RecordingSrtp srtp() {
        return srtp;
    }

    SimDtls dtls() {
        return dtls;
    }

    RelayCore core() {
        return core;
    }

    /** From now on this shard takes at most so many copies a turn from the others. */
    void takesAtMost(final int copiesATurn) {
        mostCopies = copiesATurn;
    }

    /** Carries out what others have asked and takes in what they have copied; answers whether there was anything. */
    boolean takeIn(final long atNs) {
        nowNs = atNs;
        final boolean had = !commands.isEmpty() || !copies.isEmpty();
        for (final RelayCommand command : List.copyOf(commands)) {
            core.onCommand(command, atNs);
        }
        commands.clear();
        for (final Runnable copy : List.copyOf(copies)) {
            copy.run();
        }
        copies.clear();
        return had;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean copy(
            final int toShard,
            final long peerId,
            final boolean isAudio,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final int headerLength) {
        final SimShard to = all.get(toShard);
        // As in a ReplicaQueue, a quarter is audio's.
        if (to.copies.size() >= to.mostCopies - (isAudio ? 0 : to.mostCopies / 4)) {
            return false;
        }
        final int slot = to.pool.acquire();
        to.pool.buffer().putBytes(to.pool.offset(slot), buffer, offset, length);
        to.copies.add(() -> to.core.onReplicaPacket(peerId, isAudio, slot, length, headerLength, to.nowNs));
        return true;
    }

    @Override
    public boolean tellClock(
            final int toShard, final long peerId, final boolean isAudio, final int timestamp, final long serverNs) {
        final SimShard to = all.get(toShard);
        to.copies.add(() -> to.core.onReplicaClock(peerId, isAudio, timestamp, serverNs));
        return true;
    }

    @Override
    public void command(final int toShard, final RelayCommand command) {
        all.get(toShard).commands.add(command);
    }

    @Override
    public void lendTo(final int fromShard) {
        // Slots are taken when they are needed.
    }
}
