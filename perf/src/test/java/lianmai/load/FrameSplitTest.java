package lianmai.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameSplitTest {
    private static int[] split(final int frame, final int max) {
        final int packets = FrameSplit.packets(frame, max);
        return IntStream.range(0, packets)
                .map(i -> FrameSplit.length(frame, packets, i))
                .toArray();
    }

    /** The cases of libwebrtc's own test of SplitAboutEqually without reductions, and frames as it sends them. */
    @ParameterizedTest
    @CsvSource({
        "13, 5, '4 4 5'",
        "28, 7, '7 7 7 7'",
        "10, 10, '10'",
        "11, 10, '5 6'",
        "1, 10, '1'",
        "2083, 1154, '1041 1042'",
        "4166, 1154, '1041 1041 1042 1042'"
    })
    void shouldMakeTheLastPacketsLonger(final int frame, final int max, final String expected) {
        assertThat(String.join(
                        " ",
                        IntStream.of(split(frame, max))
                                .mapToObj(Integer::toString)
                                .toList()))
                .isEqualTo(expected);
    }

    @Test
    void shouldCoverEachFrameWithoutGapOrOverlap() {
        for (int max = 1; max < 40; max++) {
            for (int frame = 1; frame < 400; frame++) {
                final int[] lengths = split(frame, max);
                int at = 0;
                for (int i = 0; i < lengths.length; i++) {
                    assertThat(FrameSplit.offset(frame, lengths.length, i)).isEqualTo(at);
                    assertThat(lengths[i]).isBetween(1, max);
                    at += lengths[i];
                }
                assertThat(at).isEqualTo(frame);
            }
        }
    }
}
