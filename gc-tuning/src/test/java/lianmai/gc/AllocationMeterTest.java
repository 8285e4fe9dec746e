package lianmai.gc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AllocationMeterTest {
    private static final int BYTES = 1 << 20;

    private byte[] kept = new byte[1];
    private long sum;

    @Test
    void shouldCountWhatTheWorkAllocates() {
        assertThat(AllocationMeter.bytesOf(() -> kept = new byte[BYTES])).isBetween((long) BYTES, BYTES + 10_000L);
        assertThat(kept).hasSize(BYTES);
    }

    @Test
    void shouldFindNothingInArithmetic() {
        final long least = AllocationMeter.leastBytesOf(20, () -> {
            for (int i = 0; i < 1000; i++) {
                sum += i ^ kept.length;
            }
        });
        assertThat(least).isZero();
        assertThat(sum).isPositive();
    }
}
