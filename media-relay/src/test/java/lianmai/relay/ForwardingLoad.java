package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import lianmai.dtls.DtlsEndpoint;
import lianmai.dtls.DtlsEndpoints;
import lianmai.dtls.DtlsListener;
import lianmai.dtls.Fingerprint;
import lianmai.gc.AllocationWindow;
import lianmai.ice.IceClient;
import lianmai.ice.IceCredentials;
import lianmai.jitter.PacketPool;
import lianmai.rtp.ExtensionIds;
import lianmai.rtp.Nack;
import lianmai.rtp.NtpTime;
import lianmai.rtp.ReceiverReport;
import lianmai.rtp.ReportBlock;
import lianmai.rtp.RtpExtension;
import lianmai.rtp.RtpExtensionWriter;
import lianmai.rtp.RtpHeader;
import lianmai.rtp.SenderReport;
import lianmai.srtp.SrtpKeys;
import lianmai.srtp.SrtpProfile;
import lianmai.srtp.SrtpProvider;
import lianmai.srtp.SrtpTransform;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One relay in memory under an ordinary load: a host's video at 30 frames a second and audio at 50 packets a second to
 * many viewers, with transport-wide feedback, reports and NACKs each second, and a consent check of each path every
 * four. What the relay does happens inside an {@link AllocationWindow}; what its simulated peers do, outside.
 *
 * <p>Thread: one. Units: ns of virtual time.
 */
public final class ForwardingLoad {
    private static final long HOST = 1;
    private static final int PACKETS_A_FRAME = 8;
    private static final int PAYLOAD = 1100;
    private static final int VIDEO_SSRC = 77;
    private static final int AUDIO_SSRC = 79;
    private static final int TRANSPORT_CC_ID = 3;
    private static final int AUDIO_LEVEL_ID = 1;
    private static final int NACKED = 2;
    private static final long FRAME_NS = 33_333_333;
    private static final long AUDIO_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long REPORT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long CONSENT_NS = TimeUnit.SECONDS.toNanos(4);

    private final PacketPool pool = new PacketPool(16_384);
    private final UnsafeBuffer scratch = new UnsafeBuffer(ByteBuffer.allocateDirect(2048));
    private final RelayCounters counters = new RelayCounters();
    private final SrtpProvider provider;
    private final RelayCore core;
    private final Member[] members;
    private final SendBatch.Sink sink = this::send;
    private final int[] lost = new int[NACKED];
    private long nowNs = TimeUnit.SECONDS.toNanos(1);
    private long nextAudioNs = nowNs;
    private long nextReportNs = nowNs + REPORT_NS;
    private long nextConsentNs = nowNs + CONSENT_NS;
    private long video = 1000;
    private long audio = 2000;
    private int transport;
    private int frame;

    /** A simulated peer: what it encrypts with, and the last number of its video that it got. */
    private final class Member {
        private final long id;
        private final IceCredentials credentials;
        private final SrtpTransform srtp;
        private int lastSequence;

        private Member(final long id) {
            this.id = id;
            credentials = IceCredentials.random(() -> id * 0x1234_5678_9ABC_DEFL);
            final SrtpKeys keys = keys(id);
            srtp = provider.transform(new SrtpKeys(
                    keys.profile(), keys.outboundKey(), keys.outboundSalt(), keys.inboundKey(), keys.inboundSalt()));
        }

        private int videoSsrc() {
            return (int) id * 10;
        }
    }

    /** @param provider encrypts on both sides */
    public ForwardingLoad(final SrtpProvider provider, final int viewers) {
        this.provider = provider;
        core = new RelayCore(
                pool, counters, 4096, provider, new NoDtls(), new NoListener(), Neighbours.NONE, () -> 42, 0);
        members = new Member[1 + viewers];
        for (int i = 0; i <= viewers; i++) {
            members[i] = new Member(HOST + i);
            connect(members[i]);
        }
        core.onCommand(new RelayCommand.SetSeat(1, 0, HOST), nowNs);
        core.onCommand(new RelayCommand.GateUplink(HOST, true, true), nowNs);
    }

    /** Goes on until so many more packets are forwarded. */
    public void forward(final AllocationWindow window, final long packets) {
        final long goal = forwarded() + packets;
        while (forwarded() < goal) {
            turn(window);
        }
    }

