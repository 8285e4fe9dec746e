package lianmai.jitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketHistoryTest {
    private static final int CAPACITY = 16;

    private final PacketPool pool = new PacketPool(64);
    private final PacketHistory history = new PacketHistory(pool, CAPACITY);

    @AfterEach
    void everySlotComesBack() {
        history.clear();
        assertThat(pool.inUse()).isZero();
    }

    @Test
    void shouldKeepWhatItIsGiven() {
        final int slot = pool.acquire();
        final int put = history.put(70_000, slot, 99, 1200, 20, -5, 123, 0b101);
        pool.release(slot);
        final int index = history.find(70_000);
        assertThat(index).isEqualTo(put).isNotEqualTo(PacketHistory.NONE);
        assertThat(history.sequence(index)).isEqualTo(70_000);
        assertThat(history.slot(index)).isEqualTo(slot);
        assertThat(history.offset(index)).isEqualTo(99);
        assertThat(history.length(index)).isEqualTo(1200);
        assertThat(history.headerLength(index)).isEqualTo(20);
        assertThat(history.timestamp(index)).isEqualTo(-5);
        assertThat(history.arrivalNs(index)).isEqualTo(123);
        assertThat(history.flags(index)).isEqualTo(0b101);
        history.flags(index, 7);
        assertThat(history.flags(index)).isEqualTo(7);
        assertThat(pool.inUse()).isOne();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 32767, 32768, 65534, 65535})
    void shouldForgetWhatFallsBehindTheRing(final long start) {
        for (int i = 0; i < 40; i++) {
            assertThat(put(start + i, i)).isNotEqualTo(PacketHistory.NONE);
        }
        assertThat(history.size()).isEqualTo(CAPACITY);
        assertThat(pool.inUse()).isEqualTo(CAPACITY);
        assertThat(history.find(start + 23)).isEqualTo(PacketHistory.NONE);
        assertThat(history.find(start + 24)).isNotEqualTo(PacketHistory.NONE);
        assertThat(history.find(start + 39)).isNotEqualTo(PacketHistory.NONE);
        assertThat(history.find(start + 40)).isEqualTo(PacketHistory.NONE);
        assertThat(history.lowest()).isEqualTo(start + 24);
        assertThat(history.highest()).isEqualTo(start + 39);
    }

    @Test
    void shouldRefuseDuplicatesAndWhatIsTooLate() {
        put(100, 0);
        assertThat(put(100, 1)).isEqualTo(PacketHistory.NONE);
        assertThat(put(85, 1)).isNotEqualTo(PacketHistory.NONE);
        assertThat(put(84, 1)).isEqualTo(PacketHistory.NONE);
        assertThat(pool.inUse()).isEqualTo(2);
    }

    @Test
    void shouldForgetEverythingBehindAGreatLeap() {
        put(100, 0);
        put(105, 0);
        put(1L << 40, 0);
        assertThat(history.size()).isOne();
        assertThat(history.find(105)).isEqualTo(PacketHistory.NONE);
        assertThat(history.find(1L << 40)).isNotEqualTo(PacketHistory.NONE);
    }

    @Test
    void shouldForgetByAge() {
        put(100, 1_000);
        put(103, 2_000);
        put(104, 3_000);
        history.evictOlderThan(3_000, 2_000);
        assertThat(history.size()).isEqualTo(3);
        history.evictOlderThan(3_001, 2_000);
        assertThat(history.find(100)).isEqualTo(PacketHistory.NONE);
        assertThat(history.size()).isEqualTo(2);
        history.evictOlderThan(9_000, 2_000);
        assertThat(history.size()).isZero();
        history.evictOlderThan(99_000, 2_000);
        assertThat(put(101, 99_000)).isNotEqualTo(PacketHistory.NONE);
        assertThat(history.lowest()).isEqualTo(101);
    }

    @Test
    void shouldFindNothingWhereNothingWasPut() {
        assertThat(history.find(0)).isEqualTo(PacketHistory.NONE);
        assertThat(history.find(-1)).isEqualTo(PacketHistory.NONE);
        assertThat(history.lowest()).isEqualTo(-1);
        assertThatThrownBy(() -> new PacketHistory(pool, 12)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldKeepTheSameAsAMapDoes(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final TreeMap<Long, Long> expected = new TreeMap<>();
        long head = 65_000;
        for (long now = 0; now < 20_000; now++) {
            head += random.nextInt(random.nextInt(50) == 0 ? 40 : 3);
            final long extended = head - random.nextInt(20);
            final long highest = history.highest();
            final boolean kept = put(extended, now) != PacketHistory.NONE;
            assertThat(kept)
                    .as("seed %d", seed)
                    .isEqualTo(extended > highest - CAPACITY && !expected.containsKey(extended));
            if (kept) {
                expected.put(extended, now);
                expected.headMap(history.highest() - CAPACITY, true).clear();
            }
            if (random.nextInt(30) == 0) {
                history.evictOlderThan(now, 1_000_000);
            }
            assertThat(history.size()).as("seed %d", seed).isEqualTo(expected.size());
            assertThat(pool.inUse()).as("seed %d", seed).isEqualTo(expected.size());
            expected.keySet().forEach(e -> assertThat(history.find(e)).isNotEqualTo(PacketHistory.NONE));
            assertThat(history.lowest()).isLessThanOrEqualTo(expected.firstKey());
        }
    }

    private int put(final long extended, final long arrivalNs) {
        final int slot = pool.acquire();
        final int index = history.put(extended, slot, pool.offset(slot), 100, 12, 0, arrivalNs, 0);
        pool.release(slot);
        return index;
    }
}
