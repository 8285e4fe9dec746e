package lianmai.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 32767, 32768, 65534, 65535, (1L << 48) - 2000})
    void shouldTellFreshReplayedAndTooOldApartFromAnyStart(final long start) {
        final ReplayWindow window = new ReplayWindow(128);
        assertThat(window.highest()).isEqualTo(-1);
        assertThat(window.check(start)).isEqualTo(ReplayWindow.FRESH);
        window.commit(start);
        window.commit(start + 127);

        assertThat(window.check(start)).isEqualTo(SrtpStatus.REPLAYED);
        assertThat(window.check(start + 1)).isEqualTo(ReplayWindow.FRESH);
        assertThat(window.check(start + 127)).isEqualTo(SrtpStatus.REPLAYED);
        window.commit(start + 128);
        assertThat(window.check(start)).isEqualTo(SrtpStatus.TOO_OLD);
        assertThat(window.check(start + 1)).isEqualTo(ReplayWindow.FRESH);
    }

    @Test
    void shouldChangeNothingByChecking() {
        final ReplayWindow window = new ReplayWindow(64);
        window.commit(10);
        for (int i = 0; i < 3; i++) {
            assertThat(window.check(1_000_000)).isEqualTo(ReplayWindow.FRESH);
            assertThat(window.check(9)).isEqualTo(ReplayWindow.FRESH);
        }
        assertThat(window.highest()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 128, 1024})
    void shouldAgreeWithASetOfAllIndicesSeen(final int size) {
        for (long seed = 0; seed < 50; seed++) {
            final Random random = new Random(seed);
            final ReplayWindow window = new ReplayWindow(size);
            final NavigableSet<Long> seen = new TreeSet<>();
            long centre = random.nextInt(3 * size);
            for (int i = 0; i < 3000; i++) {
                centre += random.nextInt(100) == 0 ? random.nextInt(5 * size) : random.nextInt(3);
                final long index = Math.max(0, centre + random.nextInt(3 * size) - 2L * size);
                final int expected = expected(seen, index, size);
                assertThat(window.check(index)).as("seed %d, step %d", seed, i).isEqualTo(expected);
                if (expected == ReplayWindow.FRESH) {
                    window.commit(index);
                    seen.add(index);
                }
            }
        }
    }

    private static int expected(final NavigableSet<Long> seen, final long index, final int size) {
        if (!seen.isEmpty() && index <= seen.last() - size) {
            return SrtpStatus.TOO_OLD;
        }
        return seen.contains(index) ? SrtpStatus.REPLAYED : ReplayWindow.FRESH;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 32, 63, 100})
    void shouldRefuseASizeThatIsNoPowerOfTwoOrTooSmall(final int size) {
        assertThatThrownBy(() -> new ReplayWindow(size)).isInstanceOf(IllegalArgumentException.class);
    }
}
