package lianmai.server;

import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import lianmai.dtls.DtlsCounters;
import lianmai.gc.LatencyBudget;
import lianmai.gc.PauseCause;
import lianmai.io.RelayLatency;
import lianmai.io.RelayShard;
import lianmai.message.ErrorCode;
import lianmai.relay.Counter;
import lianmai.relay.DropReason;
import lianmai.room.RoomRegistry;
import lianmai.signaling.SignalingCounters;
import lianmai.stat.Figure;
import lianmai.stat.StatEntry;

/** The list of everything the server shows, in the order shown. Thread: any. */
final class ServerFigures {
    static final String RESIDENCE = "residence";

    private static final String NS = "ns";
    private static final String BYTES = "bytes";
    private static final Map<String, String> NONE = Map.of();

    private final List<Figure> figures = new ArrayList<>();

    /** One shard's. */
    ServerFigures shard(final int index, final RelayShard shard, final Residence residence) {
        final Map<String, String> labels = Map.of(StatEntry.SHARD, Integer.toString(index));
        figures.add(Figure.histogram(
                RESIDENCE,
                labels,
                NS,
                "how long forwarded packets stay, from the kernel's receive timestamp until they are submitted",
                Residence.BOUNDS,
                residence));
        times(labels, residence);
        for (final DropReason reason : DropReason.values()) {
            figures.add(Figure.counter(
                    "drops", with(labels, "reason", word(reason)), reason.sentence(), () -> shard.counters()
                            .value(reason)));
        }
        for (final Counter counter : Counter.values()) {
            figures.add(counter(counter, labels, shard));
        }
        figures.add(Figure.counter(
                        "relay_allocated",
                        labels,
                        "what the relay's thread has allocated on the heap; nothing for a packet once it is warm",
                        shard::allocatedBytes)
                .in(BYTES));
        return this;
    }

    private void times(final Map<String, String> labels, final Residence residence) {
        for (final RelayLatency.Cause cause : RelayLatency.Cause.values()) {
            figures.add(Figure.counter(
                            "residence_by_cause",
                            with(labels, "cause", word(cause)),
                            cause.sentence(),
                            () -> residence.sinceStart(all -> all.times().of(cause)))
                    .in(NS));
        }
        for (final RelayLatency.Cause cause : RelayLatency.Cause.values()) {
            figures.add(Figure.counter(
                            "slow_by_cause",
                            with(labels, "cause", word(cause)),
                            cause.sentence(),
                            () -> residence.sinceStart(all -> all.slowTimes().of(cause)))
                    .in(NS));
        }
        figures.add(Figure.counter(
                "slow_packets",
                labels,
                "forwarded packets that stayed " + TimeUnit.NANOSECONDS.toMillis(RelayLatency.SLOW_NS)
                        + " ms or longer",
                () -> residence.sinceStart(RelayLatency.Snapshot::slowPackets)));
        figures.add(Figure.counter(
                "unknown_arrivals",
                labels,
                "forwarded packets whose arrival the kernel did not tell; they count from the start of their turn",
                () -> residence.sinceStart(RelayLatency.Snapshot::unknownArrivals)));
        figures.add(Figure.counter(
                "impossible_arrivals",
                labels,
                "packets with a kernel timestamp in the future or too far in the past; the wall clock was set",
                () -> residence.sinceStart(RelayLatency.Snapshot::impossibleArrivals)));
    }

    private static Figure counter(final Counter counter, final Map<String, String> labels, final RelayShard shard) {
        if (counter == Counter.LONGEST_WAIT_NS) {
            return Figure.level("longest_wait", labels, counter.sentence(), () -> shard.counters()
                            .value(counter))
                    .in(NS);
        }
        if (counter.isLevel()) {
            return Figure.level(word(counter), labels, counter.sentence(), () -> shard.counters()
                    .value(counter));
        }
        final String name =
                switch (counter) {
                    case BYTES_IN -> "received";
                    case BYTES_OUT -> "sent";
                    default -> word(counter);
                };
        final Figure figure = Figure.counter(
                name, labels, counter.sentence(), () -> shard.counters().value(counter));
        return counter == Counter.BYTES_IN || counter == Counter.BYTES_OUT ? figure.in(BYTES) : figure;
    }

    /** Handshakes'. */
    ServerFigures dtls(final DtlsCounters counters) {
        for (final DtlsCounters.Event event : DtlsCounters.Event.values()) {
            figures.add(Figure.counter(
                    "dtls_events",
                    Map.of("event", word(event)),
                    "DTLS associations started, established, failed, closed; datagrams dropped as busy or inbox full",
                    () -> counters.get(event)));
        }
        figures.add(Figure.counter(
                "dtls_refused_datagrams", NONE, "datagrams that the gate before DTLS refused", counters::refusals));
        return this;
    }

