package lianmai.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import lianmai.door.Session;
import lianmai.jitter.LossTracker;
import lianmai.relay.Codec;
import lianmai.rtp.H264Payload;
import lianmai.rtp.Nack;
import lianmai.rtp.PliFir;
import lianmai.rtp.ReceiverReport;
import lianmai.rtp.RtcpHeader;
import lianmai.rtp.RtpHeader;
import lianmai.rtp.Sdes;
import lianmai.rtp.SenderReport;
import lianmai.rtp.Vp8Descriptor;
import lianmai.srtp.SrtpStatus;
import lianmai.srtp.SrtpTransform;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A viewer's half of a client. Every packet is counted by its clear header. Packets are decrypted until the first key
 * frame, and on a sampled viewer all of them, to be verified and timed. Reports once a second; a sampled viewer asks
 * for what is missing; all ask for a key frame until there is one.
 *
 * <p>Thread: the load agent's (confined). Owns: copies of what came before the keys. Units: ns, bytes.
 */
final class Downlink {
    private static final long REPORT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long FIRST_PLI_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long PLI_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long SETTLE_NS = TimeUnit.SECONDS.toNanos(1);
    /** Older than anything that could still be waiting in the socket. */
    private static final long STALL_NS = TimeUnit.SECONDS.toNanos(1);

    private static final int MAX_EARLY = 256;
    private static final int MAX_NACKS = 64;
    private static final byte[] CNAME = "load".getBytes(StandardCharsets.US_ASCII);

    private static final byte UNKNOWN = 0;
    private static final byte MEDIA = 1;
    private static final byte REPAIR = 2;

    /** What a viewer needs of its client. */
    interface Context {
        Tally tally();

        RoomTraffic room();

        /** Takes the datagram that stands in the outbox. */
        void send(int length);

        /** When the client began to join. */
        long joinNs();

        /** One of its lines shows another publisher. */
        void onTakeover(int publisher, boolean isAudio, long arrivalNs);

        /** A picture is there again after frames were missing. */
        void onResumed(long arrivalNs);

        /** The path's round trip as ICE's checks tell it. */
        long roundTripNs();
    }

    /** A datagram that came before the keys. */
    private record Early(byte[] bytes, long arrivalNs) {}

    private final Context context;
    private final Tally tally;
    private final boolean isSampled;
    private final StreamVerifier verifier;
    private final byte[] kinds = new byte[128];
    private final Codec[] codecs = new Codec[128];
    private final int[] repairOf = new int[128];
    private final List<DownlinkStream> streams = new ArrayList<>();
    private final Queue<Early> early = new ArrayDeque<>();
    private final int[] nacks;
    private final int ownSsrc;
    private final boolean wantsVideo;

    private SrtpTransform srtp;
    private long connectedNs;
    private long nextReportNs = Long.MAX_VALUE;
    private long nextPliNs = Long.MAX_VALUE;
    private long nextNackNs = Long.MAX_VALUE;
    private long settleNs = Long.MAX_VALUE;
    private boolean hasPacket;
    private boolean hasKeyFrame;
    private boolean hasSettled;
    private int keyFrameTimestamp;
    private long sentWhenCounted;

    Downlink(final Context context, final Session session, final boolean isSampled, final SeededIds ids) {
        this.context = context;
        this.isSampled = isSampled;
        tally = context.tally();
        ownSsrc = ids.ssrc();
        nacks = new int[isSampled ? MAX_NACKS : 0];
        final RoomTraffic room = context.room();
        verifier = isSampled ? new StreamVerifier(tally, room.plan().isMarked(), room.isCountable()) : null;
        boolean video = false;
        for (final Session.Line line : session.lines()) {
            if (line.sends() || line.payloadType() < 0) {
                continue;
            }
            kinds[line.payloadType()] = MEDIA;
            codecs[line.payloadType()] = line.codec();
            video |= line.codec() != Codec.OPUS;
            if (line.rtxPayloadType() >= 0) {
                kinds[line.rtxPayloadType()] = REPAIR;
                repairOf[line.rtxPayloadType()] = line.payloadType();
            }
        }
        wantsVideo = video && room.plan().publishers().stream().anyMatch(publisher -> publisher.video() != null);
    }

    boolean hasPacket() {
        return hasPacket;
    }

    boolean isSampled() {
        return isSampled;
    }

    void onKeys(final SrtpTransform keys, final long nowNs, final long phaseNs) {
        srtp = keys;
        connectedNs = nowNs;
        nextReportNs = nowNs + phaseNs % REPORT_NS;
        nextPliNs = wantsVideo ? nowNs + FIRST_PLI_NS : Long.MAX_VALUE;
        while (!early.isEmpty()) {
            final Early packet = early.poll();
            final UnsafeBuffer b = new UnsafeBuffer(packet.bytes());
            lookInside(b, 0, packet.bytes().length, packet.arrivalNs());
        }
    }

