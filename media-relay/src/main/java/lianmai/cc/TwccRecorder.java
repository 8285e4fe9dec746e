package lianmai.cc;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import lianmai.rtp.SequenceNumbers;
import lianmai.rtp.Twcc;
import lianmai.rtp.TwccWriter;
import org.agrona.MutableDirectBuffer;

/**
 * Notes when each of a publisher's packets arrived and reports it back, so that the publisher can estimate the path's
 * capacity (draft-holmer-rmcat-transport-wide-cc-extensions-01).
 *
 * <p>Forgets arrivals {@value #WINDOW} transport-wide numbers behind the highest. A packet that comes after it was
 * reported missing is reported again.
 *
 * <p>Thread: relay (confined). Units: ns, transport-wide sequence numbers.
 */
public final class TwccRecorder {
    private static final int WINDOW = 4096;
    private static final int MASK = WINDOW - 1;
    /** libwebrtc sends between every 50 and 250 ms; the shorter, the quicker a publisher ramps up. */
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    // Made with the first packet: most peers only watch.
    private long[] arrivals;
    private TwccWriter writer;
    private long highest = -1;
    private long nextToReport;
    private long nextFeedbackNs = Long.MAX_VALUE;
    private int feedbackCount;

    /** A packet with this number (0 … 65535) arrived. */
    public void onPacket(final int sequence, final long nowNs) {
        if (arrivals == null) {
            arrivals = new long[WINDOW];
            writer = new TwccWriter();
        }
        final long extended = highest < 0 ? sequence : SequenceNumbers.extend(highest, sequence);
        if (highest < 0 || extended > highest + WINDOW) {
            Arrays.fill(arrivals, Twcc.NOT_RECEIVED);
            nextToReport = extended;
            highest = extended;
        } else if (extended <= highest - WINDOW) {
            return;
        }
        for (long missing = highest + 1; missing < extended; missing++) {
            arrivals[(int) missing & MASK] = Twcc.NOT_RECEIVED;
        }
        highest = Math.max(highest, extended);
        nextToReport = Math.max(Math.min(nextToReport, extended), highest - MASK);
        arrivals[(int) extended & MASK] = nowNs;
        if (nextFeedbackNs == Long.MAX_VALUE) {
            nextFeedbackNs = nowNs + INTERVAL_NS;
        }
    }

    /** When feedback is due; {@code Long.MAX_VALUE} while there is nothing to report. */
    public long nextDeadlineNs() {
        return nextFeedbackNs;
    }

    /**
     * Writes one feedback packet; call again until it answers 0.
     *
     * @param capacity bytes there are for it
     * @return its length; 0 when everything is reported
     */
    public int writeFeedback(
            final MutableDirectBuffer buffer,
            final int offset,
            final int capacity,
            final int senderSsrc,
            final int mediaSsrc) {
        while (nextToReport <= highest && arrivals[(int) nextToReport & MASK] == Twcc.NOT_RECEIVED) {
            nextToReport++;
        }
        if (nextToReport > highest) {
            nextFeedbackNs = Long.MAX_VALUE;
            return 0;
        }
        final int from = (int) nextToReport & MASK;
        final int count = (int) Math.min(highest - nextToReport + 1, WINDOW - from);
        final long written = writer.write(
                buffer,
                offset,
                capacity,
                senderSsrc,
                mediaSsrc,
                feedbackCount,
                (int) nextToReport & 0xFFFF,
                arrivals,
                from,
                count);
        if (written == TwccWriter.NOTHING) {
            nextFeedbackNs = Long.MAX_VALUE;
            return 0;
        }
        feedbackCount = feedbackCount + 1 & 0xFF;
        nextToReport += TwccWriter.covered(written);
        return TwccWriter.length(written);
    }
}
