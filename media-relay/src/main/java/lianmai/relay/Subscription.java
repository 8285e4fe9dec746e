package lianmai.relay;

import java.util.concurrent.TimeUnit;
import lianmai.jitter.PacketHistory;
import lianmai.jitter.PacketPool;
import lianmai.rtp.ExtensionIds;
import lianmai.rtp.NtpTime;
import lianmai.rtp.RtpExtension;
import lianmai.rtp.RtpExtensionWriter;
import lianmai.rtp.RtpExtensions;
import lianmai.rtp.RtpHeader;
import lianmai.rtp.SenderReport;
import lianmai.rtp.SequenceNumbers;
import org.agrona.MutableDirectBuffer;

/**
 * One m-line towards one viewer: takes the packets of whatever publication it is switched to and sends them on as a
 * single stream of its own SSRC.
 *
 * <pre>{@code
 *            switchTo(publication)               key frame, or cached one
 *   IDLE ───────────┬───────────▶ AWAITING_KEY_FRAME ───┬──────▶ CATCHING_UP ──▶ LIVE
 *    ▲              │ codec not offered    ▲            └─────────────────────────▲│
 *    │              ▼                      └── restart (gate, new SSRC, lost) ─────┘│
 *    └───────── UNSUPPORTED     audio: AWAITING_KEY_FRAME is left by any packet     │
 *    ▲──────────────────────────── switchTo(null) ──────────────────────────────────┘
 * }</pre>
 *
 * <p>SHED, not drawn: while the relay has too much to send, a video line of any state but the first two goes there at
 * the end of a frame, and from there to AWAITING_KEY_FRAME ({@link LoadShedder}).
 *
 * <p>CATCHING_UP sends the newest key frame and its followers from the history, a few packets a turn, for a viewer who
 * came just after it or whose publisher ignores requests; live packets reach the viewer by way of the same cursor.
 *
 * <p>Thread: relay (confined). Units: ns, RTP ticks, extended sequence numbers as named.
 */
final class Subscription {
    /** A key frame younger than this is sent from the history instead of asking for another one. */
    private static final long FRESH_KEY_FRAME_NS = TimeUnit.MILLISECONDS.toNanos(700);
    /** After this long without an answer to a request an older cached key frame must do. */
    private static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    /** Packets of a cached start sent each time … */
    private static final int CATCH_UP_PACKETS = 48;
    /** … and the time between: 9,600 packets a second, far above any live rate, below what overruns a receiver. */
    private static final long CATCH_UP_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** The rank of one that the {@link LoadShedder} does not know. */
    static final int UNRANKED = -1;

    private enum State {
        IDLE,
        UNSUPPORTED,
        AWAITING_KEY_FRAME,
        CATCHING_UP,
        LIVE,
        SHED
    }

    private final Shard shard;
    private final Peer viewer;
    private final PeerSpec.Line line;
    private final int clockRate;
    /** The line's, and below the format's: what each packet needs stands here, in memory that is read already. */
    private final int ssrc;

    private final RtpRewriter rewriter;
    private final PictureIdRewriter pictureIds = new PictureIdRewriter();
    private final Retransmitter retransmitter;
    private final int clockBase;
    /** Pairs of 8 bits each, from the lowest: an incoming id, and the outgoing one. */
    private long extensionIds;

    private State state = State.IDLE;
    private Publication source;
    private PeerSpec.Format format;
    private int payloadType;
    private long awaitingSinceNs;
    private long cursor;
    private long nextCatchUpNs = Long.MAX_VALUE;
    private long packetsSent;
    private long octetsSent;
    private int rank = UNRANKED;
    private boolean isToBeShed;
    private int frameTimestamp;
    /** The highest of the source that was sent since it began. */
    private long lastSequence = -1;

    Subscription(final Shard shard, final Peer viewer, final PeerSpec.Line line) {
        this.shard = shard;
        this.viewer = viewer;
        this.line = line;
        clockRate = line.formats().getFirst().codec().clockRate();
        ssrc = line.ssrc();
        rewriter = new RtpRewriter(firstSequence(shard));
        retransmitter = new Retransmitter(firstSequence(shard));
        clockBase = (int) shard.random().getAsLong();
    }

