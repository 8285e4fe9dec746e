package lianmai.sim;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.util.ArrayList;
import java.util.List;
import lianmai.ice.IceClient;
import lianmai.ice.IceCredentials;
import lianmai.relay.Codec;
import lianmai.relay.RelayCommand;
import lianmai.rtp.Bye;
import lianmai.rtp.Nack;
import lianmai.rtp.PacketKind;
import lianmai.rtp.PliFir;
import lianmai.rtp.RtpExtension;
import lianmai.rtp.RtpExtensionWriter;
import lianmai.rtp.RtpHeader;
import lianmai.srtp.JitsiSrtpProvider;
import lianmai.srtp.SrtpStatus;
import lianmai.srtp.SrtpTransform;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A WebRTC client in virtual time: checks by {@link IceClient}, keys from {@link SimDtls}, real SRTP, the media of its
 * {@link SimPeerSpec}, and strict receivers.
 *
 * <p>Thread: one. Units: ns of virtual time.
 */
public final class SimPeer {
    private static final long DTLS_INTERVAL_NS = 100_000_000L;
    private static final long POLL_NS = 10_000_000L;

    private final SimRelay relay;
    private final SimPeerSpec spec;
    private final List<SimReceiver> receivers = new ArrayList<>();
    private final SimRtcp rtcp;
    private final UnsafeBuffer out = new UnsafeBuffer(new byte[2048]);
    private final UnsafeBuffer in = new UnsafeBuffer(new byte[2048]);
    private final List<String> violations = new ArrayList<>();

    private IceCredentials server;
    private IceClient ice;
    private SimPath path;
    private SrtpTransform srtp;
    private SimSource audio;
    private SimSource video;
    private long nextDtlsNs;
    private long nextPollNs;
    private long transportSequence = 65_500;
    private long replays;
    private boolean asleep;

    SimPeer(final SimRelay relay, final SimPeerSpec spec, final SimPath path, final long nowNs) {
        this.relay = relay;
        this.spec = spec;
        this.path = path;
        server = IceCredentials.random(relay.random()::nextLong);
        ice = new IceClient(SimPeerSpec.UFRAG, server, relay.random()::nextLong, nowNs);
        for (int i = 0; i < spec.seats.length; i++) {
            final String name = "peer " + spec.id + " seat " + spec.seats[i];
            receivers.add(new SimReceiver(name + " audio", spec.lineSsrc(i, true), true));
            receivers.add(new SimReceiver(name + " video", spec.lineSsrc(i, false), false));
        }
        rtcp = new SimRtcp(this, receivers);
        nextDtlsNs = nowNs;
        nextPollNs = nowNs;
    }

    /** A datagram has arrived from the relay. */
    void onDatagram(final DirectBuffer b, final int offset, final int length, final long nowNs) {
        if (asleep) {
            return;
        }
        b.getBytes(offset, in, 0, length);
        switch (PacketKind.of(in, 0, length)) {
            case STUN -> ice.onDatagram(in, 0, length, nowNs);
            case DTLS -> onKeys(nowNs);
            case RTP -> onRtp(length, nowNs);
            case RTCP -> onRtcp(length, nowNs);
            case UNKNOWN -> violations.add("an unknown datagram");
        }
    }

    private void onKeys(final long nowNs) {
        if (srtp != null) {
            return;
        }
        srtp = new JitsiSrtpProvider().transform(relay.clientKeys(spec));
        audio = spec.publishesAudio ? new SimSource(this, spec, true, nowNs) : null;
        video = spec.video != null ? new SimSource(this, spec, false, nowNs) : null;
        rtcp.start(nowNs);
    }

    private void onRtp(final int length, final long nowNs) {
        final int plain = unprotected(srtp == null ? SrtpStatus.MALFORMED : srtp.unprotectRtp(in, 0, length));
        if (plain < 0) {
            return;
        }
        final int ssrc = RtpHeader.ssrc(in, 0);
        for (final SimReceiver receiver : receivers) {
            if (receiver.ssrc() == ssrc) {
                receiver.onRtp(codec(RtpHeader.payloadType(in, 0)), in, 0, plain, false, nowNs);
                return;
            }
            if (receiver.ssrc() + 1 == ssrc) {
                onRepair(receiver, plain, nowNs);
                return;
            }
        }
        violations.add("a stream that was not negotiated: " + ssrc);
    }

    private void onRepair(final SimReceiver receiver, final int length, final long nowNs) {
        final int headerLength = RtpHeader.length(in, 0, length);
        RtpHeader.sequence(in, 0, in.getShort(headerLength, BIG_ENDIAN) & 0xFFFF);
        RtpHeader.payloadType(in, 0, RtpHeader.payloadType(in, 0) - 1);
        in.putBytes(headerLength, in, headerLength + 2, length - headerLength - 2);
        receiver.onRtp(codec(RtpHeader.payloadType(in, 0)), in, 0, length - 2, true, nowNs);
    }

