package lianmai.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import lianmai.load.PublisherSpec;
import lianmai.load.RoomPlan;
import lianmai.load.Takeover;
import lianmai.report.Metric;
import org.junit.jupiter.api.Test;

class TurnTimesTest {
    private static final long MS = 1_000_000;

    /** Clients 0–2 publish in the first room and 3–4 watch; 5–7 publish in the second and 8–9 watch. */
    private static final List<RoomPlan> ROOMS = List.of(room("a"), room("b"));

    private static RoomPlan room(final String name) {
        final PublisherSpec voice = PublisherSpec.voice();
        return new RoomPlan(name, List.of(voice, voice, voice), 2, 2);
    }

    @Test
    void shouldTakeEachViewersFirstPacketOfTheGuestThatWasAccepted() {
        final TurnTimes times = new TurnTimes(
                ROOMS,
                List.of(new TurnTimes.Accept("b", "publisher-6", 1_000 * MS)),
                List.of(
                        new Takeover("b", 8, 4, true, 1_010 * MS),
                        new Takeover("b", 8, 4, false, 1_030 * MS),
                        new Takeover("b", 9, 4, false, 1_020 * MS),
                        new Takeover("b", 9, 4, true, 1_025 * MS),
                        new Takeover("a", 3, 1, true, 1_001 * MS),
                        new Takeover("b", 8, 5, true, 1_001 * MS)),
                250 * MS);
        assertThat(times.firstPackets().getTotalCount()).isEqualTo(2);
        assertThat(times.figures().get(Metric.ACCEPT_P50_MS)).isCloseTo(10, within(0.1));
        assertThat(times.figures().get(Metric.ACCEPT_P99_MS)).isCloseTo(20, within(0.1));
        assertThat(times.figures().get(Metric.PICTURE_P99_MS)).isCloseTo(30, within(0.1));
        assertThat(times.figures().get(Metric.MISSED_SWITCHES_PERCENT)).isZero();
    }

    @Test
    void shouldCountWhoSawNothing() {
        final TurnTimes times = new TurnTimes(
                ROOMS,
                List.of(
                        new TurnTimes.Accept("a", "publisher-1", 1_000 * MS),
                        new TurnTimes.Accept("a", "publisher-2", 1_250 * MS)),
                List.of(new Takeover("a", 3, 1, true, 1_010 * MS), new Takeover("a", 4, 2, true, 9_000 * MS)),
                250 * MS);
        assertThat(times.figures().get(Metric.MISSED_SWITCHES_PERCENT)).isEqualTo(75);
    }
}
