package lianmai.relay;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Finds who speaks on a stage from the audio levels that publishers put into their packets (RFC 6464).
 *
 * <p>Each seat's loudness is smoothed over about 300 ms. The speaker changes when another seat is clearly louder, and
 * not more often than every 500 ms, so that a cough does not move the picture; after 1.5 s of silence nobody speaks.
 *
 * <p>Thread: relay (confined). Units: levels are −dBov, 0 (loudest) … 127 (silence).
 */
final class SpeakerDetector {
    static final int NOBODY = -1;

    private static final int SILENCE = 127;
    /** A microphone in a quiet room lies at about −60 dBov; speech well above. */
    private static final double SPEECH_LOUDNESS = SILENCE - 55;
    /** How much louder another must be to take over. */
    private static final double TAKE_OVER = 6;
    /** Share of a new value in the average: at 50 packets a second, a time constant of about 300 ms. */
    private static final double SMOOTHING = 1.0 / 15;

    private static final long LEAST_TURN_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long SILENT_AFTER_NS = TimeUnit.MILLISECONDS.toNanos(1500);

    private final double[] loudness;
    private final long[] lastSpeechNs;
    private int speaker = NOBODY;
    private long speakerSinceNs;

    SpeakerDetector(final int seats) {
        loudness = new double[seats];
        lastSpeechNs = new long[seats];
        Arrays.fill(lastSpeechNs, Long.MIN_VALUE / 2);
    }

    /** One audio packet's level. */
    void onLevel(final int seat, final int level, final long nowNs) {
        loudness[seat] += (SILENCE - level - loudness[seat]) * SMOOTHING;
        if (loudness[seat] >= SPEECH_LOUDNESS) {
            lastSpeechNs[seat] = nowNs;
        }
    }

    /** The seat has another occupant or none. */
    void reset(final int seat) {
        loudness[seat] = 0;
        lastSpeechNs[seat] = Long.MIN_VALUE / 2;
    }

    /** Decides anew; answers whether {@link #speaker()} changed. */
    boolean decide(final long nowNs) {
        int loudest = NOBODY;
        for (int seat = 0; seat < loudness.length; seat++) {
            final boolean speaks = nowNs - lastSpeechNs[seat] < SILENT_AFTER_NS;
            if (speaks && (loudest == NOBODY || loudness[seat] > loudness[loudest])) {
                loudest = seat;
            }
        }
        final boolean speakerHolds = speaker != NOBODY
                && nowNs - lastSpeechNs[speaker] < SILENT_AFTER_NS
                && (nowNs - speakerSinceNs < LEAST_TURN_NS
                        || loudest == NOBODY
                        || loudness[loudest] < loudness[speaker] + TAKE_OVER);
        if (speakerHolds || loudest == speaker) {
            return false;
        }
        speaker = loudest;
        speakerSinceNs = nowNs;
        return true;
    }

    /** The seat that speaks, or {@link #NOBODY}. */
    int speaker() {
        return speaker;
    }
}