    /** How many packets were forwarded since the start, once for each viewer. */
    public long forwarded() {
        return counters.value(Counter.RTP_FORWARDED);
    }

    public RelayCounters counters() {
        return counters;
    }

    /** Removes everybody; no slot may be left in use. */
    public void end() {
        for (final Member member : members) {
            core.onCommand(new RelayCommand.RemovePeer(member.id), nowNs);
            member.srtp.close();
        }
        core.drain(sink);
        assertThat(pool.inUse()).isZero();
    }

    /** One frame and what else has become due. */
    private void turn(final AllocationWindow window) {
        nowNs += FRAME_NS;
        for (int i = 0; i < PACKETS_A_FRAME; i++) {
            receive(window, members[0], videoPacket(i));
        }
        frame++;
        for (; nextAudioNs <= nowNs; nextAudioNs += AUDIO_NS) {
            receive(window, members[0], audioPacket());
        }
        if (nextReportNs <= nowNs) {
            nextReportNs += REPORT_NS;
            receive(window, members[0], senderReport());
            for (int i = 1; i < members.length; i++) {
                receive(window, members[i], receiverReport(members[i]));
            }
        }
        if (nextConsentNs <= nowNs) {
            nextConsentNs += CONSENT_NS;
            for (final Member member : members) {
                receive(window, member, check(member));
            }
        }
        window.open();
        core.onTime(nowNs);
        core.drain(sink);
        core.events().clear();
        window.close();
    }

    /** Gives the relay what lies in the scratch buffer. */
    private void receive(final AllocationWindow window, final Member from, final int length) {
        final int slot = pool.acquire();
        pool.buffer().putBytes(pool.offset(slot), scratch, 0, length);
        window.open();
        core.onDatagram(slot, length, 0, 100 + from.id, 4000, 0, nowNs);
        window.close();
    }

    private int videoPacket(final int index) {
        final boolean last = index == PACKETS_A_FRAME - 1;
        RtpHeader.write(scratch, 0, last, 96, (int) video & 0xFFFF, frame * 3000, VIDEO_SSRC);
        int end = RtpExtensionWriter.begin(scratch, 0);
        scratch.putShort(1024, Short.reverseBytes((short) transport++));
        end = RtpExtensionWriter.put(scratch, 0, end, TRANSPORT_CC_ID, scratch, 1024, 2);
        final int header = RtpExtensionWriter.end(scratch, 0, end);
        scratch.setMemory(header, PAYLOAD, (byte) index);
        // A VP8 descriptor with a picture id (RFC 7741 §4.2); the payload's first bit 0 says key frame.
        scratch.putByte(header, (byte) (index == 0 ? 0x90 : 0x80));
        scratch.putByte(header + 1, (byte) 0x80);
        scratch.putByte(header + 2, (byte) (frame & 0x7F));
        scratch.putByte(header + 3, (byte) (frame % 300 == 0 ? 0 : 1));
        final int payload = last ? PAYLOAD - 137 : PAYLOAD;
        return members[0].srtp.protectRtp(scratch, 0, header, scratch, header, payload, video++);
    }

    private int audioPacket() {
        RtpHeader.write(scratch, 0, false, 111, (int) audio & 0xFFFF, (int) audio * 960, AUDIO_SSRC);
        int end = RtpExtensionWriter.begin(scratch, 0);
        scratch.putByte(1024, (byte) 0x92);
        end = RtpExtensionWriter.put(scratch, 0, end, AUDIO_LEVEL_ID, scratch, 1024, 1);
        final int header = RtpExtensionWriter.end(scratch, 0, end);
        return members[0].srtp.protectRtp(scratch, 0, header, scratch, header, 120, audio++);
    }

    private int senderReport() {
        final long ntp = NtpTime.fromEpochNs(nowNs);
        int length = SenderReport.write(scratch, 0, VIDEO_SSRC, ntp, frame * 3000, video, video * PAYLOAD, 0);
        length += SenderReport.write(scratch, length, AUDIO_SSRC, ntp, (int) audio * 960, audio, audio * 120, 0);
        return members[0].srtp.protectRtcp(scratch, 0, length);
    }