    private static int firstSequence(final Shard shard) {
        return 1 + (int) (shard.random().getAsLong() & 0x3FFF);
    }

    /** Shows another publication from its next key frame on, or nothing (null). A fault ends the viewer alone. */
    void switchTo(final Publication publication, final long nowNs) {
        try {
            show(publication, nowNs);
        } catch (final RuntimeException e) {
            shard.faults().add(viewer, e);
        }
    }

    private void show(final Publication publication, final long nowNs) {
        if (publication == source) {
            return;
        }
        if (source != null) {
            source.remove(this);
        }
        rank(publication, nowNs);
        source = publication;
        rewriter.endRun();
        nextCatchUpNs = Long.MAX_VALUE;
        if (publication == null) {
            state = State.IDLE;
            return;
        }
        publication.add(this);
        mapExtensions(publication.uplink().extensions());
        restart(nowNs);
    }

    /** One that shows nothing costs nothing. */
    private void rank(final Publication next, final long nowNs) {
        if (isAudio()) {
            return;
        }
        if (next != null && rank == UNRANKED) {
            shard.shedder().add(this, nowNs);
        } else if (next == null && rank != UNRANKED) {
            shard.shedder().remove(this, nowNs);
        }
    }

    /** Its place among those that are shed when there is too much to send. */
    int rank() {
        return rank;
    }

    void rank(final int newRank) {
        rank = newRank;
    }

    /** From the next frame on nothing is sent, or from the next key frame on it is again. */
    void shed(final boolean isShed, final long nowNs) {
        isToBeShed = isShed;
        if (!isShed && state == State.SHED) {
            begin(nowNs);
        }
    }

    /** The source's stream begins anew, or this viewer has just become ready. A fault ends the viewer alone. */
    void restart(final long nowNs) {
        lastSequence = -1;
        begin(nowNs);
    }

    private void begin(final long nowNs) {
        try {
            awaitStart(nowNs);
        } catch (final RuntimeException e) {
            shard.faults().add(viewer, e);
        }
    }

    private void awaitStart(final long nowNs) {
        if (source == null) {
            return;
        }
        rewriter.endRun();
        nextCatchUpNs = Long.MAX_VALUE;
        format = formatFor(source.format());
        payloadType = format == null ? 0 : format.payloadType();
        state = format == null ? State.UNSUPPORTED : State.AWAITING_KEY_FRAME;
        awaitingSinceNs = nowNs;
        if (isToBeShed && format != null) {
            state = State.SHED;
            return;
        }
        if (format == null || isAudio() || !viewer.isReady() || !source.isOpen()) {
            return;
        }
        // One that the viewer has had already, before it was shed, would set the picture back.
        if (source.cachedKeyFrame() > lastSequence && nowNs - source.keyFrameNs() <= FRESH_KEY_FRAME_NS) {
            startFromCache(nowNs);
        } else {
            source.wantKeyFrame(nowNs);
            viewer.wakeAt(nowNs + PATIENCE_NS);
        }
    }

    /**
     * One packet of the source; its slot stays the caller's. Offsets are absolute in the slab. A fault ends the viewer
     * alone.
     *
     * @param padding bytes of it behind the payload that are to be sent too
     */
    void onPacket(
            final int slot,
            final int offset,
            final int headerLength,
            final int payloadLength,
            final int padding,
            final long sequence,
            final boolean startsKeyFrame,
            final long nowNs) {
        try {
            take(slot, offset, headerLength, payloadLength, padding, sequence, startsKeyFrame, nowNs);
        } catch (final RuntimeException e) {
            shard.faults().add(viewer, e);
        }
    }

