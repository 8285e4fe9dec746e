package lianmai.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import lianmai.bench.BenchException;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StartCurveTest {
    private static final long SECOND = 1_000_000_000;
    private static final int PACKETS = 1000;

    private final StartCurve curve = new StartCurve(5 * SECOND);
    private long nowNs = 7 * SECOND;
    private long ranNs;
    private long forwarded = 100;

    @Test
    void shouldFindWhereItStaysCheap() throws BenchException {
        curve.add(nowNs, ranNs, forwarded);
        samples(10, 9000);
        samples(40, 3000);
        assertThat(curve.warmNs()).isEqualTo(3000);
        // Ten dear samples from the seventh second on; a median of five lags by at most two.
        final double peakS = (double) curve.peakNs() / SECOND;
        assertThat(peakS).isEqualTo(7.0, Offset.offset(1.1));
        assertThat(curve.extraNs()).isEqualTo(10.0 * PACKETS * 6000);
    }

    @Test
    void shouldNotBeFooledByOneCheapOrDearSample() throws BenchException {
        curve.add(nowNs, ranNs, forwarded);
        samples(5, 9000);
        samples(1, 3000);
        samples(4, 9000);
        samples(10, 3000);
        samples(1, 20_000);
        samples(30, 3000);
        assertThat((double) curve.peakNs() / SECOND).isEqualTo(7.0, Offset.offset(1.1));
    }

    @Test
    void shouldBeAtItsPeakFromTheBeginningWhenNothingChanges() throws BenchException {
        curve.add(nowNs, ranNs, forwarded);
        samples(30, 3000);
        assertThat((double) curve.peakNs() / SECOND).isEqualTo(2.0, Offset.offset(2.6));
    }

    @Test
    void shouldNotJudgeByAFewSamples() {
        curve.add(nowNs, ranNs, forwarded);
        samples(5, 3000);
        assertThatThrownBy(curve::warmNs).isInstanceOf(BenchException.class);
    }

    private void samples(final int count, final long costNs) {
        for (int i = 0; i < count; i++) {
            nowNs += StartCurve.STEP_NS;
            ranNs += costNs * PACKETS;
            forwarded += PACKETS;
            curve.add(nowNs, ranNs, forwarded);
        }
    }
}