    /** Takes a protected RTP packet; decrypts in place. */
    void onRtp(final UnsafeBuffer b, final int offset, final int length, final long arrivalNs) {
        if (length < RtpHeader.MIN_LENGTH) {
            return;
        }
        final int type = RtpHeader.payloadType(b, offset);
        if (kinds[type] == UNKNOWN) {
            tally.add(Count.STRAY);
            return;
        }
        if (kinds[type] == REPAIR) {
            tally.add(Count.RECEIVED_REPAIRS);
        } else {
            count(b, offset, length, type, arrivalNs);
        }
        if (isSampled || !hasKeyFrame && wantsVideo && codecs[type] != Codec.OPUS) {
            if (srtp == null) {
                keepForLater(b, offset, length, arrivalNs);
            } else {
                lookInside(b, offset, length, arrivalNs);
            }
        }
    }

    private void count(final UnsafeBuffer b, final int offset, final int length, final int type, final long arrivalNs) {
        final DownlinkStream stream = stream(RtpHeader.ssrc(b, offset), type);
        final long result = stream.ledger().onSequence(RtpHeader.sequence(b, offset));
        tally.add(Count.RECEIVED_PACKETS);
        tally.add(Count.RECEIVED_BYTES, length);
        tally.add(Count.DUE, SequenceLedger.due(result));
        switch (SequenceLedger.kind(result)) {
            case SequenceLedger.NEW -> onArrived();
            case SequenceLedger.RESTART -> {
                tally.add(Count.RESTARTS);
                onArrived();
            }
            case SequenceLedger.LATE -> {
                tally.add(Count.REORDERED);
                onArrived();
            }
            default -> tally.add(Count.DUPLICATES);
        }
        if (!hasPacket) {
            hasPacket = true;
            settleNs = arrivalNs + SETTLE_NS;
            tally.firstPacket.record(arrivalNs - context.joinNs());
        }
    }

    private void onArrived() {
        tally.add(Count.ARRIVED);
        if (hasSettled) {
            tally.add(Count.ARRIVED_SETTLED);
        }
    }

    private DownlinkStream stream(final int ssrc, final int type) {
        DownlinkStream found = find(ssrc);
        if (found == null) {
            found = new DownlinkStream(ssrc, codecs[type], isSampled, tally);
            streams.add(found);
        }
        return found;
    }

    private DownlinkStream find(final int ssrc) {
        for (int i = 0; i < streams.size(); i++) {
            if (streams.get(i).ssrc() == ssrc) {
                return streams.get(i);
            }
        }
        return null;
    }

    /** The handshake ends on another thread, and the server's first packets follow its last record at once. */
    private void keepForLater(final UnsafeBuffer b, final int offset, final int length, final long arrivalNs) {
        if (early.size() < MAX_EARLY) {
            final byte[] bytes = new byte[length];
            b.getBytes(offset, bytes);
            early.add(new Early(bytes, arrivalNs));
        }
    }

    private void lookInside(final UnsafeBuffer b, final int offset, final int length, final long arrivalNs) {
        final int plain = srtp.unprotectRtp(b, offset, length);
        if (plain < 0) {
            if (plain != SrtpStatus.REPLAYED && plain != SrtpStatus.TOO_OLD) {
                tally.add(Count.UNDECRYPTABLE);
            }
            return;
        }
        final int header = RtpHeader.length(b, offset, plain);
        final int padding = header < 0 ? 0 : RtpHeader.paddingLength(b, offset, plain);
        final int payload = offset + header;
        final int payloadLength = plain - header - padding;
        if (header < 0 || payloadLength <= 0) {
            return;
        }
        final int type = RtpHeader.payloadType(b, offset);
        if (kinds[type] == REPAIR) {
            if (isSampled && payloadLength > 2) {
                onRepair(b, offset, payload, payloadLength, arrivalNs);
            }
            return;
        }
        final DownlinkStream stream = stream(RtpHeader.ssrc(b, offset), type);
        lookForKeyFrame(b, payload, payloadLength, stream.codec(), RtpHeader.timestamp(b, offset), arrivalNs);
        if (isSampled) {
            verify(b, offset, payload, payloadLength, stream, arrivalNs);
        }
    }

