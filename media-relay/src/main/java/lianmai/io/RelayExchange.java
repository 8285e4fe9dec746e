package lianmai.io;

import java.lang.invoke.VarHandle;
import lianmai.jitter.PacketPool;
import lianmai.relay.Neighbours;
import lianmai.relay.RelayCommand;
import lianmai.relay.RelayCore;
import org.agrona.DirectBuffer;

/**
 * What joins the shards of one server: a {@link ReplicaQueue} for each ordered pair (hand-over H4) and everybody's
 * {@link RelayCommands} (H1).
 *
 * <p>Thread: any makes it; each {@link Member} is its relay's.
 */
public final class RelayExchange {
    /** A large key frame of each of a few publications at once; 1 MiB of the receiver's slab. */
    private static final int MOST_PARCELS = 512;
    /** What a shard lends to all others together: a quarter of the slots it has by default. */
    private static final int MOST_LENT = RelayConfig.DEFAULT_SLOTS / 4;

    private final RelayCommands[] commands;
    /** By sender, then by receiver. */
    private final ReplicaQueue[][] queues;

    public RelayExchange(final int shards) {
        commands = new RelayCommands[shards];
        queues = new ReplicaQueue[shards][shards];
        for (int from = 0; from < shards; from++) {
            commands[from] = new RelayCommands();
            for (int to = 0; to < shards; to++) {
                queues[from][to] = from == to ? null : new ReplicaQueue(parcels(shards));
            }
        }
    }

    /** How many packets can be on their way from one shard to another. */
    static int parcels(final int shards) {
        return Math.clamp(Integer.highestOneBit(MOST_LENT / Math.max(1, shards - 1)), 16, MOST_PARCELS);
    }

    int shards() {
        return commands.length;
    }

    /** Where commands for a shard go. */
    public RelayCommands commands(final int shard) {
        return commands[shard];
    }

    /** One shard's view of the others. */
    public Member member(final int shard, final PacketPool pool) {
        return new Member(shard, pool);
    }

    /** See {@link ReplicaQueue#takeBack}: all that was on its way to this shard. */
    public void takeBack(final int shard, final PacketPool pool) {
        for (final ReplicaQueue[] from : queues) {
            if (from[shard] != null) {
                from[shard].takeBack(pool);
            }
        }
    }

    /**
     * One shard's ends of all queues.
     *
     * <p>Thread: that shard's relay. Owns: nothing; the slots it lends are the queues'.
     */
    public final class Member implements Neighbours {
        private final int index;
        private final PacketPool pool;
        private final boolean[] copiedTo;
        private boolean copied;

        private Member(final int index, final PacketPool pool) {
            this.index = index;
            this.pool = pool;
            copiedTo = new boolean[commands.length];
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
            copiedTo[toShard] = true;
            copied = true;
            return queues[index][toShard].copy(peerId, isAudio, buffer, offset, length, headerLength);
        }

        @Override
        public boolean tellClock(
                final int toShard, final long peerId, final boolean isAudio, final int timestamp, final long serverNs) {
            return queues[index][toShard].tellClock(peerId, isAudio, timestamp, serverNs);
        }

        @Override
        public void command(final int toShard, final RelayCommand command) {
            commands[toShard].add(command);
        }

        @Override
        public void lendTo(final int fromShard) {
            queues[fromShard][index].open(pool);
        }

        /** Wakes those that something was copied to in this turn. */
        void wakeOthers() {
            if (!copied) {
                return;
            }
            copied = false;
            // What was offered must be seen before it is asked who sleeps; the sleeper announces before it looks.
            VarHandle.fullFence();
            for (int shard = 0; shard < copiedTo.length; shard++) {
                if (copiedTo[shard]) {
                    copiedTo[shard] = false;
                    commands[shard].wake();
                }
            }
        }

        /** Hands over at most so many packets of what each of the others has copied here; answers how many. */
        public int drain(final RelayCore core, final int limit, final long nowNs) {
            int done = 0;
            for (final ReplicaQueue[] from : queues) {
                if (from[index] != null) {
                    done += from[index].drain(core, pool, limit, nowNs);
                }
            }
            return done;
        }

        /** Whether nothing waits here. */
        boolean isEmpty() {
            for (final ReplicaQueue[] from : queues) {
                if (from[index] != null && !from[index].isEmpty()) {
                    return false;
                }
            }
            return true;
        }
    }
}
