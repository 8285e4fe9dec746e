package lianmai.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import lianmai.dtls.DtlsEndpoints;
import lianmai.dtls.DtlsListener;
import lianmai.ice.UfragKey;
import lianmai.jitter.PacketPool;
import lianmai.rtp.PacketKind;
import lianmai.rtp.RtpExtensionValues;
import lianmai.rtp.RtpHeader;
import lianmai.srtp.SrtpBatch;
import lianmai.srtp.SrtpProvider;
import lianmai.srtp.SrtpStatus;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One shard of the relay: (datagrams, commands, time) in, (a batch of sends, a list of events) out. It has no socket,
 * no thread and no clock; {@code RelayAgent} gives it those.
 *
 * <p>A packet's way: {@link #onDatagram} → {@link #onRtp} → {@link Publication#onPacket} → video by way of {@link
 * Fanout} → each {@link Subscription#onPacket} → {@link SendBatch}.
 *
 * <p>Thread: relay (confined). Owns: the pool's slots that it is given, all peers. Units: ns.
 */
public final class RelayCore {
    /** Larger RTP packets than this leave no room in a slot for header extensions and SRTP's tag; no MTU has them. */
    private static final int MOST_RTP_BYTES = PacketPool.SLOT_BYTES - 256;
    /** Several times what any sender's extensions take; they are walked through once for each viewer. */
    private static final int MOST_HEADER_BYTES = 256;
    /** How long a removed peer's address is kept to say close_notify. */
    private static final long LINGER_NS = TimeUnit.MILLISECONDS.toNanos(300);
    /** How often it is decided who speaks, and whether there is too much to send. */
    private static final long DECISION_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Packets in the batch at which the rest waits for the next turn: many viewers' cached starts at once. */
    private static final int MOST_PENDING = 4096;

    private static final String GIVEN_UP = "fault";

    private final Shard shard;
    private final PacketPool pool;
    private final UnsafeBuffer buffer;
    private final RelayCounters counters;
    private final Faults faults;
    private final PeerTable peers;
    private final SrtpBatch srtp;
    private final DtlsEndpoints dtls;
    private final DtlsListener dtlsListener;
    private final RtcpReader rtcpReader;
    private final DeadlineHeap deadlines = new DeadlineHeap();
    private final RelayStages stages = new RelayStages();
    private final Replicas replicas;
    private final Replication replication;
    private final List<RelayEvent> events = new ArrayList<>();
    private Peer served;
    private long nextDecisionNs = Long.MIN_VALUE;

    /**
     * @param batchCapacity the most packets that one turn can send in each lane
     * @param neighbours the other shards
     * @param random secure in a server, seeded in a test
     * @param wallOffsetNs what to add to {@code nowNs} for nanoseconds since 1970
     */
    public RelayCore(
            final PacketPool pool,
            final RelayCounters counters,
            final int batchCapacity,
            final SrtpProvider srtp,
            final DtlsEndpoints dtls,
            final DtlsListener dtlsListener,
            final Neighbours neighbours,
            final LongSupplier random,
            final long wallOffsetNs) {
        this.pool = pool;
        this.counters = counters;
        this.srtp = srtp.batch(2 * batchCapacity);
        this.dtls = dtls;
        this.dtlsListener = dtlsListener;
        buffer = pool.buffer();
        peers = new PeerTable(counters, random.getAsLong());
        final SendBatch batch = new SendBatch(pool, counters, this.srtp, batchCapacity);
        faults = new Faults(counters, batch);
        shard = new Shard(
                pool,
                batch,
                new Fanout(),
                counters,
                faults,
                peers.paths(),
                neighbours,
                new LoadShedder(counters),
                random,
                wallOffsetNs);
        replicas = new Replicas(shard);
        replication = new Replication(neighbours);
        rtcpReader = new RtcpReader(shard);
    }

    /**
     * One received datagram; the slot is the core's from now on. The address is as in {@link PathTable}. Never throws
     * for anything that a datagram holds: see {@link Faults}.
     *
     * @param length bytes from the slot's first
     */
    public void onDatagram(
            final int slot,
            final int length,
            final long high,
            final long low,
            final int port,
            final int localIndex,
            final long nowNs) {
        served = null;
        try {
            handle(slot, length, high, low, port, localIndex, nowNs);
        } catch (final RuntimeException e) {
            // Every handler frees the slot as its last act, so it has not come to that.
            shard.drop(slot, DropReason.FAULT);
            faults.add(served, e);
        }
    }

    private void handle(
            final int slot,
            final int length,
            final long high,
            final long low,
            final int port,
            final int localIndex,
            final long nowNs) {
        counters.count(Counter.DATAGRAMS_IN);
        counters.add(Counter.BYTES_IN, length);
        final int offset = pool.offset(slot);
        final PacketKind kind = PacketKind.of(buffer, offset, length);
        if (kind == PacketKind.STUN) {
            onStun(slot, offset, length, high, low, port, localIndex, nowNs);
            return;
        }
        if (kind == PacketKind.UNKNOWN) {
            shard.drop(slot, DropReason.UNKNOWN_KIND);
            return;
        }
        final Peer peer = peers.byAddress(high, low, port, localIndex);
        if (peer == null) {
            shard.drop(slot, DropReason.UNVALIDATED_ADDRESS);
            return;
        }
        served = peer;
        switch (kind) {
            case DTLS -> onDtls(peer, slot, offset, length);
            case RTP -> onRtp(peer, slot, offset, length, nowNs);
            default -> onRtcp(peer, slot, offset, length, nowNs);
        }
    }

    private void onStun(
            final int slot,
            final int offset,
            final int length,
            final long high,
            final long low,
            final int port,
            final int localIndex,
            final long nowNs) {
        final long ufrag = UfragKey.ofUsername(buffer, offset, length);
        final Peer peer = peers.byUfrag(ufrag);
        if (peer == null || peer.isClosed()) {
            shard.drop(slot, ufrag == UfragKey.NONE ? DropReason.STUN_MALFORMED : DropReason.STUN_UNKNOWN_USER);
            return;
        }
        served = peer;
        final int verdict = peer.ice().verify(buffer, offset, length);
        if (verdict < 0) {
            shard.drop(slot, DropReason.ofStun(verdict));
            return;
        }
        if (peers.isTaken(peer, high, low, port, localIndex, nowNs)) {
            shard.drop(slot, DropReason.STUN_ADDRESS_TAKEN);
            return;
        }
        final int answer = shard.batch().acquire();
        if (answer == PacketPool.NONE) {
            pool.release(slot);
            return;
        }
        // Only with an answer in hand: the agent must learn of every path that the table gets, or it is never freed.
        final int path = peers.claim(peer, high, low, port, localIndex);
        if (path == PathTable.NONE) {
            shard.batch().abandon();
            shard.drop(slot, DropReason.STUN_NO_PATH);
            return;
        }
        final long previousUfrag = peer.ice().previousUfrag();
        final int answerLength = peer.ice()
                .answer(buffer, offset, length, verdict, path, high, low, port, nowNs, buffer, pool.offset(answer));
        if (previousUfrag != UfragKey.NONE && peer.ice().previousUfrag() == UfragKey.NONE) {
            peers.forgetUfrag(previousUfrag);
        }
        counters.count(Counter.STUN_CHECKS);
        shard.batch().plain(answer, answerLength, path);
        heard(peer, nowNs);
        peer.startIfReady(nowNs);
        pool.release(slot);
    }

    private void onDtls(final Peer peer, final int slot, final int offset, final int length) {
        if (peer.isClosed()) {
            // It lingers to say goodbye; a new association would never be closed.
            shard.drop(slot, DropReason.DTLS_REFUSED);
            return;
        }
        if (peer.dtls() == null) {
            peer.dtls(dtls.open(peer.id(), peer.spec().fingerprint(), dtlsListener));
        }
        final boolean taken = peer.dtls().offer(buffer, offset, length);
        pool.release(slot);
        if (taken) {
            counters.count(Counter.DTLS_DATAGRAMS);
        } else {
            counters.drop(DropReason.DTLS_REFUSED);
        }
    }

    private void onRtp(final Peer peer, final int slot, final int offset, final int length, final long nowNs) {
        if (peer.srtp() == null) {
            shard.drop(slot, DropReason.NO_KEYS);
            return;
        }
        final int plainLength =
                length > MOST_RTP_BYTES ? SrtpStatus.MALFORMED : peer.srtp().unprotectRtp(buffer, offset, length);
        if (plainLength < 0) {
            shard.drop(slot, DropReason.ofSrtp(plainLength));
            return;
        }
        heard(peer, nowNs);
        final int headerLength = RtpHeader.length(buffer, offset, plainLength);
        if (headerLength < 0 || headerLength > MOST_HEADER_BYTES) {
            shard.drop(slot, DropReason.RTP_MALFORMED);
            return;
        }
        if (peer.twcc() != null) {
            final int number = peer.inbound().transportSequence(buffer, offset, headerLength);
            if (number != RtpExtensionValues.ABSENT) {
                peer.twcc().onPacket(number, nowNs);
                peer.wakeAt(peer.twcc().nextDeadlineNs());
            }
        } else if (peer.remb() != null) {
            peer.remb().onPacket(length, nowNs);
            peer.wakeAt(peer.remb().nextDeadlineNs());
        }
        final InboundStreams.Stream stream = peer.inbound().of(buffer, offset, headerLength);
        if (stream == null) {
            shard.drop(slot, DropReason.UNKNOWN_SSRC);
        } else if (stream.isRetransmission()) {
            stream.publication().onRetransmission(slot, offset, plainLength, headerLength, nowNs);
        } else {
            stream.publication().onPacket(slot, offset, plainLength, headerLength, nowNs);
        }
    }

    private void onRtcp(final Peer peer, final int slot, final int offset, final int length, final long nowNs) {
        if (peer.srtp() == null) {
            shard.drop(slot, DropReason.NO_KEYS);
            return;
        }
        final int plainLength = peer.srtp().unprotectRtcp(buffer, offset, length);
        if (plainLength < 0) {
            shard.drop(slot, DropReason.ofSrtp(plainLength));
            return;
        }
        heard(peer, nowNs);
        if (!rtcpReader.read(peer, buffer, offset, plainLength, nowNs)) {
            counters.drop(DropReason.RTCP_MALFORMED);
        }
        pool.release(slot);
    }

    private void heard(final Peer peer, final long nowNs) {
        if (peer.heard(nowNs)) {
            events.add(new RelayEvent.Heard(peer.id()));
            peer.reschedule(nowNs);
        }
    }

    /**
     * One plain RTP packet of another shard's publisher, copied into a slot of this shard's slab (hand-over H4); the
     * slot is the core's from now on.
     */
    public void onReplicaPacket(
            final long peerId,
            final boolean isAudio,
            final int slot,
            final int length,
            final int headerLength,
            final long nowNs) {
        try {
            replicas.onPacket(peerId, isAudio, slot, length, headerLength, nowNs);
        } catch (final RuntimeException e) {
            shard.drop(slot, DropReason.FAULT);
            faults.add(null, e);
        }
    }

    /** When media of another shard's publisher was captured, on the clock that all shards share (hand-over H4). */
    public void onReplicaClock(final long peerId, final boolean isAudio, final int timestamp, final long serverNs) {
        replicas.onClock(peerId, isAudio, timestamp, serverNs);
    }

    /** Ends what this shard has of others; before it ends itself. */
    public void removeReplicas(final long nowNs) {
        replicas.close(nowNs);
    }

    /** Carries one command out; one that throws ends the peer it is about (see {@link Faults}). */
    public void onCommand(final RelayCommand command, final long nowNs) {
        served = null;
        shard.fanout().settle();
        try {
            carryOut(command, nowNs);
        } catch (final RuntimeException e) {
            faults.add(served, e);
            if (served == null && command instanceof RelayCommand.AddPeer(final PeerSpec spec)) {
                events.add(new RelayEvent.Gone(spec.peerId(), GIVEN_UP));
            }
        }
    }

    private void carryOut(final RelayCommand command, final long nowNs) {
        switch (command) {
            case RelayCommand.AddPeer add -> addPeer(add.spec(), nowNs);
            case RelayCommand.RemovePeer remove -> removePeer(remove.peerId(), nowNs);
            case RelayCommand.RestartIce restart -> restartIce(restart.peerId(), restart.ice(), nowNs);
            case RelayCommand.SetSeat set -> {
                stages.of(set.stageId()).setSeat(set.seat(), set.occupant(), publisher(set.occupant()), nowNs);
                stages.dropIfEmpty(set.stageId());
            }
            case RelayCommand.GateUplink gate -> {
                final Publisher publisher = publisher(gate.peerId());
                if (publisher != null) {
                    publisher.gate(gate.audio(), gate.video(), nowNs);
                    replication.onGate(publisher, gate);
                }
            }
            case RelayCommand.Replicate start -> replication.start(livePeer(start.peerId()), start.toShard());
            case RelayCommand.EndReplica end -> replication.end(livePeer(end.peerId()), end.toShard());
            case RelayCommand.AddReplica add -> addReplica(add, nowNs);
            case RelayCommand.RemoveReplica remove -> replicas.remove(remove.peerId(), nowNs);
            case RelayCommand.WantKeyFrame want -> {
                final Peer peer = livePeer(want.peerId());
                if (peer != null && peer.video() != null) {
                    peer.video().wantKeyFrame(nowNs);
                }
            }
            case RelayCommand.BindDownlink bind -> bindDownlink(bind, nowNs);
            case RelayCommand.RemoveStage remove -> stages.remove(remove.stageId());
            case RelayCommand.SendDtls send -> sendDtls(peers.byId(send.peerId()), send.datagram());
            case RelayCommand.KeysReady ready -> onKeys(ready, nowNs);
            case RelayCommand.DtlsClosed closed -> {
                final Peer peer = livePeer(closed.peerId());
                if (peer != null) {
                    gone(peer, "dtls: " + closed.reason(), nowNs);
                }
            }
        }
    }

    /** The peer that a command is about, and is served from now on; null when it is not here or lingers only. */
    private Peer livePeer(final long peerId) {
        final Peer peer = peers.byId(peerId);
        served = peer == null || peer.isClosed() ? null : peer;
        return served;
    }

    /** A peer of ours or the replica of another shard's; null when it is neither. */
    private Publisher publisher(final long peerId) {
        final Peer peer = livePeer(peerId);
        return peer == null ? replicas.of(peerId) : peer;
    }

    private void addReplica(final RelayCommand.AddReplica spec, final long nowNs) {
        final Replica replica = replicas.add(spec);
        if (replica != null) {
            stages.admit(replica, nowNs);
        }
    }

    private void addPeer(final PeerSpec spec, final long nowNs) {
        if (peers.byId(spec.peerId()) != null) {
            throw new IllegalArgumentException("peer " + spec.peerId() + " was added before");
        }
        final Peer peer = new Peer(shard, deadlines, spec, nowNs);
        peers.add(peer);
        served = peer;
        deadlines.schedule(peer, nowNs + Peer.SILENT_NS);
        stages.of(spec.stageId()).add(peer, nowNs);
    }

    private void removePeer(final long peerId, final long nowNs) {
        final Peer peer = livePeer(peerId);
        if (peer == null) {
            return;
        }
        peers.endIce(peer);
        replication.endAll(peer);
        peer.leaveSeats(nowNs);
        stages.of(peer.spec().stageId()).remove(peer, nowNs);
        stages.dropIfEmpty(peer.spec().stageId());
        peer.close(LINGER_NS, nowNs);
    }

    private void restartIce(final long peerId, final PeerSpec.Ice credentials, final long nowNs) {
        final Peer peer = livePeer(peerId);
        if (peer == null) {
            return;
        }
        final long dropped = peer.ice().restart(Peer.credentials(credentials), credentials.remoteUfrag(), nowNs);
        peers.onIceRestart(peer, dropped);
        peer.reschedule(nowNs);
    }

    private void bindDownlink(final RelayCommand.BindDownlink bind, final long nowNs) {
        final Peer peer = livePeer(bind.peerId());
        if (peer != null && bind.downlink() < peer.downlinks().size()) {
            stages.of(peer.spec().stageId()).bind(peer, peer.downlinks().get(bind.downlink()), bind.seat(), nowNs);
        }
    }

    private void sendDtls(final Peer peer, final byte[] datagram) {
        if (peer == null || datagram.length > PacketPool.SLOT_BYTES) {
            return;
        }
        final int slot = shard.batch().acquire();
        if (slot == PacketPool.NONE) {
            return;
        }
        buffer.putBytes(pool.offset(slot), datagram);
        shard.batch().plain(slot, datagram.length, peer.dtlsPath());
    }

    private void onKeys(final RelayCommand.KeysReady ready, final long nowNs) {
        final Peer peer = livePeer(ready.peerId());
        if (peer != null) {
            peer.keys(srtp.transform(ready.keys()));
            events.add(new RelayEvent.Connected(peer.id()));
            peer.startIfReady(nowNs);
        }
    }

    /** Does everything whose time has come; what would overfill the batch stays due. */
    public void onTime(final long nowNs) {
        shard.fanout().settle();
        while (deadlines.nextDeadlineNs() <= nowNs && shard.batch().size() < MOST_PENDING) {
            final Peer peer = deadlines.first();
            if (peer.isClosed()) {
                deadlines.remove(peer);
                peers.remove(peer);
                continue;
            }
            try {
                onPeerTime(peer, nowNs);
            } catch (final RuntimeException e) {
                faults.add(peer, e);
                deadlines.schedule(peer, Long.MAX_VALUE);
            }
        }
        for (Peer suspect = faults.takeSuspect(); suspect != null; suspect = faults.takeSuspect()) {
            gone(suspect, GIVEN_UP, nowNs);
        }
        replicas.onTime(nowNs);
        if (nowNs >= nextDecisionNs) {
            nextDecisionNs = nowNs + DECISION_INTERVAL_NS;
            stages.decideSpeakers(nowNs, events);
            counters.set(Counter.SLOTS_IN_USE, pool.inUse());
            shard.shedder().decideIfDue(nowNs);
        }
    }

    private void onPeerTime(final Peer peer, final long nowNs) {
        for (int path = peer.ice().onTime(nowNs);
                path != PathTable.NONE;
                path = peer.ice().onTime(nowNs)) {
            peers.retire(path);
        }
        if (peer.ice().nextDeadlineNs() == Long.MAX_VALUE) {
            gone(peer, "consent expired", nowNs);
            return;
        }
        if (peer.becomesSilent(nowNs)) {
            events.add(new RelayEvent.Silent(peer.id()));
        }
        peer.onTime(nowNs);
        peer.reschedule(nowNs);
    }

    private void gone(final Peer peer, final String reason, final long nowNs) {
        if (peer.markGone()) {
            events.add(new RelayEvent.Gone(peer.id(), reason));
        }
        peer.reschedule(nowNs);
    }

    /** When {@link #onTime} has something to do; {@code Long.MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        final long next = Math.min(deadlines.nextDeadlineNs(), replicas.nextDeadlineNs());
        return stages.isEmpty() ? next : Math.min(nextDecisionNs, next);
    }

    /** See {@link LoadShedder#measureWith}; the supplier is read on the thread that calls {@link #onTurn}. */
    public void measureLoadWith(final LongSupplier threadCpuNs) {
        shard.shedder().measureWith(threadCpuNs);
    }

    /** A turn with traffic is over: see {@link LoadShedder#onTurn}. */
    public void onTurn(final long turnNs, final long waitNs, final long nowNs) {
        shard.shedder().onTurn(turnNs, waitNs, nowNs);
    }

    /** How many viewers there are of frames that have come in part. */
    public int viewersOfUnfinished() {
        return shard.fanout().viewersOfUnfinished();
    }

    /** Whether received video waits to be forwarded. */
    public boolean hasFresh() {
        return !shard.fanout().isEmpty();
    }

    /**
     * Puts the next of the received video packets into the batch, as many as are best sent together, for {@link
     * #protect} and {@link #send}; to be called until it answers false. What does not wait for that is forwarded with
     * the next command or {@link #onTime}, all at once.
     */
    public boolean fanOut(final Fanout.Departures departures) {
        return shard.fanout().step(shard.batch(), departures);
    }

    /** How many packets are in the batch. */
    public int pending() {
        return shard.batch().size();
    }

    /** Forwards, encrypts and hands over everything. */
    public void drain(final SendBatch.Sink sink) {
        do {
            protect();
            send(sink);
        } while (fanOut((slot, packets) -> {}));
    }

    /** Encrypts what this turn sends. */
    public void protect() {
        shard.batch().protect();
        final RuntimeException fault = shard.batch().takeFault();
        if (fault != null) {
            faults.add(peers.byPath(shard.batch().faultPath()), fault);
        }
    }

    /** Hands what is encrypted over; nothing of it is left afterwards. */
    public void send(final SendBatch.Sink sink) {
        shard.batch().drain(peers.paths(), sink);
        peers.releaseRetired();
    }

    /** What has happened since the last call; the caller empties the list. */
    public List<RelayEvent> events() {
        return events;
    }

    /** The shell has contained an exception of its own. */
    public void onFault(final RuntimeException fault) {
        faults.add(null, fault);
    }

    /** The latest exception that was contained since the last call, for the log; or null. */
    public RuntimeException takeFault() {
        return faults.takeLatest();
    }

    /** How many peers there are, lingering ones included. */
    public int peerCount() {
        return peers.size();
    }
}
