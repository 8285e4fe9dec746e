package lianmai.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import lianmai.reference.CReference;
import lianmai.reference.ReferenceException;
import lianmai.reference.ReferenceRow;
import lianmai.report.BenchResult.Reference;
import lianmai.report.Metric;

/** The C loops beside a run: one of them before each round, the quick set at the end. Thread: one. */
final class ReferenceLoops {
    /** A quarter of a second: what the host can do at the moment. */
    private static final List<String> MOMENT = List.of("--seconds", "0.05", "--rounds", "3", "--only", "send/sendto");

    private final CReference loops;
    private final String missing;

    private ReferenceLoops(final CReference loops, final String missing) {
        this.loops = loops;
        this.missing = missing;
    }

    /** Where they were not built, runs go on without them and say so. */
    static ReferenceLoops find(final Cores cores) {
        try {
            final CReference found = CReference.find();
            return new ReferenceLoops(
                    cores.isPinned() ? found.withCores(cores.server(), cores.generator()) : found, null);
        } catch (final ReferenceException e) {
            return new ReferenceLoops(null, e.getMessage());
        }
    }

    /** Why there are none; null when there are. */
    String missing() {
        return missing;
    }

    /**
     * What a round is to be read with: how far the host has put the cores from each other, and one {@code sendto}, in
     * ns that the loop had of its core, as what others took away is not the host's speed.
     */
    Map<Metric, Double> moment() throws BenchException {
        if (loops == null) {
            return Map.of();
        }
        try {
            return Map.of(
                    Metric.CORE_DISTANCE_NS,
                    loops.coreDistanceNs(),
                    Metric.REFERENCE_NS,
                    cost(loops.run("send", MOMENT).getFirst()));
        } catch (final ReferenceException e) {
            throw new BenchException(e.getMessage(), e);
        }
    }

    /**
     * The C loop that does what the relay has to do under this load: the same bursts at the same times, fanned out to
     * as many viewers, sealed for each. It sleeps between bursts, as the relay does.
     *
     * @return none where there is no such loop: several cameras
     */
    Optional<ReferenceRow> sameWork(final Scenario.Load load) throws BenchException {
        if (loops == null || load.subscribers() == 0 || load.bitsPerSecond() > 0 && load.streams() != 1) {
            return Optional.empty();
        }
        return Optional.of(fanout(load, "1", "2"));
    }

    /** The same for a certain time, which it then is judged by. */
    ReferenceRow fanout(final Scenario.Load load, final String seconds, final String rounds) throws BenchException {
        final List<String> options = new ArrayList<>(List.of("--seconds", seconds, "--rounds", rounds));
        options.addAll(List.of("--destinations", Integer.toString(load.subscribers())));
        if (load.bitsPerSecond() == 0) {
            options.addAll(List.of("--only", "fanout/audio/block/*", "--streams", Integer.toString(load.streams())));
        } else {
            final LoadShape.Burst burst = LoadShape.burst(load);
            options.addAll(List.of("--only", "fanout/video/block/*", "--fps", Integer.toString(burst.perSecond())));
            options.addAll(List.of("--size", Integer.toString(burst.packetBytes() + 1)));
            options.addAll(List.of("--bitrate", Integer.toString(burst.bitsPerSecond())));
        }
        try {
            return loops.run("fanout", options).getFirst();
        } catch (final ReferenceException e) {
            throw new BenchException(e.getMessage(), e);
        }
    }

    List<Reference> quick() throws BenchException {
        return loops == null ? List.of() : references(true);
    }

    /** Every loop, for a couple of minutes. */
    List<Reference> all() throws BenchException {
        if (loops == null) {
            throw new BenchException(missing);
        }
        return references(false);
    }

    private List<Reference> references(final boolean isQuick) throws BenchException {
        try {
            final List<Reference> references = new ArrayList<>();
            for (final ReferenceRow row : isQuick ? loops.quick() : loops.full()) {
                references.add(new Reference(row.name(), cost(row), note(row)));
            }
            return references;
        } catch (final ReferenceException e) {
            throw new BenchException(e.getMessage(), e);
        }
    }

    /** CPU time, as that of servers is; of a loop that spins while it waits, the clock's. */
    static double cost(final ReferenceRow row) {
        return row.cpuNsPerPacket() > 0
                ? row.cpuNsPerPacket()
                : row.nsPerPacket().median();
    }

    private static String note(final ReferenceRow row) {
        final List<String> notes = new ArrayList<>();
        notes.add(String.format(
                Locale.ROOT,
                "%,.0f–%,.0f ns by the clock",
                row.nsPerPacket().lower(),
                row.nsPerPacket().upper()));
        row.latencies()
                .forEach((what, latency) -> notes.add(String.format(
                        Locale.ROOT,
                        "%s p50 %.1f µs, p99 %.1f µs, longest %.0f µs",
                        what,
                        latency.p50() / 1e3,
                        latency.p99() / 1e3,
                        latency.max() / 1e3)));
        if (row.drops() > 0) {
            notes.add(row.drops() + " dropped for want of room");
        }
        if (row.numbers().containsKey("stolenShare")) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%.3f %% of the core's time went elsewhere",
                    100 * row.numbers().get("stolenShare")));
        }
        return String.join("; ", notes);
    }
}
