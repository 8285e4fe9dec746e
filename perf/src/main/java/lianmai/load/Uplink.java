package lianmai.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lianmai.door.MediaRole;
import lianmai.door.Session;
import lianmai.relay.Codec;
import lianmai.rtp.Nack;
import lianmai.rtp.NtpTime;
import lianmai.rtp.PliFir;
import lianmai.rtp.ReceiverReport;
import lianmai.rtp.ReportBlock;
import lianmai.rtp.RtcpHeader;
import lianmai.rtp.Sdes;
import lianmai.rtp.SenderReport;
import lianmai.srtp.SrtpTransform;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A publisher's half of a client: sends what its sources have, reports once a second, answers NACK, PLI and FIR, and
 * ignores all advice on its bit rate: a load is what was asked for.
 *
 * <p>Thread: the load agent's (confined). Units: ns.
 */
final class Uplink {
    private static final long REPORT_NS = TimeUnit.SECONDS.toNanos(1);

    private final UplinkContext context;
    private final List<UplinkStream> streams = new ArrayList<>();
    private final byte[] cname;
    private final long epochOffsetNs;
    private final long phaseNs;

    private long nextReportNs = Long.MAX_VALUE;
    private boolean isStarted;
    private boolean isPaused;
    private long pausedNs;

    /** @param epochOffsetNs what makes {@link System#nanoTime} a time since 1970 */
    Uplink(
            final UplinkContext context,
            final PublisherSpec spec,
            final MediaRole.Ssrcs ssrcs,
            final Session session,
            final int publisher,
            final long epochOffsetNs,
            final SeededIds ids) {
        this.context = context;
        this.epochOffsetNs = epochOffsetNs;
        cname = ("load-" + publisher).getBytes(StandardCharsets.US_ASCII);
        // Publishers do not all send at the same moment.
        phaseNs = ids.below(TimeUnit.MILLISECONDS.toNanos(100));
        for (final Session.Line line : session.lines()) {
            if (line.sends() && line.codec() == Codec.OPUS && spec.audio()) {
                streams.add(new UplinkStream(
                        context, audio(spec), line, identity(publisher, 0, ssrcs.audio(), 0, null), ids));
            } else if (line.sends() && line.codec() == spec.video()) {
                addLayers(spec, ssrcs, line, publisher, ids);
            }
        }
    }

    private void addLayers(
            final PublisherSpec spec,
            final MediaRole.Ssrcs ssrcs,
            final Session.Line line,
            final int publisher,
            final SeededIds ids) {
        for (int layer = 0; layer < spec.layers(); layer++) {
            final int rtx = layer < ssrcs.rtx().size() ? ssrcs.rtx().get(layer) : 0;
            final String rid = spec.rids().isEmpty() ? null : spec.rids().get(layer);
            streams.add(new UplinkStream(
                    context,
                    video(spec, layer, ids),
                    line,
                    identity(publisher, 1 + layer, ssrcs.video().get(layer), rtx, rid),
                    ids));
        }
    }

    private static UplinkStream.Identity identity(
            final int publisher, final int stream, final int ssrc, final int rtx, final String rid) {
        return new UplinkStream.Identity(publisher << 4 | stream, ssrc, rtx, rid);
    }

    private static MediaSource audio(final PublisherSpec spec) {
        final MediaSource captured =
                spec.source() == null ? null : spec.source().open(Codec.OPUS, 0);
        return captured == null ? new SyntheticAudio(spec.audioBitsPerSecond()) : captured;
    }

    private static MediaSource video(final PublisherSpec spec, final int layer, final SeededIds ids) {
        final MediaSource captured =
                spec.source() == null ? null : spec.source().open(spec.video(), layer);
        return captured == null ? SyntheticVideo.of(spec, layer, (int) ids.next() & 0x7FFF) : captured;
    }

    /** Sending begins within a tenth of a second. */
    void start(final long nowNs) {
        isStarted = true;
        pausedNs = nowNs;
        nextReportNs = nowNs + phaseNs + REPORT_NS / 2;
        streams.forEach(stream -> stream.start(nowNs + phaseNs));
    }