    /** Signaling's. */
    ServerFigures signaling(final SignalingCounters counters, final Supplier<RoomRegistry.Census> census) {
        figures.add(Figure.level(
                "sockets", NONE, "WebSockets now", () -> census.get().connections()));
        figures.add(Figure.level("rooms", NONE, "rooms now", () -> census.get().rooms()));
        figures.add(Figure.level(
                "members", NONE, "members of rooms now", () -> census.get().members()));
        for (final SignalingCounters.Event event : SignalingCounters.Event.values()) {
            figures.add(Figure.counter(word(event), NONE, event.sentence(), () -> counters.value(event)));
        }
        for (final ErrorCode code : ErrorCode.values()) {
            figures.add(Figure.counter(
                    "refusals", Map.of("reason", word(code)), code.sentence(), () -> counters.value(code)));
        }
        return this;
    }

    /** The JVM's pauses and what they leave of the latency budget. */
    ServerFigures latency(final LatencyWatch watch) {
        for (final PauseCause cause : PauseCause.values()) {
            final Map<String, String> labels = Map.of("cause", word(cause));
            if (cause != PauseCause.RESIDENCE) {
                figures.add(Figure.counter(
                        "pauses", labels, cause.sentence(), () -> watch.budget().pauses(cause)));
                figures.add(Figure.counter(
                        "pauses_over_goal",
                        labels,
                        "pauses of " + TimeUnit.NANOSECONDS.toMicros(LatencyBudget.GOAL_NS)
                                + " µs or longer, the goal beyond the budget",
                        () -> watch.budget().pausesOverGoal(cause)));
                figures.add(Figure.counter("paused", labels, cause.sentence(), () -> watch.budget()
                                .pausedNs(cause))
                        .in(NS));
            }
            figures.add(Figure.counter("budget_violations", labels, cause.sentence(), () -> watch.budget()
                    .violations(cause)));
        }
        figures.add(Figure.level(
                "residence_budget_left_percent",
                NONE,
                "of the minute's allowance of late packets, one in a thousand; below 0 it is overspent",
                watch::residenceLeftPercent));
        figures.add(Figure.level(
                "pause_budget_left_percent",
                NONE,
                "how far the minute's longest pause was below what one may take; below 0 it was longer",
                watch::pauseLeftPercent));
        figures.add(Figure.counter(
                        "pause_monitor_allocated",
                        NONE,
                        "what watching the pauses has allocated on its own threads",
                        watch::allocatedBytes)
                .in(BYTES));
        return this;
    }

    /** The process's. */
    ServerFigures process() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            figures.add(Figure.counter(
                            "process_cpu", NONE, "CPU time of all threads of the process", system::getProcessCpuTime)
                    .in(NS));
            figures.add(Figure.level(
                    "process_open_fds", NONE, "open files and sockets", system::getOpenFileDescriptorCount));
        }
        final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        figures.add(
                Figure.level("jvm_heap_used", NONE, "heap in use, garbage included", () -> memory.getHeapMemoryUsage()
                                .getUsed())
                        .in(BYTES));
        if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads) {
            figures.add(Figure.counter(
                            "jvm_allocated",
                            NONE,
                            "what all threads have allocated on the heap, those that have ended included",
                            () -> Math.max(0, threads.getTotalThreadAllocatedBytes()))
                    .in(BYTES));
        }
        for (final GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            final Map<String, String> labels =
                    Map.of("gc", collector.getName().toLowerCase(Locale.ROOT).replace(' ', '_'));
            figures.add(Figure.counter(
                    "jvm_gc_collections",
                    labels,
                    "collections; cycles run beside the program, pauses hold it",
                    () -> Math.max(0, collector.getCollectionCount())));
            figures.add(Figure.counter(
                            "jvm_gc_collection",
                            labels,
                            "time of collections; cycles run beside the program, pauses hold it",
                            () -> TimeUnit.MILLISECONDS.toNanos(Math.max(0, collector.getCollectionTime())))
                    .in(NS));
        }
        return this;
    }

    List<Figure> list() {
        return figures;
    }

    private static Map<String, String> with(final Map<String, String> labels, final String key, final String value) {
        final Map<String, String> more = new LinkedHashMap<>(labels);
        more.put(key, value);
        return more;
    }

    private static String word(final Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
