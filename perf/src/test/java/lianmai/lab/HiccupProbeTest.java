package lianmai.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import lianmai.gc.AllocationMeter;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class HiccupProbeTest {
    @Test
    void shouldCountWhatIsDueEachTenMicroseconds() {
        final Histogram waits = new Histogram(1, TimeUnit.SECONDS.toNanos(10), 3);
        HiccupProbe.spin(waits, TimeUnit.MILLISECONDS.toNanos(20));
        // The last look may be late: what was due until then counts too.
        assertThat(waits.getTotalCount()).isGreaterThanOrEqualTo(1999);
        assertThat(waits.getMinValue()).isLessThan(10_000);
    }

    @Test
    void shouldAllocateNothing() {
        final Histogram waits = new Histogram(1, TimeUnit.SECONDS.toNanos(10), 3);
        assertThat(AllocationMeter.leastBytesOf(20, () -> HiccupProbe.spin(waits, TimeUnit.MILLISECONDS.toNanos(1))))
                .isZero();
    }
}
