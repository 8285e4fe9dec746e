package lianmai.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchMaxTest {
    private static SearchMax searched(final int first, final int limit, final List<Integer> tried) {
        final SearchMax search = new SearchMax(first);
        while (!search.isOver()) {
            final int next = search.next();
            tried.add(next);
            search.found(next <= limit);
        }
        return search;
    }

    @ParameterizedTest
    @CsvSource({"200, 640", "200, 30", "200, 200", "200, 199", "10, 1000", "1, 7", "100, 1"})
    void shouldComeCloseToTheLimitFromBelow(final int first, final int limit) {
        final List<Integer> tried = new ArrayList<>();
        final int best = searched(first, limit, tried).best();
        assertThat(best).isLessThanOrEqualTo(limit).isGreaterThanOrEqualTo((int) (limit / 1.06));
        assertThat(tried).hasSizeLessThanOrEqualTo(SearchMax.MOST_STEPS).doesNotHaveDuplicates();
    }

    @Test
    void shouldFindNothingWhereNothingIsGood() {
        final SearchMax search = searched(64, 0, new ArrayList<>());
        assertThat(search.best()).isZero();
        assertThat(search.lowest()).isEqualTo(1);
    }
}
