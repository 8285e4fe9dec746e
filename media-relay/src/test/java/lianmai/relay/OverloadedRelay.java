package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lianmai.dtls.Fingerprint;
import lianmai.ice.IceClient;
import lianmai.ice.IceCredentials;
import lianmai.jitter.PacketPool;
import lianmai.rtp.ExtensionIds;
import lianmai.rtp.PacketKind;
import lianmai.rtp.PliFir;
import lianmai.rtp.RtcpHeader;
import lianmai.rtp.RtpHeader;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProfile;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One publisher, many viewers, and a clock that goes on by what each packet costs: the turns of {@code RelayAgent} with
 * a kernel's buffer before them, nothing encrypted.
 *
 * <p>Thread: one. Units: ns of virtual time.
 */
final class OverloadedRelay implements AutoCloseable {
    private static final long PUBLISHER = 1;
    private static final int AUDIO = 111;
    private static final int VIDEO = 96;
    private static final int PAYLOAD = 1000;
    private static final int PACKETS_A_FRAME = 8;
    private static final long FRAME_NS = 1_000_000_000L / 30;
    private static final long AUDIO_NS = 20_000_000L;
    private static final int KERNEL_PACKETS = 2000;
    private static final int RECEIVE_LIMIT = 256;
    private static final long RECEIVE_NS = 1500;
    private static final long CONSENT_NS = 5_000_000_000L;

    private final PacketPool pool = new PacketPool(32_768);
    private final RelayCounters counters = new RelayCounters();
    private final RelayCore core;
    private final UnsafeBuffer scratch = new UnsafeBuffer(ByteBuffer.allocateDirect(2048));
    private final ArrayDeque<Arrival> kernel = new ArrayDeque<>();
    private final Map<Integer, Stream> streams = new HashMap<>();
    private final Map<Long, IceClient> clients = new HashMap<>();
    private final int viewers;
    private long sendNs;
    private long nowNs = 1_000_000_000L;
    private long nextFrameNs = nowNs;
    private long nextAudioNs = nowNs;
    private long nextConsentNs = nowNs;
    private long frames;
    private long videoSequence = 1000;
    private long audioSequence = 1000;
    private boolean keyFrameWanted = true;
    private long lost;
    private long longestAudioWaitNs;
    private long settledNs = Long.MAX_VALUE;

    private record Arrival(byte[] datagram, long peer, long atNs) {}

    /** One stream as a viewer gets it. */
    private static final class Stream {
        private int highest = -1;
        private long gaps;
        private boolean decodes;
        private boolean endsFrame = true;
        private long halfFrames;
        private int frame;
        private long rewinds;
        private long usable;
        private long lastNs;
    }

    OverloadedRelay(final int viewers) {
        this.viewers = viewers;
        core = new RelayCore(
                pool,
                counters,
                8192,
                new PlainSrtp(),
                (peerId, remote, listener) -> {
                    throw new AssertionError("no handshake here");
                },
                null,
                Neighbours.NONE,
                () -> 42,
                0);
        load(0.1);
        join(PUBLISHER);
        core.onCommand(new RelayCommand.SetSeat(1, 0, PUBLISHER), nowNs);
        core.onCommand(new RelayCommand.GateUplink(PUBLISHER, true, true), nowNs);
        for (int i = 0; i < viewers; i++) {
            join(2 + i);
        }
    }

    /** Sets what a packet costs so that all of them take this share of the time. */
    void load(final double share) {
        final double packetsPerSecond = (30.0 * PACKETS_A_FRAME + 50) * viewers;
        sendNs = (long) (share * 1e9 / packetsPerSecond);
        settledNs = nowNs + 1_000_000_000L;
        longestAudioWaitNs = 0;
    }

    /** From now on the thread runs for this share of the time. */
    void getsOfItsCore(final double share) {
        core.measureLoadWith(() -> (long) (nowNs * share));
    }

    void runMillis(final long millis) {
        final long untilNs = nowNs + millis * 1_000_000L;
        while (nowNs < untilNs) {
            arrive();
            turn();
        }
    }

    /** Runs on; answers the longest wait that the relay tells of meanwhile. */
    long longestToldWaitMillis(final long millis) {
        long longestNs = 0;
        for (final long untilNs = nowNs + millis * 1_000_000L; nowNs < untilNs; ) {
            runMillis(10);
            longestNs = Math.max(longestNs, value(Counter.LONGEST_WAIT_NS));
        }
        return longestNs / 1_000_000L;
    }

    /** Nothing runs for a while, as in a pause of the virtual machine; datagrams go on to arrive. */
    void pauseMillis(final long millis) {
        nowNs += millis * 1_000_000L;
    }