    /** Sends no more; before it has begun to, does not begin. */
    void pause(final long nowNs) {
        if (!isPaused) {
            isPaused = true;
            pausedNs = nowNs;
        }
    }

    /** Goes on as if no time had passed: the next frame is due as long after this as it was after the pause. */
    void resume(final long nowNs) {
        if (isPaused && isStarted) {
            final long lengthNs = nowNs - pausedNs;
            nextReportNs += lengthNs;
            streams.forEach(stream -> stream.shift(lengthNs));
        }
        isPaused = false;
    }

    long nextDeadlineNs() {
        if (!isStarted || isPaused) {
            return Long.MAX_VALUE;
        }
        long next = nextReportNs;
        for (int i = 0; i < streams.size(); i++) {
            next = Math.min(next, streams.get(i).nextDueNs());
        }
        return next;
    }

    void onTime(final long nowNs, final Outbox out, final SrtpTransform srtp) {
        if (!isStarted || isPaused) {
            return;
        }
        for (int i = 0; i < streams.size(); i++) {
            final UplinkStream stream = streams.get(i);
            while (stream.nextDueNs() <= nowNs) {
                stream.sendFrame(nowNs, out, srtp);
            }
        }
        if (nextReportNs <= nowNs) {
            nextReportNs = nowNs + REPORT_NS;
            report(nowNs, out, srtp);
        }
    }

    private void report(final long nowNs, final Outbox out, final SrtpTransform srtp) {
        for (int i = 0; i < streams.size(); i++) {
            final UplinkStream stream = streams.get(i);
            if (!stream.hasSent()) {
                continue;
            }
            final UnsafeBuffer b = out.buffer();
            final int at = out.slot();
            int length = SenderReport.write(
                    b,
                    at,
                    stream.ssrc(),
                    NtpTime.fromEpochNs(nowNs + epochOffsetNs),
                    stream.timestampAt(nowNs),
                    stream.packets(),
                    stream.octets(),
                    0);
            length += Sdes.write(b, at + length, stream.ssrc(), cname);
            context.send(srtp.protectRtcp(b, at, length));
        }
    }

    /** Takes a decrypted compound. */
    void onRtcp(
            final UnsafeBuffer b,
            final int offset,
            final int length,
            final long nowNs,
            final Outbox out,
            final SrtpTransform srtp) {
        for (int at = offset; at != RtcpHeader.NONE; at = RtcpHeader.next(b, at, offset + length)) {
            if (PliFir.isPli(b, at)) {
                onKeyFrameRequest(RtcpHeader.mediaSsrc(b, at));
            } else if (PliFir.isFir(b, at)) {
                for (int i = 0; i < PliFir.firCount(b, at); i++) {
                    onKeyFrameRequest(PliFir.firSsrc(b, at, i));
                }
            } else if (Nack.isValid(b, at)) {
                resend(b, at, nowNs, out, srtp);
            } else if (ReceiverReport.isValid(b, at)) {
                for (int i = 0; i < ReceiverReport.blockCount(b, at); i++) {
                    onReport(ReportBlock.ssrc(b, ReceiverReport.blockOffset(at, i)));
                }
            }
        }
    }

    private void onKeyFrameRequest(final int ssrc) {
        context.tally().add(Count.KEY_FRAME_REQUESTS);
        final UplinkStream stream = find(ssrc);
        if (stream != null) {
            stream.wantKeyFrame();
        }
    }

    private void onReport(final int ssrc) {
        final UplinkStream stream = find(ssrc);
        if (stream != null) {
            stream.onReport();
        }
    }

    private void resend(
            final UnsafeBuffer b, final int at, final long nowNs, final Outbox out, final SrtpTransform srtp) {
        final UplinkStream stream = find(RtcpHeader.mediaSsrc(b, at));
        if (stream == null) {
            return;
        }
        for (long cursor = Nack.first(b, at); cursor != Nack.NONE; cursor = Nack.next(b, at, cursor)) {
            stream.resend(Nack.sequence(cursor), nowNs, out, srtp);
        }
    }

    private UplinkStream find(final int ssrc) {
        for (int i = 0; i < streams.size(); i++) {
            if (streams.get(i).ssrc() == ssrc) {
                return streams.get(i);
            }
        }
        return null;
    }
}
