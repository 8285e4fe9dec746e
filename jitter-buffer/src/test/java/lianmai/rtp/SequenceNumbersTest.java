package lianmai.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceNumbersTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32767, 32768, 65534, 65535})
    void shouldFollowAStreamAcrossTheWrapFromAnyStart(final int start) {
        long extended = start;
        for (int i = 1; i < 200_000; i++) {
            extended = SequenceNumbers.extend(extended, start + i & 0xFFFF);
            assertThat(extended).isEqualTo((long) start + i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32767, 32768, 65534, 65535})
    void shouldOrderNeighboursOnTheCircle(final int sequence) {
        assertThat(SequenceNumbers.isNewer(sequence + 1 & 0xFFFF, sequence)).isTrue();
        assertThat(SequenceNumbers.isNewer(sequence, sequence + 1 & 0xFFFF)).isFalse();
        assertThat(SequenceNumbers.isNewer(sequence, sequence)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {65534, 65535})
    void shouldNotGoBelowZeroBeforeTheFirstWrap(final int lateSequence) {
        assertThat(SequenceNumbers.extend(0, lateSequence)).isEqualTo(lateSequence);
    }
}
