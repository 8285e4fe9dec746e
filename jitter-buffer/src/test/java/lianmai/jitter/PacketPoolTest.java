package lianmai.jitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketPoolTest {
    private final PacketPool pool = new PacketPool(4);

    @Test
    void shouldHandOutEverySlotOnceAndThenNone() {
        assertThat(List.of(pool.acquire(), pool.acquire(), pool.acquire(), pool.acquire()))
                .containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(pool.acquire()).isEqualTo(PacketPool.NONE);
        assertThat(pool.inUse()).isEqualTo(4);
        assertThat(pool.slots()).isEqualTo(4);
    }

    @Test
    void shouldTakeASlotBackFromItsLastOwner() {
        final int slot = pool.acquire();
        pool.retain(slot);
        pool.release(slot);
        assertThat(pool.inUse()).isOne();
        pool.release(slot);
        assertThat(pool.inUse()).isZero();
        assertThat(pool.acquire()).isEqualTo(slot);
    }

    @Test
    void shouldNoticeWhoReleasesTwiceOrRetainsWhatIsFree() {
        final int slot = pool.acquire();
        pool.release(slot);
        assertThatThrownBy(() -> pool.release(slot)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> pool.retain(slot)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldGiveEverySlotBytesOfItsOwn() {
        for (int slot = 0; slot < pool.slots(); slot++) {
            assertThat(pool.offset(slot)).isEqualTo(slot * PacketPool.SLOT_BYTES);
        }
        assertThat(pool.buffer().capacity()).isEqualTo(4 * PacketPool.SLOT_BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1 << 20})
    void shouldRefuseASizeThatCannotBe(final int slots) {
        assertThatThrownBy(() -> new PacketPool(slots)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldCountOwnersOverAnySchedule(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final PacketPool large = new PacketPool(64);
        final List<Integer> owned = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            final int slot = random.nextBoolean() ? large.acquire() : PacketPool.NONE;
            if (slot != PacketPool.NONE) {
                assertThat(owned).as("seed %d", seed).doesNotContain(slot);
                owned.add(slot);
            } else if (!owned.isEmpty()) {
                final int at = random.nextInt(owned.size());
                if (random.nextInt(3) == 0) {
                    large.retain(owned.get(at));
                    owned.add(owned.get(at));
                } else {
                    large.release(owned.remove(at));
                }
            }
            assertThat(large.inUse()).as("seed %d", seed).isEqualTo((int)
                    owned.stream().distinct().count());
        }
    }
}
