package lianmai.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import lianmai.report.Metric;
import org.junit.jupiter.api.Test;

class PortSliceTest {
    @Test
    void shouldReadWhatTheWorkerSays() throws BenchException {
        final PortSlice slice = PortSlice.parse("1000 2000000 3000000 16000 10").withLoss(0.02);
        assertThat(slice.figures(1_800, 62))
                .containsEntry(Metric.SENDER_NS_PER_PACKET, 2_000.0)
                .containsEntry(Metric.SENDER_CLOCK_NS_PER_PACKET, 3_000.0)
                .containsEntry(Metric.SENDER_BYTES_PER_PACKET, 16.0)
                .containsEntry(Metric.FLOOR_RATIO, 0.9)
                .containsEntry(Metric.LOSS_PERCENT, 3.0)
                .containsEntry(Metric.CORE_DISTANCE_NS, 62.0);
    }

    @Test
    void shouldCompareALoopWithNothing() {
        final Map<Metric, Double> figures = new PortSlice(10, 20, 30, -1, 0).figures(0, 62);
        assertThat(figures).doesNotContainKeys(Metric.FLOOR_RATIO, Metric.SENDER_BYTES_PER_PACKET);
    }

    @Test
    void shouldPassTheWorkersComplaintOn() {
        assertThatExceptionOfType(BenchException.class)
                .isThrownBy(() -> PortSlice.parse("error no EpollDatagramChannel"))
                .withMessage("no EpollDatagramChannel");
    }
}
