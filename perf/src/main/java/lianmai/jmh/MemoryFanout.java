package lianmai.jmh;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import lianmai.dtls.DtlsEndpoint;
import lianmai.dtls.DtlsEndpoints;
import lianmai.dtls.DtlsListener;
import lianmai.dtls.Fingerprint;
import lianmai.ice.IceClient;
import lianmai.ice.IceCredentials;
import lianmai.io.RelayCommands;
import lianmai.io.RelayExchange;
import lianmai.jitter.PacketPool;
import lianmai.relay.Codec;
import lianmai.relay.DropReason;
import lianmai.relay.PathTable;
import lianmai.relay.PeerSpec;
import lianmai.relay.RelayCommand;
import lianmai.relay.RelayCore;
import lianmai.relay.RelayCounters;
import lianmai.relay.SendBatch;
import lianmai.rtp.ExtensionIds;
import lianmai.rtp.RtpHeader;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpProvider;
import lianmai.srtp.SrtpTransform;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Publishers' video, many viewers, and a shard between them, in memory: datagrams go in as if they had come from a
 * socket, and what would go to the socket is counted and let go. Each viewer has keys of its own, as in life.
 *
 * <p>Where there are several shards, each has viewers of every publisher, whichever shard that is on: what its own
 * publishers send is copied to the others (hand-over H4).
 *
 * <p>Thread: one, another one for {@link #taken}. Owns: the shard and all its slots. Units: bytes, ns of a clock of its
 * own.
 */
final class MemoryFanout {
    /** With header and tag what fits into a datagram that no network cuts up. */
    static final int PAYLOAD = 1100;

    private static final int SLOTS = 8192;
    private static final int HEADER = 12;
    private static final int BATCH = 4096;
    private static final int MOST_COPIES = 64;
    private static final int PUBLISHER_SSRC = 77;
    /** So short that consent (30 s, RFC 7675) never ends and timers stay out of the figure. */
    private static final long STEP_NS = 2_000L;

    private static final int WARM_UP = 10;
    /** 30 frames a second. */
    private static final int FRAME_TICKS = 3000;

    private final PacketPool pool = new PacketPool(SLOTS);
    private final UnsafeBuffer datagram = new UnsafeBuffer(ByteBuffer.allocateDirect(PacketPool.SLOT_BYTES));
    private final RelayCounters counters = new RelayCounters();
    private final SendBatch.Sink sink = this::send;
    private final Place place;
    private final RelayExchange.Member others;
    private final RelayCommands commands;
    private final RelayCore core;
    private final SrtpTransform[] publishers;
    private final AtomicLong taken = new AtomicLong();
    private long nowNs = 1_000_000_000L;
    private long sequence = 1000;
    private int timestamp;
    private long sent;
    private long forwarded;

    /**
     * Which shard of how many it is.
     *
     * @param firstOwn its first publisher, from 1; the others follow
     * @param own how many there are
     * @param all publishers of all shards
     * @param viewers it has of each of these
     */
    record Place(RelayExchange exchange, int index, int firstOwn, int own, int all, int viewers) {
        private boolean isOwn(final int publisher) {
            return publisher >= firstOwn && publisher < firstOwn + own;
        }
    }

    /** One publisher, and a shard that is alone. */
    MemoryFanout(final SrtpProvider provider, final SrtpProfile profile, final int viewers) {
        this(provider, profile, new Place(new RelayExchange(1), 0, 1, 1, 1, viewers));
        begin(List.of(this));
    }

    /** One of several; {@link #begin} them together. */
    MemoryFanout(final SrtpProvider provider, final SrtpProfile profile, final Place place) {
        this.place = place;
        others = place.exchange.member(place.index, pool);
        commands = place.exchange.commands(place.index);
        core = new RelayCore(pool, counters, BATCH, provider, new NoDtls(), new NoListener(), others, () -> 42, 0);
        publishers = new SrtpTransform[place.own];
        long viewer = place.all + 1L;
        for (int publisher = 1; publisher <= place.all; publisher++) {
            core.onCommand(new RelayCommand.SetSeat(publisher, 0, publisher), nowNs);
            if (place.isOwn(publisher)) {
                final SrtpKeys k = keys(profile, publisher);
                connect(publisher, publisher, k);
                publishers[publisher - place.firstOwn] = provider.transform(
                        new SrtpKeys(profile, k.outboundKey(), k.outboundSalt(), k.inboundKey(), k.inboundSalt()));
                core.onCommand(new RelayCommand.GateUplink(publisher, true, true), nowNs);
            }
            for (int i = 0; i < place.viewers; i++, viewer++) {
                connect(viewer, publisher, keys(profile, viewer));
            }
        }
    }

    /** Joins shards to each other, starts all pictures and ends what is left of the start. */
    static void begin(final List<MemoryFanout> shards) {
        shards.forEach(shard -> shard.copyTo(shards.size()));
        shards.forEach(MemoryFanout::turn);
        shards.forEach(shard -> shard.forward(true));
        for (int i = 0; i < WARM_UP; i++) {
            for (final MemoryFanout shard : shards) {
                shard.nowNs += 10_000_000L;
                shard.forward(false);
            }
        }
        shards.forEach(MemoryFanout::turn);
        shards.forEach(shard -> {
            shard.sent = 0;
            shard.forwarded = 0;
            shard.taken.set(0);
        });
    }

    private void copyTo(final int shards) {
        for (int to = 0; to < shards; to++) {
            for (int i = 0; i < place.own && to != place.index; i++) {
                core.onCommand(new RelayCommand.Replicate(place.firstOwn + i, to), nowNs);
            }
        }
    }

    /** One packet of each own publisher in, one to each viewer out; answers how many datagrams have gone out so far. */
    long forward(final boolean isKeyFrame) {
        return forwardFrame(1, isKeyFrame);
    }

    /** The same with so many packets, a frame, in one turn. */
    long forwardFrame(final int packets, final boolean isKeyFrame) {
        timestamp += FRAME_TICKS;
        for (int left = packets; left > 0; left--) {
            sequence++;
            nowNs += STEP_NS;
            for (int i = 0; i < publishers.length; i++) {
                receive(i, isKeyFrame && left == packets, left == 1);
            }
            forwarded++;
        }
        return turn();
    }

    /**
     * Empties the seat of the first publisher and puts it there again: from the next key frame on, which is sent here,
     * every viewer's packets have picture ids of their own, so their payload is copied.
     */
    void switchSeat() {
        // Past the age at which a key frame from before the switch will do.
        nowNs += 1_000_000_000L;
        core.onCommand(new RelayCommand.SetSeat(place.firstOwn, 0, 0), nowNs);
        core.onCommand(new RelayCommand.SetSeat(place.firstOwn, 0, place.firstOwn), nowNs);
        forward(true);
        sent = 0;
        forwarded = 0;
    }

    /** Takes what has come from other shards, and sends; answers how many datagrams have gone out so far. */
    long turn() {
        commands.drain(core, nowNs);
        final int copies = others.drain(core, MOST_COPIES, nowNs);
        if (copies > 0) {
            taken.lazySet(taken.getPlain() + copies);
        }
        core.drain(sink);
        core.onTime(nowNs);
        core.drain(sink);
        core.events().clear();
        return sent;
    }

    /** How many packets it has taken from other shards. */
    long taken() {
        return taken.get();
    }

    /** How many packets of each own publisher it has forwarded. */
    long forwarded() {
        return forwarded;
    }

    private void receive(final int own, final boolean startsKeyFrame, final boolean isLast) {
        final long id = (long) place.firstOwn + own;
        RtpHeader.write(datagram, 0, isLast, 96, (int) sequence & 0xFFFF, timestamp, PUBLISHER_SSRC + (int) id);
        datagram.putByte(HEADER, (byte) 0x90);
        datagram.putByte(HEADER + 1, (byte) 0x80);
        datagram.putByte(HEADER + 2, (byte) 1);
        datagram.putByte(HEADER + 3, (byte) (startsKeyFrame ? 0 : 1));
        final int length = publishers[own].protectRtp(datagram, 0, HEADER, datagram, HEADER, PAYLOAD, sequence);
        final int slot = pool.acquire();
        pool.buffer().putBytes(pool.offset(slot), datagram, 0, length);
        core.onDatagram(slot, length, 0, 100 + id, 4000, 0, nowNs);
    }

    /** Ends the shard; a benchmark of packets that were not forwarded, or of a leak, is none. */
    void close(final long packets) {
        final long due = packets * place.all * place.viewers;
        if (sent < due) {
            final StringBuilder reasons = new StringBuilder();
            for (final DropReason reason : DropReason.values()) {
                reasons.append(counters.value(reason) == 0 ? "" : " " + reason + " " + counters.value(reason));
            }
            throw new IllegalStateException(sent + " sent of " + due + ":" + reasons);
        }
        for (long peer = 1; peer <= place.all * (1L + place.viewers); peer++) {
            core.onCommand(new RelayCommand.RemovePeer(peer), nowNs);
        }
        core.removeReplicas(nowNs);
        core.drain(sink);
        place.exchange.takeBack(place.index, pool);
        if (pool.inUse() != 0) {
            throw new IllegalStateException(pool.inUse() + " slots did not come back");
        }
    }

    private boolean send(final int slot, final int length, final PathTable paths, final int path) {
        sent += length > PAYLOAD ? 1 : 0;
        pool.release(slot);
        return true;
    }

    private static SrtpKeys keys(final SrtpProfile profile, final long id) {
        return new SrtpKeys(
                profile,
                filled(profile.keyBytes(), id),
                filled(profile.saltBytes(), id + 1),
                filled(profile.keyBytes(), id + 2),
                filled(profile.saltBytes(), id + 3));
    }

    private static byte[] filled(final int length, final long id) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (id * 31 + i * 7L + (id >> 8));
        }
        return bytes;
    }

    private void connect(final long id, final long stage, final SrtpKeys keys) {
        final IceCredentials credentials = IceCredentials.random(() -> id * 0x1234_5678_9ABC_DEFL);
        final List<PeerSpec.Format> formats = List.of(new PeerSpec.Format(Codec.VP8, 96, 97, ""));
        final PeerSpec.Uplink up = new PeerSpec.Uplink(
                "0", formats, ExtensionIds.NONE, List.of(PUBLISHER_SSRC + (int) id), List.of(0), true, false, false);
        final PeerSpec.Line line =
                new PeerSpec.Line("1", (int) id * 10, (int) id * 10 + 1, "c", formats, ExtensionIds.NONE, true, false);
        final boolean publishes = id <= place.all;
        final PeerSpec spec = new PeerSpec(
                id,
                stage,
                new PeerSpec.Ice(credentials.ufrag(), credentials.password(), "peer"),
                new Fingerprint("sha-256", "00"),
                null,
                publishes ? up : null,
                publishes ? List.of() : List.of(new PeerSpec.Downlink(0, null, line)));
        core.onCommand(new RelayCommand.AddPeer(spec), nowNs);
        final int slot = pool.acquire();
        final IceClient client = new IceClient("peer", credentials, () -> id, nowNs);
        final int length = client.onTime(nowNs, pool.buffer(), pool.offset(slot));
        core.onDatagram(slot, length, 0, 100 + id, 4000, 0, nowNs);
        core.onCommand(new RelayCommand.KeysReady(id, keys), nowNs);
        core.drain(sink);
    }

    private static final class NoDtls implements DtlsEndpoints {
        @Override
        public DtlsEndpoint open(final long peerId, final Fingerprint remote, final DtlsListener listener) {
            throw new IllegalStateException("no DTLS here");
        }
    }

    private static final class NoListener implements DtlsListener {
        @Override
        public void onDtlsDatagram(final long peerId, final byte[] bytes) {}

        @Override
        public void onDtlsKeys(final long peerId, final SrtpKeys keys) {}

        @Override
        public void onDtlsClosed(final long peerId, final String reason) {}
    }
}
