package lianmai.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceLedgerTest {
    private final SequenceLedger ledger = new SequenceLedger();

    private int kind(final int sequence) {
        return SequenceLedger.kind(ledger.onSequence(sequence & 0xFFFF));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32_767, 32_768, 65_534, 65_535})
    void shouldCountTheSameWhereverNumbersBegin(final int start) {
        assertThat(kind(start)).isEqualTo(SequenceLedger.NEW);
        assertThat(kind(start + 1)).isEqualTo(SequenceLedger.NEW);
        assertThat(kind(start + 4)).isEqualTo(SequenceLedger.NEW);
        assertThat(ledger.lost()).isEqualTo(2);
        assertThat(kind(start + 3)).isEqualTo(SequenceLedger.LATE);
        assertThat(kind(start + 3)).isEqualTo(SequenceLedger.DUPLICATE);
        assertThat(kind(start - 1)).isEqualTo(SequenceLedger.LATE);
        assertThat(ledger.expected()).isEqualTo(6);
        assertThat(ledger.received()).isEqualTo(5);
        assertThat(ledger.lost()).isEqualTo(1);
    }

    @Test
    void shouldTakeAJumpForARestart() {
        kind(100);
        assertThat(kind(100 + SequenceLedger.MAX_STEP)).isEqualTo(SequenceLedger.NEW);
        assertThat(kind(20_000)).isEqualTo(SequenceLedger.RESTART);
        assertThat(kind(20_001)).isEqualTo(SequenceLedger.NEW);
        assertThat(kind(10_000)).isEqualTo(SequenceLedger.RESTART);
        assertThat(ledger.expected()).isEqualTo(SequenceLedger.MAX_STEP + 1 + 2 + 1);
        assertThat(ledger.received()).isEqualTo(5);
    }

    @Test
    void shouldNotTellWhatIsOlderThanItsWindow() {
        kind(0);
        kind(SequenceLedger.WINDOW);
        assertThat(kind(1)).isEqualTo(SequenceLedger.LATE);
        assertThat(kind(0)).isEqualTo(SequenceLedger.TOO_OLD);
        assertThat(ledger.received()).isEqualTo(3);
    }

    /** Streams of which it is known what was lost, repeated and displaced. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldAgreeWithWhatHappened(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<Integer> order = new ArrayList<>();
        final int first = random.nextInt(65_536);
        final int count = 200_000;
        for (int i = 0; i < count; i++) {
            // The first and the last come, so that both ends of the account are known.
            final boolean isEnd = i == 0 || i == count - 1;
            if (!isEnd && random.nextInt(100) < 5) {
                continue;
            }
            final int displaced = isEnd || random.nextInt(50) > 0 ? 0 : random.nextInt(Math.min(order.size(), 300));
            order.add(order.size() - displaced, i);
            if (random.nextInt(100) < 2) {
                order.add(i);
            }
        }
        final Set<Integer> seen = new HashSet<>();
        long due = 0;
        long duplicates = 0;
        for (final int number : order) {
            final long result = ledger.onSequence(first + number & 0xFFFF);
            due += SequenceLedger.due(result);
            final int kind = SequenceLedger.kind(result);
            duplicates += kind == SequenceLedger.DUPLICATE ? 1 : 0;
            assertThat(kind == SequenceLedger.DUPLICATE)
                    .as("seed %d, %d", seed, number)
                    .isEqualTo(!seen.add(number));
        }
        assertThat(due).isEqualTo(count);
        assertThat(ledger.expected()).isEqualTo(count);
        assertThat(ledger.received()).isEqualTo(seen.size());
        assertThat(duplicates).isEqualTo(order.size() - seen.size());
    }
}