    private Codec codec(final int payloadType) {
        if (payloadType == spec.audioPayloadType) {
            return Codec.OPUS;
        }
        return spec.receives.get((payloadType - spec.videoPayloadType) / 2);
    }

    private void onRtcp(final int length, final long nowNs) {
        final int plain = unprotected(srtp == null ? SrtpStatus.MALFORMED : srtp.unprotectRtcp(in, 0, length));
        if (plain >= 0) {
            rtcp.onCompound(in, plain, nowNs);
        }
    }

    /** The network may repeat packets; the relay never may send what does not authenticate. */
    private int unprotected(final int result) {
        if (result == SrtpStatus.REPLAYED || result == SrtpStatus.TOO_OLD) {
            replays++;
        } else if (result < 0 && srtp != null) {
            violations.add("SRTP refuses: " + result);
        }
        return result;
    }

    /** Does what is due. */
    void onTime(final long nowNs) {
        if (asleep) {
            return;
        }
        final int check = ice.onTime(nowNs, out, 0);
        if (check > 0) {
            path.up().send(out, 0, check, nowNs);
        }
        if (srtp == null) {
            if (ice.state() == IceClient.State.CONNECTED && nowNs >= nextDtlsNs) {
                nextDtlsNs = nowNs + DTLS_INTERVAL_NS;
                path.up().send(SimDtls.DATAGRAM, 0, SimDtls.DATAGRAM.capacity(), nowNs);
            }
            return;
        }
        if (audio != null) {
            audio.onTime(nowNs);
        }
        if (video != null) {
            video.onTime(nowNs);
        }
        rtcp.onTime(nowNs);
        if (nowNs >= nextPollNs) {
            nextPollNs = nowNs + POLL_NS;
            receivers.forEach(receiver -> poll(receiver, nowNs));
        }
    }

    private void poll(final SimReceiver receiver, final long nowNs) {
        receiver.onTime(nowNs);
        final int[] due = receiver.dueNacks(nowNs);
        if (due.length > 0) {
            sendNack(receiver.ssrc(), due);
        }
        if (receiver.isPliDue(nowNs)) {
            sendPli(receiver.ssrc());
        }
    }

    long nextDeadlineNs() {
        if (asleep) {
            return Long.MAX_VALUE;
        }
        if (srtp == null) {
            return ice.state() == IceClient.State.CONNECTED
                    ? Math.min(nextDtlsNs, ice.nextDeadlineNs())
                    : ice.nextDeadlineNs();
        }
        long next = Math.min(ice.nextDeadlineNs(), rtcp.nextDeadlineNs());
        next = receivers.isEmpty() ? next : Math.min(next, nextPollNs);
        next = audio == null ? next : Math.min(next, audio.nextDeadlineNs());
        return video == null ? next : Math.min(next, video.nextDeadlineNs());
    }

    void sendRtp(
            final boolean isAudio,
            final boolean marker,
            final int payloadType,
            final long sequence,
            final int timestamp,
            final int ssrc,
            final DirectBuffer payload,
            final int length) {
        RtpHeader.write(out, 0, marker, payloadType, (int) sequence & 0xFFFF, timestamp, ssrc);
        int end = RtpExtensionWriter.begin(out, 0);
        if (spec.transportCc) {
            end = RtpExtensionWriter.putTransportSequence(
                    out, 0, end, spec.extensions.get(RtpExtension.TRANSPORT_CC), (int) transportSequence++ & 0xFFFF);
        }
        if (isAudio) {
            final int id = spec.extensions.get(RtpExtension.AUDIO_LEVEL);
            end = RtpExtensionWriter.putAudioLevel(out, 0, end, id, spec.audioLevel, true);
        }
        final int header = RtpExtensionWriter.end(out, 0, end);
        final int sealed = srtp.protectRtp(out, 0, header, payload, 0, length, sequence);
        send(sealed);
    }

    /** Sends a compound of plain RTCP. */
    public void sendRtcp(final UnsafeBuffer buffer, final int length) {
        buffer.getBytes(0, out, 0, length);
        send(srtp.protectRtcp(out, 0, length));
    }

