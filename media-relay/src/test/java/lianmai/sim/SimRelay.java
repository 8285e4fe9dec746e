package lianmai.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import lianmai.jitter.PacketPool;
import lianmai.relay.Counter;
import lianmai.relay.DropReason;
import lianmai.relay.PathTable;
import lianmai.relay.RelayCommand;
import lianmai.relay.RelayCore;
import lianmai.relay.RelayCounters;
import lianmai.relay.RelayEvent;
import lianmai.rtp.PacketKind;
import lianmai.srtp.JitsiSrtpProvider;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProvider;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A relay shard with its peers and their networks in virtual time: minutes in milliseconds, the same for the same seed.
 *
 * <p>It holds every test to the laws: nothing leaves towards an address that no authentic check came from, no SRTP
 * index is used twice, and at {@link #close} nothing is left and no receiver has complained.
 *
 * <p>Thread: one. Owns: everything in it. Units: ns of virtual time, milliseconds as named.
 */
public final class SimRelay implements AutoCloseable {
    /** The stage that peers join unless told otherwise. */
    public static final long STAGE = 7;

    private static final long WALL_OFFSET_NS = 1_750_000_000_000_000_000L;
    /** Deadlines are met on a grid this fine, which bundles what lies close together. */
    private static final long GRID_NS = 100_000L;

    private final long seed;
    private final SplittableRandom random;
    private final SimClock clock = new SimClock();
    private final List<SimShard> shards = new ArrayList<>();
    private final Set<Long> stages = new LinkedHashSet<>(Set.of(STAGE));
    private final List<SimPeer> peers = new ArrayList<>();
    private final List<SimPath> paths = new ArrayList<>();
    private final Map<Long, SimPath> pathByAddress = new HashMap<>();
    private final Map<SimPath, SimPeer> ownerByPath = new HashMap<>();
    private final List<RelayEvent> events = new ArrayList<>();
    private boolean toleratesViolations;
    private boolean refusesSends;

    public SimRelay(final long seed) {
        this(seed, new JitsiSrtpProvider());
    }

    /** A relay whose own side of SRTP is this one; the peers keep jitsi-srtp. */
    public SimRelay(final long seed, final SrtpProvider provider) {
        this(seed, 16_384, 8192, provider);
    }

    public SimRelay(final long seed, final int slots, final int batchCapacity) {
        this(seed, slots, batchCapacity, new JitsiSrtpProvider());
    }

    /** One with several shards; peers say which serves them. */
    public static SimRelay ofShards(final long seed, final int shards) {
        return new SimRelay(seed, shards, 16_384, 8192, new JitsiSrtpProvider());
    }

    private SimRelay(final long seed, final int slots, final int batchCapacity, final SrtpProvider provider) {
        this(seed, 1, slots, batchCapacity, provider);
    }

    private SimRelay(
            final long seed,
            final int shardCount,
            final int slots,
            final int batchCapacity,
            final SrtpProvider provider) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        for (int i = 0; i < shardCount; i++) {
            shards.add(new SimShard(i, shards, seed, random, slots, batchCapacity, provider, WALL_OFFSET_NS));
        }
    }

    /** Lets a peer join: the relay knows it, and its checks begin. */
    public SimPeer join(final SimPeerSpec spec) {
        final SimPeer peer = new SimPeer(this, spec, null, clock.nowNs());
        peer.take(path(peer, spec.up, spec.down));
        peers.add(peer);
        shards.get(spec.shard).dtls().expect(spec.id, spec.srtp);
        command(spec.shard, new RelayCommand.AddPeer(spec.toPeerSpec(peer.server())));
        return peer;
    }

    /** The relay knows the peer, but nothing comes from it by itself. */
    public SimPeer joinSilently(final SimPeerSpec spec) {
        final SimPeer peer = new SimPeer(this, spec, null, clock.nowNs());
        peer.take(path(peer, spec.up, spec.down));
        peer.sleep(true);
        peers.add(peer);
        command(spec.shard, new RelayCommand.AddPeer(spec.toPeerSpec(peer.server())));
        return peer;
    }

    /** A datagram reaches the relay from any address; what is sent back is lost. */
    public void arrive(final byte[] datagram, final long low, final int port) {
        final SimShard shard = shards.getFirst();
        final int slot = shard.pool().acquire();
        shard.pool().buffer().putBytes(shard.pool().offset(slot), datagram);
        shard.core().onDatagram(slot, datagram.length, 0, low, port, 0, clock.nowNs());
        shard.core().drain((answer, length, table, path) -> {
            shard.pool().release(answer);
            return true;
        });
    }

    /** Lets a publisher join, gives it a seat and opens its gates. */
    public SimPeer joinOnSeat(final int seat, final SimPeerSpec spec) {
        final SimPeer peer = join(spec);
        seat(seat, peer);
        gate(peer, true, true);
        return peer;
    }

    /** The relay forgets a peer, which notices nothing. */
    public void leave(final SimPeer peer) {
        command(peer.shard(), new RelayCommand.RemovePeer(peer.id()));
        peer.sleep(true);
        peers.remove(peer);
    }

    /** The peer that has been here longest leaves. */
    public void leaveFirst() {
        leave(peers.getFirst());
    }

    /** An address gets another owner, as behind a NAT that uses it again. */
    public void hand(final SimPath path, final SimPeer newOwner) {
        ownerByPath.put(path, newOwner);
        newOwner.take(path);
    }

    /** Seats a peer, or nobody (null). */
    public void seat(final int seat, final SimPeer occupant) {
        seat(STAGE, seat, occupant);
    }

    /** Seats a peer of any shard and stage, or nobody (null), for the viewers on every shard. */
    public void seat(final long stage, final int seat, final SimPeer occupant) {
        stages.add(stage);
        for (int shard = 0; shard < shards.size(); shard++) {
            command(shard, new RelayCommand.SetSeat(stage, seat, occupant == null ? 0 : occupant.id()));
        }
    }

    /** Copies what a peer publishes to another shard. */
    public void replicate(final SimPeer peer, final int toShard) {
        command(peer.shard(), new RelayCommand.Replicate(peer.id(), toShard));
    }

    public void endReplica(final SimPeer peer, final int toShard) {
        command(peer.shard(), new RelayCommand.EndReplica(peer.id(), toShard));
    }

    /** The other shard forgets the replica before its own shard does, so that packets still come. */
    public void forgetReplicaOf(final SimPeer peer, final int shard) {
        command(shard, new RelayCommand.RemoveReplica(peer.id()));
    }

    /** A shard is so slow that it takes only so many copies a turn. */
    public void slowDown(final int shard, final int copiesATurn) {
        shards.get(shard).takesAtMost(copiesATurn);
    }

    public void gate(final SimPeer peer, final boolean audio, final boolean video) {
        command(peer.shard(), new RelayCommand.GateUplink(peer.id(), audio, video));
    }

    /** Gives the first shard a command. */
    public void command(final RelayCommand command) {
        command(0, command);
    }

    private void command(final int shard, final RelayCommand command) {
        shards.get(shard).core().onCommand(command, clock.nowNs());
    }

    /** A fresh address for a peer; without a peer (null) it is a stranger's. */
    public SimPath path(final SimPeer owner, final LinkProfile up, final LinkProfile down) {
        final int number = paths.size() + 1;
        final SimPath path = new SimPath(
                owner == null ? 0 : owner.shard(), number, 40_000 + number % 20_000, up, down, random.nextLong());
        paths.add(path);
        pathByAddress.put(key(path.low(), path.port()), path);
        ownerByPath.put(path, owner);
        return path;
    }

    /** A datagram reaches the relay from an address, whoever sent it. */
    public void inject(final SimPath from, final byte[] datagram) {
        receive(from, new UnsafeBuffer(datagram), 0, datagram.length);
        drain(shards.get(from.shard()));
    }

    /** A datagram and a command reach the relay in one turn. */
    public void injectThen(final SimPath from, final byte[] datagram, final RelayCommand command) {
        receive(from, new UnsafeBuffer(datagram), 0, datagram.length);
        command(from.shard(), command);
        drain(shards.get(from.shard()));
    }

    /** Runs virtual time on. */
    public void runMillis(final long millis) {
        final long untilNs = clock.nowNs() + millis * 1_000_000L;
        runUntil(() -> false, untilNs);
    }

    /** Runs until something holds; answers the milliseconds it took, and fails when it takes longer than given. */
    public long runUntil(final BooleanSupplier holds, final String what, final long mostMillis) {
        final long fromNs = clock.nowNs();
        runUntil(holds, fromNs + mostMillis * 1_000_000L);
        assertThat(holds.getAsBoolean())
                .as("%s within %d ms (seed %d)", what, mostMillis, seed)
                .isTrue();
        return (clock.nowNs() - fromNs) / 1_000_000L;
    }

    private void runUntil(final BooleanSupplier holds, final long untilNs) {
        try {
            while (clock.nowNs() < untilNs && !holds.getAsBoolean()) {
                final long nextNs = turn();
                clock.moveTo(Math.min(untilNs, Math.max(nextNs, clock.nowNs() + GRID_NS)));
            }
            turn();
        } catch (final AssertionError | RuntimeException e) {
            throw new AssertionError("at " + clock.nowNs() / 1_000_000L + " ms with seed " + seed, e);
        }
    }

    /** One turn of the relay as {@code RelayAgent} does it, then of all peers; answers when the next is due. */
    private long turn() {
        final long nowNs = clock.nowNs();
        for (int i = 0; i < paths.size(); i++) {
            final SimPath path = paths.get(i);
            path.up().deliver(nowNs, (buffer, offset, length, atNs) -> receive(path, buffer, offset, length));
        }
        long nextNs = Long.MAX_VALUE;
        for (final SimShard shard : shards) {
            nextNs = Math.min(nextNs, turn(shard, nowNs));
        }
        for (int i = 0; i < paths.size(); i++) {
            final SimPath path = paths.get(i);
            final SimPeer owner = ownerByPath.get(path);
            path.down().deliver(nowNs, (buffer, offset, length, atNs) -> {
                if (owner != null && owner.path() == path) {
                    owner.onDatagram(buffer, offset, length, nowNs);
                }
            });
        }
        for (int i = 0; i < peers.size(); i++) {
            peers.get(i).onTime(nowNs);
            nextNs = Math.min(nextNs, peers.get(i).nextDeadlineNs());
        }
        for (int i = 0; i < paths.size(); i++) {
            nextNs = Math.min(nextNs, paths.get(i).up().nextDeadlineNs());
            nextNs = Math.min(nextNs, paths.get(i).down().nextDeadlineNs());
        }
        return nextNs;
    }

    private long turn(final SimShard shard, final long nowNs) {
        drain(shard);
        for (final RelayCommand command : List.copyOf(shard.dtls().commands())) {
            shard.core().onCommand(command, nowNs);
        }
        shard.dtls().commands().clear();
        final boolean tookIn = shard.takeIn(nowNs);
        drain(shard);
        shard.core().onTime(nowNs);
        drain(shard);
        assertThat(shard.core().pending()).isZero();
        events.addAll(shard.core().events());
        shard.core().events().clear();
        // What it has copied to shards before it in the list is taken in by the next turn.
        return tookIn || shards.size() > 1 ? nowNs + GRID_NS : shard.core().nextDeadlineNs();
    }

    private void drain(final SimShard shard) {
        shard.core().drain((slot, length, table, path) -> send(shard, slot, length, table, path));
    }

    private void receive(final SimPath from, final DirectBuffer buffer, final int offset, final int length) {
        final SimShard shard = shards.get(from.shard());
        final PacketPool pool = shard.pool();
        final int slot = pool.acquire();
        if (slot == PacketPool.NONE) {
            // A port has nowhere to put it either; it would wait in the kernel, and then be lost there.
            return;
        }
        pool.buffer().putBytes(pool.offset(slot), buffer, offset, length);
        final long checks = shard.counters().value(Counter.STUN_CHECKS);
        shard.core().onDatagram(slot, length, 0, from.low(), from.port(), 0, clock.nowNs());
        if (PacketKind.of(buffer, offset, length) == PacketKind.STUN
                && shard.counters().value(Counter.STUN_CHECKS) > checks
                && ownerByPath.get(from) != null) {
            from.markChecked();
        }
    }

    private boolean send(
            final SimShard shard, final int slot, final int length, final PathTable table, final int path) {
        if (refusesSends) {
            return false;
        }
        final SimPath to = pathByAddress.get(key(table.remoteLow(path), table.remotePort(path)));
        if (to == null || !to.isChecked() || table.remoteHigh(path) != 0 || table.localIndex(path) != 0) {
            throw new AssertionError("sent to an address that has passed no check: path " + path);
        }
        to.down().send(shard.pool().buffer(), shard.pool().offset(slot), length, clock.nowNs());
        shard.pool().release(slot);
        return true;
    }

    private static long key(final long low, final int port) {
        return low << 16 | port;
    }

    /** The socket takes nothing for a while. */
    public void refuseSends(final boolean refuses) {
        refusesSends = refuses;
    }

    /** This test provokes what a receiver complains about. */
    public void tolerateViolations() {
        toleratesViolations = true;
    }

    /** The events of one kind so far. */
    public <E extends RelayEvent> List<E> events(final Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Everything that happened, oldest first. */
    public List<RelayEvent> events() {
        return events;
    }

    public long drops(final DropReason reason) {
        return shards.stream()
                .mapToLong(shard -> shard.counters().value(reason))
                .sum();
    }

    public long value(final Counter counter) {
        return shards.stream()
                .mapToLong(shard -> shard.counters().value(counter))
                .sum();
    }

    /** The first shard's slab. */
    public PacketPool pool() {
        return shards.getFirst().pool();
    }

    public long nowNs() {
        return clock.nowNs();
    }

    /** How many SRTP indices were used, each once. */
    public long indices() {
        return shards.stream().mapToLong(shard -> shard.srtp().indices()).sum();
    }

    /** See {@link RecordingSrtp#breakFor}. */
    public void breakSrtpFor(final int ssrc) {
        shards.forEach(shard -> shard.srtp().breakFor(ssrc));
    }

    /** DTLS associations that were not closed. */
    public int openAssociations() {
        return shards.stream().mapToInt(shard -> shard.dtls().open()).sum();
    }

    SplittableRandom random() {
        return random;
    }

    SrtpKeys clientKeys(final SimPeerSpec spec) {
        return shards.get(spec.shard).dtls().clientKeys(spec.id);
    }

    /** Removes all peers and sees that nothing of them is left. */
    @Override
    public void close() {
        if (!toleratesViolations) {
            for (final SimPeer peer : peers) {
                assertThat(peer.violations()).as("seed %d", seed).isEmpty();
            }
        }
        for (final SimPeer peer : List.copyOf(peers)) {
            leave(peer);
        }
        for (int shard = 0; shard < shards.size(); shard++) {
            for (final long stage : stages) {
                command(shard, new RelayCommand.RemoveStage(stage));
            }
        }
        runMillis(1000);
        shards.forEach(this::assertNothingLeft);
    }

    private void assertNothingLeft(final SimShard shard) {
        final RelayCore core = shard.core();
        final RelayCounters counters = shard.counters();
        final PacketPool pool = shard.pool();
        assertThat(core.peerCount()).as("peers, seed %d", seed).isZero();
        assertThat(pool.inUse()).as("slots in use, seed %d", seed).isZero();
        assertThat(core.pending()).as("pending sends, seed %d", seed).isZero();
        assertThat(counters.value(Counter.PATHS)).as("paths, seed %d", seed).isZero();
        assertThat(shard.srtp().open()).as("keys, seed %d", seed).isZero();
        assertThat(shard.dtls().open()).as("DTLS associations, seed %d", seed).isZero();
        assertThat(core.nextDeadlineNs()).as("timers, seed %d", seed).isEqualTo(Long.MAX_VALUE);
    }
}
