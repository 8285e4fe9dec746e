package lianmai.sim;

import static java.nio.ByteOrder.BIG_ENDIAN;

import lianmai.relay.Codec;
import lianmai.rtp.NtpTime;
import lianmai.rtp.RtpClock;
import lianmai.rtp.SenderReport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One RTP stream that a simulated peer sends: Opus at 50 packets a second, or video at 30 frames a second with key
 * frames on request, and the retransmissions that the relay asks for.
 *
 * <p>Thread: one. Units: ns of virtual time.
 */
public final class SimSource {
    private static final long AUDIO_INTERVAL_NS = 20_000_000L;
    private static final long VIDEO_INTERVAL_NS = 33_333_333L;
    private static final long AUDIO_DELAY_NS = 5_000_000L;
    private static final int REMEMBERED = 1024;

    private final SimPeer peer;
    private final SimPeerSpec spec;
    private final boolean isAudio;
    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[1500]);
    private final byte[][] payloads = new byte[REMEMBERED][];
    private final long[] numbers = new long[REMEMBERED];
    private final int[] timestamps = new int[REMEMBERED];
    private final boolean[] markers = new boolean[REMEMBERED];

    private Codec codec;
    private int ssrc;
    private int rtxSsrc;
    private long sequence;
    private long rtxSequence;
    private int frame;
    private int tl0;
    private boolean keyWanted = true;
    private boolean paused;
    private boolean losesKeyFrameStart;
    private long keyFramesBeforeLoss;
    private long nextFrameNs;
    private long lastKeyNs;
    private long packets;
    private long octets;
    private long keyFrames;
    private long keyFrameRequests;

    SimSource(final SimPeer peer, final SimPeerSpec spec, final boolean isAudio, final long nowNs) {
        this.peer = peer;
        this.spec = spec;
        this.isAudio = isAudio;
        codec = isAudio ? Codec.OPUS : spec.video;
        ssrc = isAudio ? spec.audioSsrc() : spec.videoSsrc();
        rtxSsrc = spec.rtxSsrc();
        sequence = spec.firstSequence;
        rtxSequence = spec.firstSequence;
        nextFrameNs = nowNs;
    }

    /** Sends what is due. */
    void onTime(final long nowNs) {
        while (nextFrameNs <= nowNs) {
            if (!paused) {
                sendFrame(nowNs);
            }
            nextFrameNs += isAudio ? AUDIO_INTERVAL_NS : VIDEO_INTERVAL_NS;
        }
    }

    long nextDeadlineNs() {
        return nextFrameNs;
    }

    private void sendFrame(final long nowNs) {
        final long captureNs = nowNs - (isAudio ? AUDIO_DELAY_NS : spec.videoDelayNs);
        final boolean key = !isAudio && (keyWanted && !spec.ignoresPli || isKeyDue(nowNs));
        if (key) {
            keyWanted = false;
            lastKeyNs = nowNs;
            keyFrames++;
        }
        final int count = isAudio ? 1 : key ? 3 * spec.packetsPerFrame : spec.packetsPerFrame;
        final int timestamp = timestamp(captureNs);
        for (int i = 0; i < count; i++) {
            final SimFrame mark = new SimFrame((int) spec.id, frame, i, count, key, captureNs);
            // libwebrtc makes the last packets of a frame one byte longer.
            final int filler = isAudio ? 60 : 150 + (i == count - 1 ? 1 : 0);
            final int length =
                    mark.write(codec, payload, 0, spec.pictureBits, frame & (1 << spec.pictureBits) - 1, tl0, filler);
            send(length, timestamp, !isAudio && i == count - 1);
        }
        frame++;
        tl0 = tl0 + 1 & 0xFF;
    }

    private boolean isKeyDue(final long nowNs) {
        return frame == 0 || nowNs - lastKeyNs >= spec.keyFrameIntervalNs;
    }

    private void send(final int length, final int timestamp, final boolean marker) {
        final int at = (int) sequence & REMEMBERED - 1;
        payloads[at] = new byte[length];
        payload.getBytes(0, payloads[at]);
        numbers[at] = sequence & 0xFFFF;
        timestamps[at] = timestamp;
        markers[at] = marker;
        packets++;
        octets += length;
        if (losesKeyFrameStart && keyFrames > keyFramesBeforeLoss) {
            losesKeyFrameStart = false;
            sequence++;
            return;
        }
        peer.sendRtp(isAudio, marker, payloadType(), sequence++, timestamp, ssrc, payload, length);
    }

    /** The first packet of the next key frame is lost on its way; a NACK brings it. */
    public void loseKeyFrameStart() {
        losesKeyFrameStart = true;
        keyFramesBeforeLoss = keyFrames;
    }

    /** Answers a NACK on the retransmission stream (RFC 4588). */
    public void resend(final int lost) {
        final int at = lost & REMEMBERED - 1;
        if (!spec.answersNacks || payloads[at] == null || numbers[at] != lost) {
            return;
        }
        payload.putShort(0, (short) lost, BIG_ENDIAN);
        payload.putBytes(2, payloads[at]);
        final int length = payloads[at].length + 2;
        peer.sendRtp(false, markers[at], payloadType() + 1, rtxSequence++, timestamps[at], rtxSsrc, payload, length);
    }

    private int payloadType() {
        return isAudio ? spec.audioPayloadType : spec.uplinkPayloadType(codec);
    }

    /** The relay, or a test, asks for a key frame. */
    public void onKeyFrameRequest() {
        keyFrameRequests++;
        keyWanted = true;
    }

    /** Goes on with another SSRC and numbering, as a restarted encoder does. */
    public void restart(final int newSsrc, final int newSequence) {
        ssrc = newSsrc;
        rtxSsrc = newSsrc + 1;
        sequence = newSequence;
        rtxSequence = newSequence;
        keyWanted = true;
    }

    /** Leaves many numbers out; fewer than 2^15, or SRTP would lose count. */
    public void jump(final int numbers) {
        sequence += numbers;
        keyWanted = true;
    }

    /** Goes on with another of the codecs negotiated. */
    public void codec(final Codec newCodec) {
        codec = newCodec;
        keyWanted = true;
    }

    /** Leaves one sequence number out, as when that packet is held up on its way. */
    public void skip() {
        sequence++;
    }

    /** Sends nothing for a while. */
    public void pause(final boolean pauses) {
        paused = pauses;
    }

    int writeSenderReport(final UnsafeBuffer buffer, final int offset, final long nowNs) {
        final long ntp = NtpTime.fromEpochNs(nowNs + spec.clockOffsetNs);
        return SenderReport.write(buffer, offset, ssrc, ntp, timestamp(nowNs), packets, octets, 0);
    }

    private int timestamp(final long atNs) {
        return (int) RtpClock.nsToTicks(atNs, codec.clockRate()) + (int) (spec.id * 0x1234_5678L);
    }

    public int ssrc() {
        return ssrc;
    }

    public int rtxSsrc() {
        return rtxSsrc;
    }

    /** The next packet's extended number. */
    public long sequence() {
        return sequence;
    }

    /** How many media packets were sent, retransmissions not counted. */
    public long packets() {
        return packets;
    }

    public long keyFrames() {
        return keyFrames;
    }

    /** PLIs that have arrived. */
    public long keyFrameRequests() {
        return keyFrameRequests;
    }
}
