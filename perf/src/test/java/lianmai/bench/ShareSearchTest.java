package lianmai.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShareSearchTest {
    private static ShareSearch search(final double wanted, final int first, final IntToDoubleFunction shareOf) {
        final ShareSearch search = new ShareSearch(wanted, first);
        while (!search.isOver()) {
            search.found(shareOf.applyAsDouble(search.next()));
        }
        return search;
    }

    @ParameterizedTest
    @ValueSource(doubles = {30, 50, 70})
    void shouldFindTheViewersOfAShareWithWorkThatTheyDoNotAddTo(final double share) {
        final ShareSearch found = search(share, 150, viewers -> Math.min(100, 3 + 0.09 * viewers));
        assertThat(found.bestShare()).isCloseTo(share, within(ShareSearch.CLOSE));
        assertThat(found.best()).isCloseTo((int) ((share - 3) / 0.09), within(30));
    }

    @Test
    void shouldComeBackFromTooMany() {
        assertThat(search(70, 4_000, viewers -> Math.min(100, viewers / 10.0)).bestShare())
                .isCloseTo(70, within(ShareSearch.CLOSE));
    }

    @Test
    void shouldGiveUpWhereTheShareDoesNotFollow() {
        final ShareSearch found = search(70, 100, _ -> 5);
        assertThat(found.bestShare()).isEqualTo(5);
        assertThat(found.best()).isPositive();
    }
}