    /** What has come to the kernel by now. */
    private void arrive() {
        while (nextConsentNs <= nowNs) {
            clients.forEach((peer, client) -> check(peer, client, nextConsentNs));
            nextConsentNs += CONSENT_NS;
        }
        while (Math.min(nextFrameNs, nextAudioNs) <= nowNs) {
            if (nextAudioNs <= nextFrameNs) {
                offer(packet(AUDIO, audioSequence++, (int) (audioSequence * 960), true, false), nextAudioNs);
                nextAudioNs += AUDIO_NS;
            } else {
                final boolean isKey = keyFrameWanted;
                keyFrameWanted = false;
                frames++;
                for (int i = 0; i < PACKETS_A_FRAME; i++) {
                    final boolean isLast = i == PACKETS_A_FRAME - 1;
                    offer(packet(VIDEO, videoSequence++, (int) (frames * 3000), isLast, isKey && i == 0), nextFrameNs);
                }
                nextFrameNs += FRAME_NS;
            }
        }
    }

    private void check(final long peer, final IceClient client, final long atNs) {
        final int length = client.onTime(Math.max(atNs, client.nextDeadlineNs()), scratch, 0);
        if (length > 0) {
            final byte[] datagram = new byte[length];
            scratch.getBytes(0, datagram);
            kernel.add(new Arrival(datagram, peer, atNs));
        }
    }

    private void offer(final byte[] datagram, final long atNs) {
        if (kernel.size() < KERNEL_PACKETS) {
            kernel.add(new Arrival(datagram, PUBLISHER, atNs));
        } else {
            lost++;
        }
    }

    private byte[] packet(
            final int type, final long sequence, final int timestamp, final boolean marker, final boolean isKey) {
        final byte[] bytes = new byte[12 + (type == AUDIO ? 80 : PAYLOAD)];
        final UnsafeBuffer packet = new UnsafeBuffer(bytes);
        RtpHeader.write(packet, 0, marker, type, (int) sequence & 0xFFFF, timestamp, type);
        if (type == VIDEO) {
            // S, partition 0, no extension; then the frame tag, whose lowest bit is 0 in key frames.
            packet.putByte(12, (byte) (isKey ? 0x10 : 0));
            packet.putByte(13, (byte) (isKey ? 0 : 1));
            packet.putInt(14, (int) frames);
        }
        return bytes;
    }

    private void turn() {
        final long beganNs = nowNs;
        long waitNs = 0;
        int received = 0;
        for (; received < RECEIVE_LIMIT && !kernel.isEmpty(); received++) {
            final Arrival next = kernel.poll();
            waitNs = Math.max(waitNs, beganNs - next.atNs());
            final int slot = pool.acquire();
            pool.buffer().putBytes(pool.offset(slot), next.datagram());
            core.onDatagram(slot, next.datagram().length, 0, 100 + next.peer(), 4000, 0, beganNs);
            nowNs += RECEIVE_NS;
            noteAudio(next);
        }
        core.onTime(beganNs);
        core.drain(this::send);
        core.events().clear();
        if (received > 0) {
            core.onTurn(nowNs - beganNs, waitNs, nowNs);
        } else {
            nowNs = Math.max(nowNs + 100_000, Math.min(nextFrameNs, nextAudioNs));
        }
    }

    private void noteAudio(final Arrival arrival) {
        if (arrival.atNs() > settledNs && arrival.datagram().length < 200) {
            longestAudioWaitNs = Math.max(longestAudioWaitNs, nowNs - arrival.atNs());
        }
    }

    private boolean send(final int slot, final int length, final PathTable paths, final int path) {
        final int at = pool.offset(slot);
        final long peer = paths.remoteLow(path) - 100;
        nowNs += sendNs;
        switch (PacketKind.of(pool.buffer(), at, length)) {
            case RTP -> receive((int) peer, at);
            case RTCP -> {
                for (int part = at; peer == PUBLISHER && part != RtcpHeader.NONE; ) {
                    keyFrameWanted |= PliFir.isPli(pool.buffer(), part);
                    part = RtcpHeader.next(pool.buffer(), part, at + length);
                }
            }
            case STUN -> clients.get(peer).onDatagram(pool.buffer(), at, length, nowNs);
            default -> {}
        }
        pool.release(slot);
        return true;
    }

