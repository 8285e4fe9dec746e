package lianmai.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViolationLogTest {
    private static final long SECOND = 1_000_000_000;

    private final List<String> lines = new ArrayList<>();
    private final ViolationLog log = new ViolationLog(lines::add);
    private final LatencyBudget.Violation violation =
            new LatencyBudget.Violation(PauseCause.VM_OPERATION, "Cleanup", 0, 2_345_678, false);

    @Test
    void shouldSayWhatItWasAtOnce() {
        log.onViolation(violation, Long.MIN_VALUE);
        assertThat(lines)
                .containsExactly("the latency budget is exceeded: 2.345 ms of VM_OPERATION (Cleanup): "
                        + PauseCause.VM_OPERATION.sentence());
    }

    @Test
    void shouldNotHideOneCauseBehindAnother() {
        log.onViolation(violation, 0);
        log.onViolation(new LatencyBudget.Violation(PauseCause.RESIDENCE, "3 of 4 packets", 0, 1, true), 1);
        log.onViolation(violation, 2);
        assertThat(lines).hasSize(2);
        assertThat(lines.getLast()).endsWith("3 of 4 packets");
    }

    @Test
    void shouldWriteALineASecondAndCountTheRest() {
        for (int i = 0; i < 100; i++) {
            log.onViolation(violation, i);
        }
        log.onViolation(violation, SECOND);
        log.onViolation(violation, 2 * SECOND);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).endsWith("(and 99 more before it)");
        assertThat(lines.get(2)).doesNotContain("more before it");
    }
}
