package lianmai.gc;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The latency budget was violated, in flight recordings that ask for it; at the time when it was noticed. */
@Name("lianmai.BudgetViolation")
@Label("Latency Budget Violation")
@Category({"Lianmai", "Latency"})
@Description("A pause, or the residence of packets, was longer than the latency budget allows")
@Enabled(false)
@StackTrace(false)
final class BudgetViolationEvent extends Event {
    @Label("Cause")
    String cause;

    @Label("Detail")
    String detail;

    @Label("Took")
    @Timespan(Timespan.NANOSECONDS)
    long took;

    @Label("Part of the Residence Budget Left")
    double residenceLeft;

    @Label("Part of the Pause Budget Left")
    double pauseLeft;

    static void write(final LatencyBudget.Violation violation, final LatencyBudget.State state) {
        final BudgetViolationEvent event = new BudgetViolationEvent();
        if (event.isEnabled()) {
            event.cause = violation.cause().name();
            event.detail = violation.detail();
            event.took = violation.ns();
            event.residenceLeft = state.residenceLeft();
            event.pauseLeft = state.pauseLeft();
            // Flight Recorder leaves out what threads do that read from it, and one of these tells of pauses.
            Thread.ofVirtual().name("violation").start(event::commit);
        }
    }
}