    /** Asks for packets of one of the relay's streams. */
    public void sendNack(final int ssrc, final int... numbers) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1200]);
        sendRtcp(buffer, Nack.write(buffer, 0, 1, ssrc, numbers, numbers.length));
    }

    public void sendPli(final int ssrc) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        sendRtcp(buffer, PliFir.writePli(buffer, 0, 1, ssrc));
    }

    /** An authentic check under the present credentials. */
    public byte[] check() {
        final IceClient client = new IceClient(SimPeerSpec.UFRAG, server, relay.random()::nextLong, relay.nowNs());
        return copy(client.onTime(relay.nowNs(), out, 0));
    }

    /**
     * One RTP packet as it would go over the network.
     *
     * @param payload behind a header without extensions
     */
    public byte[] rtp(final int payloadType, final long sequence, final int ssrc, final byte... payload) {
        RtpHeader.write(out, 0, false, payloadType, (int) sequence & 0xFFFF, 1, ssrc);
        final UnsafeBuffer media = new UnsafeBuffer(payload);
        return copy(srtp.protectRtp(out, 0, RtpHeader.MIN_LENGTH, media, 0, payload.length, sequence));
    }

    /** Like {@link #rtp}, but the header promises padding, whose length is the payload's last byte. */
    public byte[] paddedRtp(final int payloadType, final long sequence, final int ssrc, final byte... payload) {
        RtpHeader.write(out, 0, false, payloadType, (int) sequence & 0xFFFF, 1, ssrc);
        RtpHeader.padding(out, 0, true);
        final UnsafeBuffer media = new UnsafeBuffer(payload);
        return copy(srtp.protectRtp(out, 0, RtpHeader.MIN_LENGTH, media, 0, payload.length, sequence));
    }

    /** One RTP packet with a header of the caller's, extensions and all, as it would go over the network. */
    public byte[] rtpWithHeader(final byte[] header, final long sequence, final byte... payload) {
        out.putBytes(0, header);
        RtpHeader.sequence(out, 0, (int) sequence & 0xFFFF);
        final UnsafeBuffer media = new UnsafeBuffer(payload);
        return copy(srtp.protectRtp(out, 0, header.length, media, 0, payload.length, sequence));
    }

    /** One RTCP compound as it would go over the network. */
    public byte[] rtcp(final byte... compound) {
        out.putBytes(0, compound);
        return copy(srtp.protectRtcp(out, 0, compound.length));
    }

    private byte[] copy(final int length) {
        final byte[] bytes = new byte[length];
        out.getBytes(0, bytes);
        return bytes;
    }

    /** Says that a stream has ended. */
    public void sendBye(final int ssrc) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        sendRtcp(buffer, Bye.write(buffer, 0, ssrc));
    }

    private void send(final int sealed) {
        if (sealed < 0) {
            throw new AssertionError("a client's own packet is refused: " + sealed);
        }
        path.up().send(out, 0, sealed, relay.nowNs());
    }

    /** Goes on from another address, as a phone does that leaves its Wi-Fi; the old one is dead. */
    public void migrate() {
        path = relay.path(this, spec.up, spec.down);
        ice = new IceClient(SimPeerSpec.UFRAG, server, relay.random()::nextLong, relay.nowNs());
    }

    /** Goes on from an address that another peer has. */
    public void take(final SimPath other) {
        path = other;
        ice = new IceClient(SimPeerSpec.UFRAG, server, relay.random()::nextLong, relay.nowNs());
    }

    /** New credentials on both sides (RFC 8445 §9). */
    public void restartIce() {
        server = IceCredentials.random(relay.random()::nextLong);
        relay.command(new RelayCommand.RestartIce(spec.id, SimPeerSpec.ice(server)));
        ice = new IceClient(SimPeerSpec.UFRAG, server, relay.random()::nextLong, relay.nowNs());
    }

    /** Neither sends nor receives for a while. */
    public void sleep(final boolean sleeps) {
        asleep = sleeps;
    }

    public long id() {
        return spec.id;
    }

    /** Which shard serves it. */
    int shard() {
        return spec.shard;
    }

    SimPeerSpec spec() {
        return spec;
    }

    IceCredentials server() {
        return server;
    }

    public SimPath path() {
        return path;
    }

    /** Its keys; null before DTLS is done. */
    SrtpTransform srtp() {
        return srtp;
    }

    /** Whether keys are there. */
    public boolean isConnected() {
        return srtp != null;
    }

    /** The audio it sends; null before it is connected. */
    public SimSource audio() {
        return audio;
    }

    /** The video it sends; null before it is connected. */
    public SimSource video() {
        return video;
    }

    /** The audio it receives on its n-th downlink. */
    public SimReceiver audioOf(final int downlink) {
        return receivers.get(2 * downlink);
    }

    /** The video it receives on its n-th downlink. */
    public SimReceiver videoOf(final int downlink) {
        return receivers.get(2 * downlink + 1);
    }

    public SimRtcp rtcp() {
        return rtcp;
    }

    /** Packets that carried a transport-wide number. */
    public long transportPackets() {
        return transportSequence - 65_500;
    }

    /** Copies that the network made. */
    public long replays() {
        return replays;
    }

    List<String> violations() {
        final List<String> all = new ArrayList<>(violations);
        for (final SimReceiver receiver : receivers) {
            all.addAll(receiver.violations());
            all.addAll(receiver.decoder().violations());
        }
        return all;
    }
}
