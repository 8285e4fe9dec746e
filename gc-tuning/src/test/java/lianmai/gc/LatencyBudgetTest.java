package lianmai.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lianmai.gc.LatencyBudget.Limits;
import lianmai.gc.LatencyBudget.State;
import lianmai.gc.LatencyBudget.Violation;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyBudgetTest {
    private static final long US = 1_000;
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000_000_000;
    private static final Offset<Double> TINY = Offset.offset(1e-9);

    private final List<Violation> violations = new ArrayList<>();
    private final List<State> states = new ArrayList<>();
    private final LatencyBudget budget = new LatencyBudget(new Limits(MS, MS), (violation, state) -> {
        violations.add(violation);
        states.add(state);
    });
    // Clocks may begin anywhere.
    private long nowNs = -3 * SECOND;

    @Test
    void shouldHaveAllOfItsBudgetAtFirst() {
        final State state = budget.state(nowNs);
        assertThat(state.residenceLeft()).isEqualTo(1);
        assertThat(state.pauseLeft()).isEqualTo(1);
        assertThat(state.isOverspent()).isFalse();
        assertThat(state.last()).isNull();
    }

    @Test
    void shouldSpendAThousandthOfThePackets() {
        residence(10_000, 4);
        assertThat(budget.state(nowNs).residenceLeft()).isEqualTo(0.6, TINY);
        residence(10_000, 16);
        assertThat(budget.state(nowNs).residenceLeft()).isEqualTo(0, TINY);
        assertThat(violations).isEmpty();
        residence(0, 1);
        assertThat(budget.state(nowNs).residenceLeft()).isEqualTo(-0.05, TINY);
        judge();
        assertThat(violations).singleElement().satisfies(violation -> {
            assertThat(violation.cause()).isEqualTo(PauseCause.RESIDENCE);
            assertThat(violation.toString())
                    .isEqualTo("1 of 0 packets stayed longer than 1.000 ms, mostly KERNEL_WAIT");
        });
        assertThat(states.getLast().isOverspent()).isTrue();
    }

    @Test
    void shouldNotCallASinglePacketOfAFewAViolation() {
        residence(50, 1);
        judge();
        assertThat(violations).isEmpty();
        residence(50, 1);
        judge();
        assertThat(violations).hasSize(1);
    }

    @Test
    void shouldNotBlameASecondWithoutLatePackets() {
        residence(1000, 5);
        judge();
        assertThat(violations).hasSize(1);
        residence(1000, 0);
        judge();
        assertThat(violations).hasSize(1);
        assertThat(budget.state(nowNs).isOverspent()).isTrue();
    }

    /** Yellow without a violation would be a riddle. */
    @Test
    void shouldSayWhyWhenTooManyAreLateOfThoseThatAreLeft() {
        residence(1_000_000, 0);
        nowNs += 10 * SECOND;
        residence(10_000, 500);
        judge();
        assertThat(violations).isEmpty();
        assertThat(budget.state(nowNs).isOverspent()).isFalse();
        nowNs += 48 * SECOND;
        residence(0, 0); // the million was a minute ago
        assertThat(budget.state(nowNs).isOverspent()).isTrue();
        judge();
        assertThat(violations).singleElement().satisfies(violation -> {
            assertThat(violation.cause()).isEqualTo(PauseCause.RESIDENCE);
            assertThat(violation.toString())
                    .isEqualTo("500 of the last minute's 10000 packets stayed longer than 1.000 ms");
        });
        assertThat(states.getLast()).hasToString("500 of 10000 packets late, longest pause 0.000 ms");
    }

    @Test
    void shouldForgetAMinuteAgo() {
        residence(1000, 5);
        pause(PauseCause.COLLECTOR, 3 * MS);
        nowNs += 59 * SECOND;
        assertThat(budget.state(nowNs).isOverspent()).isTrue();
        nowNs += SECOND;
        final State state = budget.state(nowNs);
        assertThat(state.isOverspent()).isFalse();
        assertThat(state.residenceLeft()).isEqualTo(1);
        assertThat(state.longestPauseNs()).isZero();
        assertThat(state.last().cause()).isEqualTo(PauseCause.COLLECTOR);
        residence(1000, 1);
        assertThat(budget.state(nowNs).residenceLeft()).isEqualTo(0, TINY);
    }

    @Test
    void shouldAllowAPauseOfExactlyTheBudget() {
        pause(PauseCause.COLLECTOR, MS);
        assertThat(violations).isEmpty();
        assertThat(budget.state(nowNs).pauseLeft()).isEqualTo(0, TINY);
        pause(PauseCause.VM_OPERATION, MS + 1);
        assertThat(violations).containsExactly(new Violation(PauseCause.VM_OPERATION, "what", nowNs, MS + 1, false));
        assertThat(budget.state(nowNs).isOverspent()).isTrue();
    }

    @Test
    void shouldNotAddUpPauses() {
        for (int i = 0; i < 100; i++) {
            pause(PauseCause.COLLECTOR, 200 * US);
        }
        assertThat(violations).isEmpty();
        assertThat(budget.state(nowNs).pauseLeft()).isEqualTo(0.8, TINY);
        assertThat(budget.pauses(PauseCause.COLLECTOR)).isEqualTo(100);
        assertThat(budget.pausedNs(PauseCause.COLLECTOR)).isEqualTo(20 * MS);
    }

    @Test
    void shouldCountByCause() {
        pause(PauseCause.ASKED_COLLECTION, 5 * MS);
        pause(PauseCause.ASKED_COLLECTION, 5 * MS);
        pause(PauseCause.NOT_RUN, 300 * MS);
        pause(PauseCause.COLLECTOR, US);
        assertThat(budget.violations(PauseCause.ASKED_COLLECTION)).isEqualTo(2);
        assertThat(budget.violations(PauseCause.NOT_RUN)).isEqualTo(1);
        assertThat(budget.violations(PauseCause.COLLECTOR)).isZero();
        assertThat(budget.state(nowNs).last().toString())
                .isEqualTo("300.000 ms of NOT_RUN (what): " + PauseCause.NOT_RUN.sentence());
    }

    @Test
    void shouldCountPausesThatMissTheGoalThoughTheyAreAllowed() {
        pause(PauseCause.COLLECTOR, 100 * US - 1);
        assertThat(budget.pausesOverGoal(PauseCause.COLLECTOR)).isZero();
        pause(PauseCause.COLLECTOR, 100 * US);
        pause(PauseCause.VM_OPERATION, 300 * US);
        pause(PauseCause.VM_OPERATION, 5 * MS);
        assertThat(budget.pausesOverGoal(PauseCause.COLLECTOR)).isEqualTo(1);
        assertThat(budget.pausesOverGoal(PauseCause.VM_OPERATION)).isEqualTo(2);
        assertThat(budget.pausesOverGoal(PauseCause.NOT_RUN)).isZero();
        assertThat(violations).hasSize(1);
    }

    /** Flight Recorder tells up to a second late, so an event may belong to a second before the newest. */
    @Test
    void shouldTakeEventsThatComeLate() {
        pause(PauseCause.COLLECTOR, 100 * US);
        budget.onPause(new Pause(PauseCause.COLLECTOR, "what", nowNs - SECOND, 2 * MS, 0));
        assertThat(budget.state(nowNs).longestPauseNs()).isEqualTo(2 * MS);
    }

    @Test
    void shouldPutLatePacketsDownToWhatHeldThemLonger() {
        residence(1000, 900);
        assertThat(budget.state(nowNs).isOverspent()).isTrue();
        assertThat(budget.state(nowNs).last().cause()).isEqualTo(PauseCause.RESIDENCE);
        assertThat(violations).isEmpty();
        // Told of only now.
        budget.onPause(new Pause(PauseCause.NOT_RUN, "late heartbeat", nowNs - 10 * MS, 300 * MS, 0));
        budget.onCollectorRun(new CollectorRun(true, "System.gc()", nowNs - 200 * MS, nowNs - 100 * MS));
        violations.clear();
        judge();
        assertThat(violations).singleElement().satisfies(violation -> {
            assertThat(violation.cause()).isEqualTo(PauseCause.NOT_RUN);
            assertThat(violation.isOfPackets()).isTrue();
            assertThat(violation.toString())
                    .isEqualTo("900 of 1000 packets stayed longer than 1.000 ms, mostly KERNEL_WAIT; meanwhile there"
                            + " were 300.000 ms of NOT_RUN (late heartbeat)");
        });
        assertThat(budget.violations(PauseCause.NOT_RUN)).isEqualTo(2);
        assertThat(budget.violations(PauseCause.RESIDENCE)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1ms, 1000, 1000", "500us, 500, 500", "'2ms,100us', 2000, 100", "'1s, 1.5ms', 1000000, 1500"})
    void shouldReadLimits(final String text, final long residenceUs, final long pauseUs) {
        assertThat(Limits.parse(text))
                .isEqualTo(
                        new Limits(TimeUnit.MICROSECONDS.toNanos(residenceUs), TimeUnit.MICROSECONDS.toNanos(pauseUs)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "ms", "-1ms", "1ms,", "1ms,2ms,3ms", "1m", "0us", "NaNms", "soon"})
    void shouldRefuseOtherLimits(final String text) {
        assertThatThrownBy(() -> Limits.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a latency budget ");
    }

    private void residence(final long packets, final long late) {
        budget.onResidence(nowNs, packets, late, "KERNEL_WAIT");
    }

    /** Two quiet seconds later it is known who it was. */
    private void judge() {
        nowNs += SECOND;
        residence(0, 0);
        nowNs += SECOND;
        residence(0, 0);
    }

    private void pause(final PauseCause cause, final long ns) {
        budget.onPause(new Pause(cause, "what", nowNs, ns, 0));
    }
}