    private void take(
            final int slot,
            final int offset,
            final int headerLength,
            final int payloadLength,
            final int padding,
            final long sequence,
            final boolean startsKeyFrame,
            final long nowNs) {
        if (isToBeShed) {
            shedAtFrame(RtpHeader.timestamp(shard.pool().buffer(), offset));
        }
        switch (state) {
            case IDLE -> {}
            case SHED -> shard.counters().drop(DropReason.SHED);
            case UNSUPPORTED -> shard.counters().drop(DropReason.CODEC_UNSUPPORTED);
            case AWAITING_KEY_FRAME -> {
                if (!viewer.isReady()) {
                    shard.counters().drop(DropReason.VIEWER_NOT_READY);
                } else if (!isAudio() && !startsKeyFrame) {
                    shard.counters().drop(DropReason.AWAITING_KEY_FRAME);
                } else if (!isAudio() && sequence < source.head()) {
                    // The key frame's start came late: what follows it is in the history already, unless slots are
                    // short.
                    if (source.cachedKeyFrame() >= 0) {
                        startFromCache(nowNs);
                    }
                } else {
                    startRun(offset, headerLength, payloadLength, sequence);
                    state = State.LIVE;
                    send(slot, offset, headerLength, payloadLength, padding, sequence, true);
                }
            }
            case CATCHING_UP -> {
                if (sequence < cursor) {
                    // Recovered behind the cursor, which found it missing.
                    send(slot, offset, headerLength, payloadLength, padding, sequence, false);
                }
            }
            case LIVE -> send(slot, offset, headerLength, payloadLength, padding, sequence, false);
        }
    }

    /** A decoder can use what it has of a whole frame, and nothing of half a one. */
    private void shedAtFrame(final int timestamp) {
        final boolean isWaiting = state == State.AWAITING_KEY_FRAME;
        if (isWaiting || isSending() && timestamp != frameTimestamp) {
            rewriter.endRun();
            nextCatchUpNs = Long.MAX_VALUE;
            state = State.SHED;
        }
    }

    /** Does what has become due. */
    void onTime(final long nowNs) {
        if (state == State.CATCHING_UP && nowNs >= nextCatchUpNs) {
            catchUp(nowNs);
        } else if (state == State.AWAITING_KEY_FRAME
                && !isAudio()
                && viewer.isReady()
                && nowNs - awaitingSinceNs >= PATIENCE_NS
                && source.cachedKeyFrame() >= 0) {
            startFromCache(nowNs);
        }
    }

    long nextDeadlineNs() {
        return switch (state) {
            case CATCHING_UP -> nextCatchUpNs;
            case AWAITING_KEY_FRAME ->
                !isAudio() && viewer.isReady() && source.cachedKeyFrame() >= 0
                        ? awaitingSinceNs + PATIENCE_NS
                        : Long.MAX_VALUE;
            default -> Long.MAX_VALUE;
        };
    }

    private void startFromCache(final long nowNs) {
        final PacketHistory history = source.history();
        cursor = source.cachedKeyFrame();
        final int at = history.find(cursor);
        startRun(history.offset(at), history.headerLength(at), payloadLength(history, at), cursor);
        shard.counters().count(Counter.CACHED_STARTS);
        state = State.CATCHING_UP;
        catchUp(nowNs);
    }

    private void catchUp(final long nowNs) {
        final PacketHistory history = source.history();
        final long head = source.head();
        for (int sent = 0; cursor <= head && sent < CATCH_UP_PACKETS; cursor++) {
            final int at = history.find(cursor);
            if (at >= 0) {
                send(
                        history.slot(at),
                        history.offset(at),
                        history.headerLength(at),
                        payloadLength(history, at),
                        0,
                        cursor,
                        false);
                sent++;
            }
        }
        if (cursor > head) {
            state = State.LIVE;
            nextCatchUpNs = Long.MAX_VALUE;
        } else {
            nextCatchUpNs = nowNs + CATCH_UP_INTERVAL_NS;
            viewer.wakeAt(nextCatchUpNs);
        }
    }

    private static int payloadLength(final PacketHistory history, final int index) {
        return history.length(index) - history.headerLength(index);
    }

    private void startRun(final int offset, final int headerLength, final int payloadLength, final long sequence) {
        final MutableDirectBuffer buffer = shard.pool().buffer();
        final int timestamp = RtpHeader.timestamp(buffer, offset);
        final long capturedNs = source.clock().serverNs(timestamp);
        rewriter.startRun(sequence, timestamp, clockBase + MediaClock.ticks(capturedNs, clockRate), clockRate / 100);
        pictureIds.startRun(format.codec(), buffer, offset + headerLength, payloadLength);
        if (!isAudio()) {
            shard.counters().count(Counter.SEAT_SWITCHES);
        }
    }