    /** With a NACK of two of the latest packets. */
    private int receiverReport(final Member member) {
        ReportBlock.write(
                scratch, ReceiverReport.blockOffset(0, 0), member.videoSsrc(), 0, 0, member.lastSequence, 0, 0, 0);
        int length = ReceiverReport.write(scratch, 0, 1, 1);
        lost[0] = member.lastSequence - 7 & 0xFFFF;
        lost[1] = member.lastSequence - 3 & 0xFFFF;
        length += Nack.write(scratch, length, 1, member.videoSsrc(), lost, NACKED);
        return member.srtp.protectRtcp(scratch, 0, length);
    }

    private int check(final Member member) {
        return new IceClient("peer", member.credentials, () -> member.id + nowNs, nowNs).onTime(nowNs, scratch, 0);
    }

    private boolean send(final int slot, final int length, final PathTable paths, final int path) {
        final int at = pool.offset(slot);
        if (length > 500 && RtpHeader.payloadType(pool.buffer(), at) == 96) {
            members[(int) (paths.remoteLow(path) - 100 - HOST)].lastSequence = RtpHeader.sequence(pool.buffer(), at);
        }
        pool.release(slot);
        return true;
    }

    private static SrtpKeys keys(final long id) {
        final SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
        final byte[] key = new byte[16];
        key[0] = (byte) id;
        return new SrtpKeys(profile, key, new byte[12], key, new byte[12]);
    }

    private void connect(final Member member) {
        core.onCommand(
                new RelayCommand.AddPeer(new PeerSpec(
                        member.id,
                        1,
                        new PeerSpec.Ice(member.credentials.ufrag(), member.credentials.password(), "peer"),
                        new Fingerprint("sha-256", "00"),
                        member.id == HOST ? uplink("0", opus(), AUDIO_SSRC, 0) : null,
                        member.id == HOST ? uplink("1", vp8(), VIDEO_SSRC, VIDEO_SSRC + 1) : null,
                        member.id == HOST ? List.of() : List.of(downlink(member)))),
                nowNs);
        final int slot = pool.acquire();
        final int length = check(member);
        pool.buffer().putBytes(pool.offset(slot), scratch, 0, length);
        core.onDatagram(slot, length, 0, 100 + member.id, 4000, 0, nowNs);
        core.onCommand(new RelayCommand.KeysReady(member.id, keys(member.id)), nowNs);
        core.drain(sink);
    }

    private static List<PeerSpec.Format> opus() {
        return List.of(new PeerSpec.Format(Codec.OPUS, 111, -1, ""));
    }

    private static List<PeerSpec.Format> vp8() {
        return List.of(new PeerSpec.Format(Codec.VP8, 96, 97, ""));
    }

    private static ExtensionIds extensions() {
        return new ExtensionIds(
                Map.of(RtpExtension.TRANSPORT_CC, TRANSPORT_CC_ID, RtpExtension.AUDIO_LEVEL, AUDIO_LEVEL_ID));
    }

    private static PeerSpec.Uplink uplink(
            final String mid, final List<PeerSpec.Format> formats, final int ssrc, final int rtxSsrc) {
        return new PeerSpec.Uplink(
                mid, formats, extensions(), List.of(ssrc), List.of(rtxSsrc), rtxSsrc != 0, true, false);
    }

    private static PeerSpec.Downlink downlink(final Member member) {
        final int ssrc = member.videoSsrc();
        return new PeerSpec.Downlink(
                0,
                new PeerSpec.Line("0", ssrc + 2, 0, "c", opus(), extensions(), false, false),
                new PeerSpec.Line("1", ssrc, ssrc + 1, "c", vp8(), extensions(), true, false));
    }

    private static final class NoDtls implements DtlsEndpoints {
        @Override
        public DtlsEndpoint open(final long peerId, final Fingerprint remote, final DtlsListener listener) {
            throw new AssertionError("no DTLS here");
        }
    }

    private static final class NoListener implements DtlsListener {
        @Override
        public void onDtlsDatagram(final long peerId, final byte[] datagram) {}

        @Override
        public void onDtlsKeys(final long peerId, final SrtpKeys keys) {}

        @Override
        public void onDtlsClosed(final long peerId, final String reason) {}
    }
}
