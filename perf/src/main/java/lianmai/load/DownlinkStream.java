package lianmai.load;

import lianmai.jitter.JitterEstimator;
import lianmai.jitter.LossTracker;
import lianmai.relay.Codec;
import lianmai.rtp.NtpTime;
import lianmai.rtp.ReportBlock;
import org.agrona.MutableDirectBuffer;

/**
 * One SSRC that a viewer receives. Repair and jitter are followed on sampled viewers only.
 *
 * <p>Thread: the load agent's (confined). Units: ns.
 */
final class DownlinkStream {
    /** libwebrtc asks for missing packets at once; a little later, a mere reordering needs no request. */
    private static final long REORDER_DELAY_NS = 5_000_000L;

    private final int ssrc;
    private final Codec codec;
    private final SequenceLedger ledger = new SequenceLedger();
    private final LossTracker losses;
    private final JitterEstimator jitter;
    private final StreamVerifier.Order order;
    private final Listener listener;
    private final FrameLedger frames;

    private int occupant = -1;
    private long expectedBefore;
    private long receivedBefore;
    private int lastReport;
    private long lastReportNs;

    DownlinkStream(final int ssrc, final Codec codec, final boolean isSampled, final Tally tally) {
        this.ssrc = ssrc;
        this.codec = codec;
        losses = isSampled ? new LossTracker(REORDER_DELAY_NS) : null;
        jitter = isSampled ? new JitterEstimator(codec.clockRate()) : null;
        order = isSampled ? new StreamVerifier.Order() : null;
        frames = isSampled && codec == Codec.VP8 ? new FrameLedger() : null;
        listener = isSampled && codec == Codec.OPUS ? new Listener(tally.playout, tally.mouthToEar) : null;
    }

    int ssrc() {
        return ssrc;
    }

    boolean isAudio() {
        return codec == Codec.OPUS;
    }

    Codec codec() {
        return codec;
    }

    SequenceLedger ledger() {
        return ledger;
    }

    /** Null on viewers that are not sampled. */
    LossTracker losses() {
        return losses;
    }

    /** Null on viewers that are not sampled. */
    JitterEstimator jitter() {
        return jitter;
    }

    /** Null on viewers that are not sampled. */
    StreamVerifier.Order order() {
        return order;
    }

    /** Null on viewers that are not sampled, and for pictures. */
    Listener listener() {
        return listener;
    }

    /** Null on viewers that are not sampled, and for what does not tell where its frames begin. */
    FrameLedger frames() {
        return frames;
    }

    /** Whether this is the first packet of another publisher than the one before. */
    boolean isTakenOverBy(final int publisher) {
        final boolean isNew = occupant != publisher;
        occupant = publisher;
        return isNew;
    }

    void onSenderReport(final long ntpTime, final long arrivalNs) {
        lastReport = NtpTime.middle(ntpTime);
        lastReportNs = arrivalNs;
    }

    /** Writes what a receiver report says about the stream. */
    void writeReport(final MutableDirectBuffer b, final int at, final long nowNs) {
        final long expected = ledger.expected();
        final long received = ledger.received();
        final long due = expected - expectedBefore;
        final long lost = Math.max(0, due - (received - receivedBefore));
        expectedBefore = expected;
        receivedBefore = received;
        ReportBlock.write(
                b,
                at,
                ssrc,
                due <= 0 ? 0 : (int) Math.min(255, lost * 256 / due),
                expected - received,
                // The ledger begins in the second cycle.
                ledger.highest() - 0x1_0000L,
                jitter == null ? 0 : jitter.jitter(),
                lastReport,
                lastReport == 0 ? 0 : NtpTime.nsToSpan(nowNs - lastReportNs));
    }
}
