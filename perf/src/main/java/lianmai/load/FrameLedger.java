package lianmai.load;

import java.util.Arrays;

/**
 * Which frames of one picture a decoder can use: those that are whole and lead back to a key frame by whole frames, in
 * publishers' own numbers. A frame that is made whole by repair counts, and so do those that have waited for it, as
 * long as it comes within {@value #WINDOW} frames.
 *
 * <p>Thread: confined. Units: bytes of RTP payload.
 */
final class FrameLedger {
    static final int WINDOW = 32;

    private static final long UNKNOWN = -1;

    private final int[] frames = new int[WINDOW];
    private final long[] starts = new long[WINDOW];
    private final long[] ends = new long[WINDOW];
    private final int[] packets = new int[WINDOW];
    private final int[] bytes = new int[WINDOW];
    private final boolean[] isKey = new boolean[WINDOW];
    private final boolean[] isUsable = new boolean[WINDOW];

    private int stream = -1;
    private boolean hasUsed;
    private boolean hasResumed;

    /**
     * Takes a packet that did not come before.
     *
     * @param newStream whose frame it is a part of; another publisher begins anew
     * @param counter of the stream's packets
     * @return how many bytes of frames have become usable by it
     */
    long onPacket(
            final int newStream,
            final int frame,
            final long counter,
            final boolean startsFrame,
            final boolean endsFrame,
            final boolean startsKeyFrame,
            final int length) {
        hasResumed = false;
        if (newStream != stream) {
            stream = newStream;
            hasUsed = false;
            Arrays.fill(frames, -1);
        }
        final int i = frame % WINDOW;
        if (frames[i] > frame) {
            return 0;
        }
        if (frames[i] < frame) {
            begin(i, frame);
        }
        packets[i]++;
        bytes[i] += length;
        isKey[i] |= startsKeyFrame;
        starts[i] = startsFrame ? counter : starts[i];
        ends[i] = endsFrame ? counter : ends[i];
        return isWhole(i) ? use(frame) : 0;
    }

    private void begin(final int i, final int frame) {
        frames[i] = frame;
        starts[i] = UNKNOWN;
        ends[i] = UNKNOWN;
        packets[i] = 0;
        bytes[i] = 0;
        isKey[i] = false;
        isUsable[i] = false;
    }

    private boolean isWhole(final int i) {
        return starts[i] != UNKNOWN && ends[i] != UNKNOWN && packets[i] == ends[i] - starts[i] + 1;
    }

    /** A frame is whole: it, and those behind it that only waited for it. */
    private long use(final int first) {
        final int before = Math.floorMod(first - 1, WINDOW);
        final boolean follows = frames[before] == first - 1 && isUsable[before];
        hasResumed = hasUsed && !follows && isKey[first % WINDOW];
        long sum = 0;
        boolean canUse = follows;
        for (int frame = first; ; frame++) {
            final int i = frame % WINDOW;
            if (frames[i] != frame || isUsable[i] || !isWhole(i) || !canUse && !isKey[i]) {
                return sum;
            }
            isUsable[i] = true;
            canUse = true;
            hasUsed = true;
            sum += bytes[i];
        }
    }

    /** Whether the last packet brought the picture back after frames were missing. */
    boolean hasResumed() {
        return hasResumed;
    }
}
