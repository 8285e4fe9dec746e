package lianmai.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    @Test
    void shouldNeedNothingFromElsewhere() {
        final String page = HtmlReport.page(Results.ours(4_000, 2_500, 0.02));
        assertThat(page)
                .doesNotContainPattern("(src|href)=")
                .doesNotContain("url(", "@import", "<script", "://")
                .contains("<svg", "</html>");
        assertThat(page).doesNotContain("{{");
    }

    @Test
    void shouldShowLatencyCostLossAndTimeline() {
        final String page = HtmlReport.page(Results.ours(4_000, 2_500, 0.02));
        assertThat(page)
                .contains("latency by percentile")
                .contains("CPU for each forwarded packet")
                .contains("loss over load")
                .contains("safepoints and collections over time")
                .contains("C loop: send/sendto");
    }

    @Test
    void shouldLeaveOutPlotsOfWhatWasNotMeasured() {
        final BenchResult result =
                Results.result(List.of(new BenchResult.Contender("lianmai", "", List.of(), List.of())));
        assertThat(HtmlReport.page(result)).doesNotContain("latency by percentile", "loss over load");
    }

    @Test
    void shouldTakeNoTextForMarkup() {
        final BenchResult result =
                Results.result(List.of(Results.contender("<img src=x onerror='a'> & {{facts}} $1", 4_000, 2_500, 0)));
        assertThat(HtmlReport.page(result))
                .contains("&lt;img src=x onerror=&#39;a&#39;&gt; &amp; {{facts}} $1")
                .doesNotContain("<img");
    }
}
