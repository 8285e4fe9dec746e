package lianmai.load;

import java.nio.charset.StandardCharsets;
import lianmai.door.Session;
import lianmai.relay.Codec;
import lianmai.rtp.ExtensionIds;
import lianmai.rtp.RtpExtension;
import lianmai.rtp.RtpExtensionValues;
import lianmai.rtp.RtpExtensionWriter;
import lianmai.rtp.RtpHeader;
import lianmai.srtp.SrtpTransform;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One SSRC that a publisher sends, with its RTX SSRC: from a source's frames to protected packets.
 *
 * <p>Mid and rid go with every packet until the server has reported on the stream, as libwebrtc does (RFC 8843 §15.2).
 *
 * <p>Thread: the load agent's (confined). Owns: its history. Units: ns, RTP ticks, bytes.
 */
final class UplinkStream {
    /** What of a packet is not payload: header, extensions, tag, the RTX number. */
    private static final int AUDIO_LEVEL = 30;

    private static final byte[] NO_RID = {};

    private final UplinkContext context;
    private final MediaSource source;
    private final Session.Line line;
    private final int streamId;
    private final int ssrc;
    private final int rtxSsrc;
    private final byte[] mid;
    private final byte[] rid;
    private final int firstTimestamp;
    private final SentHistory history;

    private long startNs;
    private long sequence;
    private long rtxSequence;
    private long counter;
    private long packets;
    private long octets;
    private int frame;
    private boolean isKeyFrameWanted;
    private boolean isKnown;

    /** Who a stream is: its number in the marks, and its names in RTP. */
    record Identity(int streamId, int ssrc, int rtxSsrc, String rid) {}

    UplinkStream(
            final UplinkContext context,
            final MediaSource source,
            final Session.Line line,
            final Identity identity,
            final SeededIds ids) {
        this.context = context;
        this.source = source;
        this.line = line;
        streamId = identity.streamId();
        ssrc = identity.ssrc();
        rtxSsrc = identity.rtxSsrc();
        mid = line.mid().getBytes(StandardCharsets.US_ASCII);
        rid = identity.rid() == null ? NO_RID : identity.rid().getBytes(StandardCharsets.US_ASCII);
        firstTimestamp = (int) ids.next();
        // Below 2^15, so that the receiver cannot guess the wrong roll-over counter (RFC 3711 §3.3.1).
        sequence = ids.next() & 0x7FFF;
        rtxSequence = ids.next() & 0x7FFF;
        history = rtxSsrc != 0 && line.rtxPayloadType() >= 0 ? new SentHistory() : null;
    }

    int ssrc() {
        return ssrc;
    }

    /** The stream's time 0. */
    void start(final long atNs) {
        startNs = atNs;
    }

    /** Moves time 0. */
    void shift(final long byNs) {
        startNs += byNs;
    }

    long nextDueNs() {
        final long due = source.nextFrameNs();
        return due == MediaSource.END ? Long.MAX_VALUE : startNs + due;
    }

    void wantKeyFrame() {
        isKeyFrameWanted = true;
    }

    /** The server has reported on this stream: it knows which it is. */
    void onReport() {
        isKnown = true;
    }

    /** Sends the frame that is due, all its packets at once. */
    void sendFrame(final long nowNs, final Outbox out, final SrtpTransform srtp) {
        final long dueNs = nextDueNs();
        final int count = source.nextFrame(isKeyFrameWanted);
        if (source.isKeyFrame()) {
            isKeyFrameWanted = false;
            context.tally().add(Count.SENT_KEY_FRAMES);
        }
        for (int i = 0; i < count; i++) {
            sendPacket(i, dueNs, nowNs, out, srtp);
        }
        frame++;
    }

