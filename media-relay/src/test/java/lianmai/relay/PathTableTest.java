package lianmai.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathTableTest {
    private record Address(long high, long low, int port, int local) {
        static Address any(final SplittableRandom random, final int spread) {
            return new Address(
                    random.nextInt(2) == 0 ? 0 : random.nextInt(spread),
                    0xFFFFL << 32 | random.nextInt(spread),
                    1 + random.nextInt(spread) % 65_535,
                    random.nextInt(3));
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,3", "2,7,4", "3,64,8", "4,1000,30", "5,1024,1000000"})
    void shouldBehaveLikeAMap(final long seed, final int capacity, final int spread) {
        final SplittableRandom random = new SplittableRandom(seed);
        final PathTable table = new PathTable(capacity, seed);
        final Map<Address, Integer> model = new HashMap<>();
        final List<Address> present = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            final Address address = Address.any(random, spread);
            final int found = table.find(address.high, address.low, address.port, address.local);
            assertThat(found).isEqualTo(model.getOrDefault(address, PathTable.NONE));
            if (found == PathTable.NONE && random.nextInt(3) > 0) {
                final int path = table.add(address.high, address.low, address.port, address.local);
                assertThat(path == PathTable.NONE).isEqualTo(model.size() == capacity);
                if (path != PathTable.NONE) {
                    assertThat(model).doesNotContainValue(path);
                    model.put(address, path);
                    present.add(address);
                    assertThat(new Address(
                                    table.remoteHigh(path),
                                    table.remoteLow(path),
                                    table.remotePort(path),
                                    table.localIndex(path)))
                            .isEqualTo(address);
                }
            } else if (!present.isEmpty() && random.nextInt(3) == 0) {
                final int at = random.nextInt(present.size());
                final Address gone = present.get(at);
                present.set(at, present.getLast());
                present.removeLast();
                table.remove(model.remove(gone));
            }
            assertThat(table.size()).isEqualTo(model.size());
        }
        for (final Address address : present) {
            assertThat(table.find(address.high, address.low, address.port, address.local))
                    .isEqualTo(model.get(address));
        }
    }

    @Test
    void shouldTellApartAddressesThatDifferInOneThing() {
        final PathTable table = new PathTable(8, 9);
        table.add(0, 1, 1000, 0);
        assertThat(table.find(1, 1, 1000, 0)).isEqualTo(PathTable.NONE);
        assertThat(table.find(0, 2, 1000, 0)).isEqualTo(PathTable.NONE);
        assertThat(table.find(0, 1, 1001, 0)).isEqualTo(PathTable.NONE);
        assertThat(table.find(0, 1, 1000, 1)).isEqualTo(PathTable.NONE);
        assertThat(table.find(0, 1, 1000, 0)).isNotEqualTo(PathTable.NONE);
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        assertThatThrownBy(() -> new PathTable(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PathTable((1 << 20) + 1, 1)).isInstanceOf(IllegalArgumentException.class);
        final PathTable table = new PathTable(4, 1);
        final int path = table.add(0, 1, 2, 0);
        table.remove(path);
        assertThatThrownBy(() -> table.remove(path)).isInstanceOf(IllegalStateException.class);
    }
}