    private void receive(final int peer, final int at) {
        final boolean isAudio = RtpHeader.payloadType(pool.buffer(), at) == AUDIO;
        final Stream stream = streams.computeIfAbsent(isAudio ? -peer : peer, _ -> new Stream());
        final int sequence = RtpHeader.sequence(pool.buffer(), at);
        final boolean follows = stream.highest < 0 || sequence == (stream.highest + 1 & 0xFFFF);
        stream.gaps += follows ? 0 : 1;
        stream.highest = sequence;
        stream.lastNs = nowNs;
        final boolean isKey = pool.buffer().getByte(at + 12) == 0x10;
        if (!isAudio) {
            final int frame = pool.buffer().getInt(at + 14);
            stream.rewinds += frame < stream.frame ? 1 : 0;
            stream.frame = frame;
        }
        if (!isAudio && isKey && !stream.endsFrame) {
            stream.halfFrames++;
        }
        stream.endsFrame = RtpHeader.marker(pool.buffer(), at);
        stream.decodes = follows && stream.decodes || isKey;
        stream.usable += isAudio || stream.decodes ? 1 : 0;
    }

    private void join(final long id) {
        final IceCredentials credentials = IceCredentials.random(() -> id * 0x1234_5678_9ABC_DEFL);
        final PeerSpec.Format vp8 = new PeerSpec.Format(Codec.VP8, VIDEO, -1, "");
        final PeerSpec.Format opus = new PeerSpec.Format(Codec.OPUS, AUDIO, -1, "");
        final boolean publishes = id == PUBLISHER;
        core.onCommand(
                new RelayCommand.AddPeer(new PeerSpec(
                        id,
                        1,
                        new PeerSpec.Ice(credentials.ufrag(), credentials.password(), "peer"),
                        new Fingerprint("sha-256", "00"),
                        publishes ? uplink("0", opus, AUDIO) : null,
                        publishes ? uplink("1", vp8, VIDEO) : null,
                        publishes
                                ? List.of()
                                : List.of(new PeerSpec.Downlink(
                                        0, line("0", (int) id * 10, opus), line("1", (int) id * 10 + 1, vp8))))),
                nowNs);
        final IceClient client = new IceClient("peer", credentials, () -> id, nowNs);
        clients.put(id, client);
        check(id, client, nowNs);
        turn();
        core.onCommand(new RelayCommand.KeysReady(id, keys()), nowNs);
        turn();
    }

    private static PeerSpec.Uplink uplink(final String mid, final PeerSpec.Format format, final int ssrc) {
        return new PeerSpec.Uplink(
                mid, List.of(format), ExtensionIds.NONE, List.of(ssrc), List.of(0), false, false, false);
    }

    private static PeerSpec.Line line(final String mid, final int ssrc, final PeerSpec.Format format) {
        return new PeerSpec.Line(mid, ssrc, 0, "c", List.of(format), ExtensionIds.NONE, false, false);
    }

    private static SrtpKeys keys() {
        return new SrtpKeys(SrtpProfile.AEAD_AES_128_GCM, new byte[16], new byte[12], new byte[16], new byte[12]);
    }

    long value(final Counter counter) {
        return counters.value(counter);
    }

    long value(final DropReason reason) {
        return counters.value(reason);
    }

    /** Packets of audio, and of video that followed a key frame without a gap, over all viewers. */
    long usablePackets() {
        return streams.values().stream().mapToLong(stream -> stream.usable).sum();
    }

    long videoGaps() {
        return gaps(true);
    }

    long audioGaps() {
        return gaps(false);
    }

    private long gaps(final boolean video) {
        return streams.entrySet().stream()
                .filter(entry -> entry.getKey() > 0 == video)
                .mapToLong(entry -> entry.getValue().gaps)
                .sum();
    }

    long halfFrames() {
        return streams.values().stream().mapToLong(stream -> stream.halfFrames).sum();
    }

    /** How often a viewer's picture was set back to an earlier one. */
    long rewinds() {
        return streams.values().stream().mapToLong(stream -> stream.rewinds).sum();
    }

    /** Viewers who got video within the last 100 ms. */
    long viewersWithPicture() {
        return streams.entrySet().stream()
                .filter(entry -> entry.getKey() > 0
                        && entry.getValue().decodes
                        && nowNs - entry.getValue().lastNs < 100_000_000L)
                .count();
    }

    long lostInKernel() {
        return lost;
    }

    long longestAudioWaitMillis() {
        return longestAudioWaitNs / 1_000_000L;
    }

    @Override
    public void close() {
        for (long peer = 1; peer <= 1 + viewers; peer++) {
            core.onCommand(new RelayCommand.RemovePeer(peer), nowNs);
        }
        core.drain(this::send);
        assertThat(pool.inUse()).isZero();
    }
}