    private void send(
            final int slot,
            final int offset,
            final int headerLength,
            final int payloadLength,
            final int padding,
            final long sequence,
            final boolean startsRun) {
        final long outgoing = rewriter.sequence(sequence);
        if (outgoing == RtpRewriter.OUTSIDE) {
            shard.counters().drop(DropReason.BEFORE_SWITCH);
            return;
        }
        final int egress = shard.batch().acquire();
        if (egress == PacketPool.NONE) {
            return;
        }
        final MutableDirectBuffer buffer = shard.pool().buffer();
        final int at = shard.pool().offset(egress);
        final int timestamp = rewriter.timestamp(RtpHeader.timestamp(buffer, offset));
        // A new talker begins a talk spurt (RFC 3551 §4.1).
        final boolean marker = RtpHeader.marker(buffer, offset) || startsRun && isAudio();
        RtpHeader.write(buffer, at, marker, payloadType, (int) outgoing & 0xFFFF, timestamp, ssrc);
        RtpHeader.padding(buffer, at, padding > 0);
        final int egressHeader = writeExtensions(buffer, at, offset, headerLength);
        rewriter.sent(outgoing, timestamp);
        lastSequence = Math.max(lastSequence, sequence);
        frameTimestamp = RtpHeader.timestamp(buffer, offset);
        packetsSent++;
        octetsSent += payloadLength;
        shard.counters().count(Counter.RTP_FORWARDED);
        int payloadSlot = slot;
        int payloadOffset = offset + headerLength;
        if (pictureIds.changesPayload()) {
            payloadSlot = egress;
            buffer.putBytes(at + egressHeader, buffer, payloadOffset, payloadLength + padding);
            payloadOffset = at + egressHeader;
            pictureIds.rewrite(buffer, payloadOffset, payloadLength);
        } else {
            pictureIds.observe(buffer, payloadOffset, payloadLength);
        }
        shard.batch()
                .rtp(
                        isAudio(),
                        egress,
                        egressHeader,
                        payloadSlot,
                        payloadOffset,
                        payloadLength + padding,
                        outgoing,
                        viewer.mediaPath(),
                        viewer.srtp());
    }

    /** Copies the extensions that both ends negotiated, under the viewer's ids; answers the header's length. */
    private int writeExtensions(
            final MutableDirectBuffer buffer, final int at, final int offset, final int headerLength) {
        if (extensionIds == 0 || !RtpHeader.hasExtension(buffer, offset)) {
            return RtpHeader.MIN_LENGTH;
        }
        int end = RtpExtensionWriter.begin(buffer, at);
        int copied = 0;
        for (long element = RtpExtensions.first(buffer, offset, headerLength);
                element != RtpExtensions.NONE && copied < FORWARDED.length;
                element = RtpExtensions.next(buffer, offset, headerLength, element)) {
            final int id = outgoingId(RtpExtensions.id(element));
            if (id != 0) {
                copied++;
                end = RtpExtensionWriter.put(
                        buffer, at, end, id, buffer, RtpExtensions.offset(element), RtpExtensions.length(element));
            }
        }
        return RtpExtensionWriter.end(buffer, at, end);
    }

    private int outgoingId(final int incoming) {
        for (long pairs = extensionIds; pairs != 0; pairs >>>= Short.SIZE) {
            if ((pairs & 0xFF) == incoming) {
                return (int) (pairs >>> Byte.SIZE) & 0xFF;
            }
        }
        return 0;
    }

    private void mapExtensions(final ExtensionIds incoming) {
        extensionIds = 0;
        for (final RtpExtension kind : FORWARDED) {
            final int in = incoming.id(kind);
            final int out = line.extensions().id(kind);
            if (in != 0 && out != 0) {
                extensionIds = extensionIds << Short.SIZE | out << Byte.SIZE | in;
            }
        }
    }