    private void verify(
            final UnsafeBuffer b,
            final int offset,
            final int payload,
            final int payloadLength,
            final DownlinkStream stream,
            final long arrivalNs) {
        final long result = stream.losses().onPacket(RtpHeader.sequence(b, offset), arrivalNs);
        stream.jitter().onPacket(RtpHeader.timestamp(b, offset), arrivalNs);
        nextNackNs = Math.min(nextNackNs, stream.losses().nextDeadlineNs());
        final LossTracker.Status status = LossTracker.status(result);
        if (status == LossTracker.Status.DUPLICATE || status == LossTracker.Status.TOO_OLD) {
            return;
        }
        final int mark = verifier.onPayload(b, payload, payloadLength, stream.order(), LossTracker.extended(result));
        if (mark >= 0) {
            final int publisher = PayloadMark.stream(b, mark) >> 4;
            if (stream.isTakenOverBy(publisher)) {
                context.onTakeover(publisher, stream.isAudio(), arrivalNs);
            }
        }
        time(b, mark, stream.isAudio(), arrivalNs);
        use(b, offset, payload, payloadLength, mark, stream, arrivalNs);
        if (stream.listener() != null) {
            hear(b, offset, mark, stream.listener(), arrivalNs);
        }
    }

    private static void hear(
            final UnsafeBuffer b, final int offset, final int mark, final Listener listener, final long arrivalNs) {
        final int sequence = RtpHeader.sequence(b, offset);
        final int timestamp = RtpHeader.timestamp(b, offset);
        if (mark < 0) {
            listener.onPacket(sequence, timestamp, arrivalNs);
        } else {
            listener.onPacket(sequence, timestamp, PayloadMark.dueNs(b, mark), arrivalNs);
        }
    }

    private void onRepair(
            final UnsafeBuffer b, final int offset, final int payload, final int length, final long arrivalNs) {
        final Codec codec = codecs[repairOf[RtpHeader.payloadType(b, offset)]];
        final int original = (b.getByte(payload) & 0xFF) << 8 | b.getByte(payload + 1) & 0xFF;
        // Which stream an RTX SSRC repairs is what its first answer shows: the one that misses this packet.
        for (int i = 0; i < streams.size(); i++) {
            final DownlinkStream stream = streams.get(i);
            if (stream.codec() != codec || stream.losses().missing() == 0) {
                continue;
            }
            final long result = stream.losses().onRetransmission(original);
            if (LossTracker.status(result) == LossTracker.Status.RECOVERED) {
                tally.add(Count.REPAIRED);
                lookForKeyFrame(b, payload + 2, length - 2, codec, RtpHeader.timestamp(b, offset), arrivalNs);
                final int mark = verifier.onPayload(b, payload + 2, length - 2, null, 0);
                time(b, mark, stream.isAudio(), arrivalNs);
                use(b, offset, payload + 2, length - 2, mark, stream, arrivalNs);
                return;
            }
        }
    }

    /** Counts what a decoder could do with the packet. */
    private void use(
            final UnsafeBuffer b,
            final int offset,
            final int payload,
            final int length,
            final int mark,
            final DownlinkStream stream,
            final long arrivalNs) {
        final FrameLedger frames = stream.frames();
        if (frames == null || mark < 0) {
            return;
        }
        final long usable = frames.onPacket(
                PayloadMark.stream(b, mark),
                PayloadMark.frame(b, mark),
                PayloadMark.counter(b, mark),
                Vp8Descriptor.isFrameStart(b, payload),
                RtpHeader.marker(b, offset),
                Vp8Descriptor.isKeyFrameStart(b, payload, length),
                length);
        tally.add(Count.USABLE_BYTES, usable);
        if (frames.hasResumed()) {
            context.onResumed(arrivalNs);
        }
    }

    /** A cached start of the picture is older than our interest in it and says nothing about the way. */
    private void time(final UnsafeBuffer b, final int mark, final boolean isAudio, final long arrivalNs) {
        if (mark < 0 || PayloadMark.dueNs(b, mark) < connectedNs) {
            return;
        }
        final long fromDue = arrivalNs - PayloadMark.dueNs(b, mark);
        final long fromSent = arrivalNs - PayloadMark.sentNs(b, mark);
        (isAudio ? tally.audioDue : tally.videoDue).record(fromDue);
        (isAudio ? tally.audioSent : tally.videoSent).record(fromSent);
    }

    private void lookForKeyFrame(
            final UnsafeBuffer b,
            final int payload,
            final int length,
            final Codec codec,
            final int timestamp,
            final long arrivalNs) {
        final boolean isKey =
                switch (codec) {
                    case VP8 -> Vp8Descriptor.isKeyFrameStart(b, payload, length);
                    case H264 -> H264Payload.isKeyFrameStart(b, payload, length);
                    // Nothing here makes these; their first packet stands for a key frame.
                    case VP9, AV1 -> !hasKeyFrame;
                    case OPUS -> false;
                };
        if (!isKey || hasKeyFrame && timestamp == keyFrameTimestamp) {
            return;
        }
        keyFrameTimestamp = timestamp;
        nextPliNs = Long.MAX_VALUE;
        if (isSampled) {
            tally.add(Count.KEY_FRAMES);
        }
        if (!hasKeyFrame) {
            hasKeyFrame = true;
            tally.firstKeyFrame.record(arrivalNs - context.joinNs());
        }
    }