    private void sendPacket(
            final int packet, final long dueNs, final long nowNs, final Outbox out, final SrtpTransform srtp) {
        final UnsafeBuffer b = out.buffer();
        final int at = out.slot();
        final int timestamp = firstTimestamp + (int) source.timestamp();
        final int number = (int) sequence & 0xFFFF;
        final boolean marker = source.marker(packet);
        RtpHeader.write(b, at, marker, line.payloadType(), number, timestamp, ssrc);
        final int header = extensions(b, at, RtpExtension.RID, nowNs);
        final int payload = at + header;
        final int length = source.packet(packet, b, payload);
        final int head = source.head(packet);
        if (head != MediaSource.REAL) {
            PayloadMark.write(b, payload, length, head, streamId, counter, dueNs, nowNs, frame);
        }
        if (history != null) {
            history.put(number, timestamp, marker, b, payload, length);
        }
        final int sealed = srtp.protectRtp(b, at, header, b, payload, length, sequence);
        if (sealed < 0) {
            throw new IllegalStateException("SRTP refuses our packet: " + sealed);
        }
        sequence++;
        counter++;
        packets++;
        octets += length;
        context.tally().add(Count.SENT_VIDEO_BYTES, line.codec() == Codec.OPUS ? 0 : length);
        context.send(sealed);
        context.onMedia(sealed, nowNs - dueNs);
    }

    /** Sends a packet again on the RTX SSRC (RFC 4588 §4), if it is remembered. */
    void resend(final int wanted, final long nowNs, final Outbox out, final SrtpTransform srtp) {
        final int i = history == null ? SentHistory.NONE : history.find(wanted);
        if (i == SentHistory.NONE) {
            return;
        }
        final UnsafeBuffer b = out.buffer();
        final int at = out.slot();
        RtpHeader.write(
                b,
                at,
                history.marker(i),
                line.rtxPayloadType(),
                (int) rtxSequence & 0xFFFF,
                history.timestamp(i),
                rtxSsrc);
        final int header = extensions(b, at, RtpExtension.REPAIRED_RID, nowNs);
        final int payload = at + header;
        b.putByte(payload, (byte) (wanted >>> 8));
        b.putByte(payload + 1, (byte) wanted);
        b.putBytes(payload + 2, history.payloads(), history.offset(i), history.length(i));
        final int sealed = srtp.protectRtp(b, at, header, b, payload, history.length(i) + 2, rtxSequence++);
        context.send(sealed);
        context.tally().add(Count.SENT_REPAIRS);
    }

    private int extensions(final UnsafeBuffer b, final int at, final RtpExtension ridKind, final long nowNs) {
        final ExtensionIds ids = line.extensions();
        int end = RtpExtensionWriter.begin(b, at);
        final int midId = ids.id(RtpExtension.MID);
        if (!isKnown && midId != 0 && mid.length > 0) {
            end = RtpExtensionWriter.put(b, at, end, midId, mid);
        }
        final int ridId = ids.id(ridKind);
        if (!isKnown && ridId != 0 && rid.length > 0) {
            end = RtpExtensionWriter.put(b, at, end, ridId, rid);
        }
        final int levelId = ids.id(RtpExtension.AUDIO_LEVEL);
        if (levelId != 0) {
            end = RtpExtensionWriter.putAudioLevel(b, at, end, levelId, AUDIO_LEVEL, true);
        }
        final int timeId = ids.id(RtpExtension.ABS_SEND_TIME);
        if (timeId != 0) {
            end = RtpExtensionWriter.putAbsSendTime(b, at, end, timeId, RtpExtensionValues.absSendTime(nowNs));
        }
        final int transportId = ids.id(RtpExtension.TRANSPORT_CC);
        if (transportId != 0) {
            end = RtpExtensionWriter.putTransportSequence(b, at, end, transportId, context.nextTransportSequence());
        }
        return RtpExtensionWriter.end(b, at, end);
    }

    /** Whether there is anything to report on. */
    boolean hasSent() {
        return packets > 0;
    }

    long packets() {
        return packets;
    }

    long octets() {
        return octets;
    }

    /** The RTP timestamp of this moment. */
    int timestampAt(final long nowNs) {
        final long elapsedNs = nowNs - startNs;
        final int rate = line.codec().clockRate();
        return firstTimestamp
                + (int) (elapsedNs / 1_000_000_000L * rate + elapsedNs % 1_000_000_000L * rate / 1_000_000_000L);
    }
}
