package lianmai.gc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private static final long MS = 1_000_000;
    private static final long BEAT = Heartbeat.INTERVAL_NS;

    private final Heartbeat heartbeat = new Heartbeat(7, 3 * MS);

    @Test
    void shouldFindAStoppedProcess() {
        assertThat(heartbeat.onBeat(7 + BEAT + 400 * MS, 3 * MS)).isEqualTo(400 * MS);
    }

    @Test
    void shouldNotCallASafepointAStop() {
        assertThat(heartbeat.onBeat(7 + BEAT + 400 * MS, 403 * MS)).isZero();
    }

    @Test
    void shouldTakeTheRestOfALongSafepointForAStop() {
        assertThat(heartbeat.onBeat(7 + BEAT + 400 * MS, 103 * MS)).isEqualTo(300 * MS);
    }

    @Test
    void shouldBearAThreadThatWaitsForItsCore() {
        assertThat(heartbeat.onBeat(7 + BEAT + Heartbeat.LEAST_NS - 1, 3 * MS)).isZero();
        assertThat(heartbeat.onBeat(7 + 2 * BEAT + 2 * Heartbeat.LEAST_NS - 1, 3 * MS))
                .isEqualTo(Heartbeat.LEAST_NS);
    }
}