    /** What describes the media itself; all else (mid, transport sequence, send time) belongs to one hop. */
    private static final RtpExtension[] FORWARDED = {
        RtpExtension.AUDIO_LEVEL, RtpExtension.VIDEO_ORIENTATION, RtpExtension.PLAYOUT_DELAY
    };

    private PeerSpec.Format formatFor(final PeerSpec.Format incoming) {
        for (final PeerSpec.Format each : line.formats()) {
            if (each.codec() == incoming.codec() && each.format().equals(incoming.format())) {
                return each;
            }
        }
        return null;
    }

    /** The viewer's decoder has lost its way. */
    void onKeyFrameRequest(final long nowNs) {
        if (state == State.LIVE || state == State.CATCHING_UP) {
            source.wantKeyFrame(nowNs);
        }
    }

    /** The viewer misses one packet. */
    void onNack(final int sequence, final long nowNs) {
        shard.counters().count(Counter.NACKS_RECEIVED);
        if (line.rtxSsrc() == 0 || format == null || format.rtxPayloadType() < 0) {
            shard.counters().drop(DropReason.NACK_WITHOUT_RTX);
            return;
        }
        final long outgoing = SequenceNumbers.extend(rewriter.highestOutgoing(), sequence);
        final long incoming = rewriter.original(outgoing);
        final int at = incoming == RtpRewriter.OUTSIDE || source == null
                ? -1
                : source.history().find(incoming);
        if (at < 0) {
            shard.counters().drop(DropReason.NACK_UNKNOWN);
        } else if (!retransmitter.allows(outgoing, nowNs)) {
            shard.counters().drop(DropReason.NACK_LIMIT);
        } else {
            retransmit(at, outgoing);
        }
    }

    /** Sends a packet of the history again on the retransmission stream (RFC 4588 §4). */
    private void retransmit(final int historyIndex, final long outgoing) {
        final int egress = shard.batch().acquire();
        if (egress == PacketPool.NONE) {
            return;
        }
        final PacketHistory history = source.history();
        final MutableDirectBuffer buffer = shard.pool().buffer();
        final int at = shard.pool().offset(egress);
        final int offset = history.offset(historyIndex);
        final int payloadLength = payloadLength(history, historyIndex);
        final long sequence = retransmitter.nextSequence();
        RtpHeader.write(
                buffer,
                at,
                RtpHeader.marker(buffer, offset),
                format.rtxPayloadType(),
                (int) sequence & 0xFFFF,
                rewriter.timestamp(RtpHeader.timestamp(buffer, offset)),
                line.rtxSsrc());
        final int header = writeExtensions(buffer, at, offset, history.headerLength(historyIndex));
        final int payload = at + header;
        Retransmitter.writeOriginalSequence(buffer, payload, outgoing);
        final int media = payload + Retransmitter.ORIGINAL_SEQUENCE_BYTES;
        buffer.putBytes(media, buffer, offset + history.headerLength(historyIndex), payloadLength);
        pictureIds.rewrite(buffer, media, payloadLength);
        shard.counters().count(Counter.RTX_SENT);
        shard.batch()
                .rtp(
                        true,
                        egress,
                        header,
                        egress,
                        payload,
                        payloadLength + Retransmitter.ORIGINAL_SEQUENCE_BYTES,
                        sequence,
                        viewer.mediaPath(),
                        viewer.srtp());
    }

    /** Writes this stream's sender report (RFC 3550 §6.4.1); answers its length, 0 when there is nothing to report. */
    int writeSenderReport(final MutableDirectBuffer buffer, final int at, final long nowNs) {
        if (packetsSent == 0
                || source == null
                || !isSending()
                || !source.clock().started()) {
            return 0;
        }
        final int timestamp = rewriter.timestamp(source.clock().timestampAt(nowNs));
        final long ntp = NtpTime.fromEpochNs(shard.wallNs(nowNs));
        return SenderReport.write(buffer, at, line.ssrc(), ntp, timestamp, packetsSent, octetsSent, 0);
    }

    boolean isSending() {
        return state == State.LIVE || state == State.CATCHING_UP;
    }

    private boolean isAudio() {
        return clockRate == Codec.OPUS.clockRate();
    }

    PeerSpec.Line line() {
        return line;
    }
}
