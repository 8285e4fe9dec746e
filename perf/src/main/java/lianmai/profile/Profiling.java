package lianmai.profile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import lianmai.profile.ProfiledEvent.Way;

/**
 * One profile under way.
 *
 * <p>Thread: any, one at a time.
 */
final class Profiling {
    /** Of the server and of the JVM: what is put beside the samples. */
    static final List<String> EVENTS = List.of(
            "lianmai.ShardTurn",
            "lianmai.Batch",
            "lianmai.Drops",
            "lianmai.SeatSwitch",
            "lianmai.BudgetViolation",
            "jdk.GCPhasePause",
            "jdk.GarbageCollection",
            "jdk.ZAllocationStall",
            "jdk.ExecuteVMOperation",
            "jdk.SafepointBegin",
            "jdk.SafepointEnd");

    private final Agent agent;
    private final Path recording;
    private final Way way;
    private final String refusals;

    private Profiling(final Agent agent, final Path recording, final Way way, final String refusals) {
        this.agent = agent;
        this.recording = recording;
        this.way = way;
        this.refusals = refusals;
    }

    /**
     * Starts it, in the best way that works there.
     *
     * @param recording the file to write, absolute
     * @param most after this long the profiler stops by itself, should nobody stop it
     */
    static Profiling start(final Agent agent, final ProfiledEvent event, final Path recording, final Duration most) {
        final List<String> refusals = new ArrayList<>();
        for (final Way way : event.ways()) {
            final String refusal = agent.execute("start," + way.options() + ",jfr,file=" + recording + ",jfrsync=+"
                    + String.join("+", EVENTS) + ",timeout=" + most.toSeconds());
            if (refusal == null) {
                return new Profiling(agent, recording, way, String.join("; ", refusals));
            }
            if (refusal.contains("already")) {
                throw new ProfileException("the process is being profiled already: " + refusal);
            }
            refusals.add(way.name() + ": " + refusal);
        }
        throw new ProfileException(
                "the profiler cannot sample " + event.typed() + " here: " + String.join("; ", refusals));
    }

    /** How it samples, and why not better: one line, or empty where nothing is missing. */
    String shortcoming() {
        return refusals.isEmpty()
                ? ""
                : "sampling with " + way.name() + (way.lacks().isEmpty() ? "" : " (" + way.lacks() + ")") + ", because "
                        + refusals;
    }

    /** How it samples. */
    String way() {
        return way.name();
    }

    /** Ends it; answers null, or why the process could not be told: a profiled JVM that ends writes its file itself. */
    String stop() {
        return agent.execute("stop,file=" + recording);
    }
}
