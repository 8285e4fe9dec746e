package lianmai.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CulpritsTest {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;

    private final Culprits culprits = new Culprits();

    @Test
    void shouldBlameNobodyWithoutCause() {
        assertThat(blamed(0)).isEmpty();
        pause(PauseCause.COLLECTOR, 0, MS - 1);
        run(false, 0, 9 * MS);
        assertThat(blamed(0)).isEmpty();
    }

    @Test
    void shouldAddUpPauses() {
        pause(PauseCause.VM_OPERATION, 500 * MS, MS / 2);
        assertThat(blamed(500 * MS)).isEmpty();
        pause(PauseCause.VM_OPERATION, 502 * MS, MS / 2);
        assertThat(blamed(502 * MS)).contains(PauseCause.VM_OPERATION);
    }

    /** On few cores a collection beside the program takes the relay's, though its pauses are short. */
    @ParameterizedTest
    @CsvSource({"true, ASKED_COLLECTION", "false, COLLECTOR"})
    void shouldBlameACollectionThatRanBeside(final boolean isAsked, final PauseCause cause) {
        pause(PauseCause.TIME_TO_SAFEPOINT, 0, 5 * MS);
        run(isAsked, -200 * MS, 0);
        assertThat(culprits.before(0, MS)).hasValueSatisfying(culprit -> assertThat(culprit)
                .hasToString("200.000 ms of " + cause + " beside them (because)"));
    }

    @Test
    void shouldBlameTheHeapWhenThreadsWaitForMemory() {
        run(false, -800 * MS, 0);
        pause(PauseCause.ALLOCATION_STALL, 0, 20 * MS);
        assertThat(blamed(0)).contains(PauseCause.ALLOCATION_STALL);
    }

    @ParameterizedTest
    @CsvSource({"30, ALLOCATION_STALL", "10, TIME_TO_SAFEPOINT"})
    void shouldWeighWaitingForMemoryAgainstComingLate(final long stalledMs, final PauseCause cause) {
        pause(PauseCause.TIME_TO_SAFEPOINT, 0, 20 * MS);
        pause(PauseCause.ALLOCATION_STALL, 0, stalledMs * MS);
        assertThat(blamed(0)).contains(cause);
    }

    @Test
    void shouldNotBlameTheHeapForAStop() {
        pause(PauseCause.ALLOCATION_STALL, 0, 20 * MS);
        pause(PauseCause.NOT_RUN, 0, 300 * MS);
        assertThat(blamed(0)).contains(PauseCause.NOT_RUN);
    }

    /** Clocks may begin anywhere. */
    @ParameterizedTest
    @ValueSource(longs = {0, -SECOND, 999 * MS, -7 * SECOND - 1, 1L << 40})
    void shouldSplitWhatSpansSeconds(final long endNs) {
        pause(PauseCause.NOT_RUN, endNs, 3 * SECOND);
        final long seen = culprits.before(endNs, MS).orElseThrow().ns();
        assertThat(seen).isBetween(SECOND, 2 * SECOND);
        assertThat(blamed(endNs - 2 * SECOND)).contains(PauseCause.NOT_RUN);
        assertThat(blamed(endNs + 2 * SECOND)).isEmpty();
    }

    @Test
    void shouldForgetTheOldestSeconds() {
        pause(PauseCause.NOT_RUN, 500 * MS, 300 * MS);
        pause(PauseCause.COLLECTOR, Culprits.SECONDS * SECOND + 500 * MS, 2 * MS);
        assertThat(blamed(500 * MS)).isEmpty();
        // What is told of only now is too old.
        pause(PauseCause.NOT_RUN, 500 * MS, 300 * MS);
        assertThat(blamed(500 * MS)).isEmpty();
    }

    @Test
    void shouldTakeWhatLastsLongerThanItRemembers() {
        pause(PauseCause.NOT_RUN, 0, 1000 * SECOND);
        assertThat(blamed(0)).contains(PauseCause.NOT_RUN);
        assertThat(blamed(-10 * SECOND)).contains(PauseCause.NOT_RUN);
    }

    private Optional<PauseCause> blamed(final long untilNs) {
        return culprits.before(untilNs, MS).map(Culprits.Culprit::cause);
    }

    private void pause(final PauseCause cause, final long endNs, final long ns) {
        culprits.onPause(new Pause(cause, "what", endNs, ns, 0));
    }

    private void run(final boolean isAsked, final long startNs, final long endNs) {
        culprits.onRun(new CollectorRun(isAsked, "because", startNs, endNs));
    }
}
