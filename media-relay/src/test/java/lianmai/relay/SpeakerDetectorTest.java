package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpeakerDetectorTest {
    private static final long PACKET_NS = 20_000_000L;

    private final SpeakerDetector detector = new SpeakerDetector(3);
    private long nowNs = 5_000_000_000L;
    private int changes;

    private void speak(final int millis, final int... levels) {
        for (int i = 0; i < millis / 20; i++) {
            for (int seat = 0; seat < levels.length; seat++) {
                if (levels[seat] >= 0) {
                    detector.onLevel(seat, levels[seat], nowNs);
                }
            }
            nowNs += PACKET_NS;
            if (i % 5 == 4) {
                changes += detector.decide(nowNs) ? 1 : 0;
            }
        }
    }

    @Test
    void shouldKnowNobodyInSilence() {
        speak(3000, 127, 90, 60);
        assertThat(detector.speaker()).isEqualTo(SpeakerDetector.NOBODY);
        assertThat(changes).isZero();
    }

    @Test
    void shouldFollowTheOneWhoSpeaks() {
        speak(2000, 20, 80, 127);
        assertThat(detector.speaker()).isZero();
        speak(3000, 90, 20, 127);
        assertThat(detector.speaker()).isEqualTo(1);
        assertThat(changes).isEqualTo(2);
    }

    @Test
    void shouldNotMoveForACough() {
        speak(2000, 25, 127, 127);
        speak(100, 25, 0, 127);
        speak(1000, 25, 127, 127);
        assertThat(detector.speaker()).isZero();
        assertThat(changes).isEqualTo(1);
    }

    @Test
    void shouldNotFlickerBetweenTwoWhoAreEquallyLoud() {
        for (int i = 0; i < 50; i++) {
            speak(200, 24 + i % 3, 26 - i % 3, 127);
        }
        assertThat(changes).isEqualTo(1);
    }

    @Test
    void shouldForgetTheSpeakerAfterSilenceWithOrWithoutPackets() {
        speak(2000, 20);
        speak(4000, 127);
        assertThat(detector.speaker()).isEqualTo(SpeakerDetector.NOBODY);
        speak(2000, 20);
        assertThat(detector.speaker()).isZero();
        speak(2000, -1);
        assertThat(detector.speaker()).isEqualTo(SpeakerDetector.NOBODY);
    }

    @Test
    void shouldForgetTheOneWhoLeavesItsSeat() {
        speak(2000, 20, 30, 127);
        assertThat(detector.speaker()).isZero();
        detector.reset(0);
        detector.decide(nowNs);
        assertThat(detector.speaker()).isEqualTo(1);
    }
}