    /** Takes a decrypted compound. */
    void onRtcp(final UnsafeBuffer b, final int offset, final int length, final long arrivalNs) {
        for (int at = offset; at != RtcpHeader.NONE; at = RtcpHeader.next(b, at, offset + length)) {
            if (SenderReport.isValid(b, at)) {
                final DownlinkStream stream = find(SenderReport.senderSsrc(b, at));
                if (stream != null) {
                    stream.onSenderReport(SenderReport.ntpTime(b, at), arrivalNs);
                }
            }
        }
    }

    long nextDeadlineNs() {
        return Math.min(Math.min(nextReportNs, nextPliNs), Math.min(nextNackNs, settleNs));
    }

    void onTime(final long nowNs, final Outbox out) {
        if (settleNs <= nowNs) {
            settleNs = Long.MAX_VALUE;
            hasSettled = context.room().isCountable();
            sentWhenCounted = context.room().sent();
        }
        if (nextNackNs <= nowNs) {
            askAgain(nowNs, out);
        }
        if (nextPliNs <= nowNs) {
            nextPliNs = nowNs + PLI_NS;
            askForKeyFrame(out);
        }
        if (nextReportNs <= nowNs) {
            nextReportNs = nowNs + REPORT_NS;
            report(nowNs, out);
        }
    }

    private void askAgain(final long nowNs, final Outbox out) {
        nextNackNs = Long.MAX_VALUE;
        for (int i = 0; i < streams.size(); i++) {
            final DownlinkStream stream = streams.get(i);
            final int count =
                    isRepairable(stream) ? stream.losses().collectNacks(nowNs, context.roundTripNs(), nacks) : 0;
            if (count > 0) {
                tally.add(Count.NACKED, count);
                final int at = out.slot();
                final int length = Nack.write(out.buffer(), at, ownSsrc, stream.ssrc(), nacks, count);
                context.send(srtp.protectRtcp(out.buffer(), at, length));
            }
            if (isRepairable(stream)) {
                nextNackNs = Math.min(nextNackNs, stream.losses().nextDeadlineNs());
                if (stream.losses().takeKeyFrameWanted() && !stream.isAudio()) {
                    nextPliNs = nowNs;
                }
            }
        }
    }

    private boolean isRepairable(final DownlinkStream stream) {
        for (int type = 0; type < kinds.length; type++) {
            if (kinds[type] == REPAIR && codecs[repairOf[type]] == stream.codec()) {
                return true;
            }
        }
        return false;
    }

    private void askForKeyFrame(final Outbox out) {
        for (int i = 0; i < streams.size(); i++) {
            if (!streams.get(i).isAudio()) {
                tally.add(Count.PLIS);
                final int at = out.slot();
                final int length = PliFir.writePli(
                        out.buffer(), at, ownSsrc, streams.get(i).ssrc());
                context.send(srtp.protectRtcp(out.buffer(), at, length));
            }
        }
    }

    private void report(final long nowNs, final Outbox out) {
        final UnsafeBuffer b = out.buffer();
        final int at = out.slot();
        final int blocks = Math.min(31, streams.size());
        int length = ReceiverReport.write(b, at, ownSsrc, blocks);
        for (int i = 0; i < blocks; i++) {
            streams.get(i).writeReport(b, ReceiverReport.blockOffset(at, i), nowNs);
        }
        length += Sdes.write(b, at + length, ownSsrc, CNAME);
        context.send(srtp.protectRtcp(b, at, length));
    }

    /** Adds what was heard to the sums; what has not come for long is missed though no packet shows it. */
    void addHeard(final Heard sums, final long nowNs) {
        for (int i = 0; i < streams.size(); i++) {
            final Listener listener = streams.get(i).listener();
            if (listener != null) {
                if (!context.room().isSilent() && nowNs != Long.MIN_VALUE) {
                    listener.playUntil(nowNs - STALL_NS);
                }
                sums.add(listener);
            }
        }
    }

    /** Books what publishers have sent since the last time as due to this viewer. */
    void bookDue() {
        if (hasSettled) {
            final long sent = context.room().sent();
            tally.add(Count.DUE_BY_PUBLISHERS, sent - sentWhenCounted);
            sentWhenCounted = sent;
        }
    }
}
