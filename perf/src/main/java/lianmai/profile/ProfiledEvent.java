package lianmai.profile;

import java.util.List;
import java.util.Locale;

/** What is sampled. */
enum ProfiledEvent {
    /** Every millisecond of CPU time that a thread spends. The first way shows the kernel's part as well. */
    CPU(
            "samples of 1 ms CPU time",
            "--cpu",
            new Way("perf_event", "event=cpu-clock,interval=1ms", ""),
            new Way("ctimer", "event=ctimer,interval=1ms", "no kernel frames"),
            new Way(
                    "itimer",
                    "event=itimer,interval=1ms",
                    "no kernel frames, threads only as far as signals reach them")),
    /** What is allocated on the heap, a sample about every 64 KiB. */
    ALLOC("bytes allocated", "--alloc", new Way("TLAB events", "event=alloc,alloc=64k", "")),
    /** Every 10 ms each thread, whether it runs or waits. */
    WALL("samples of 10 ms", "--wall", new Way("wall clock", "event=wall,interval=10ms", "")),
    /** Waiting for monitors and locks that takes 10 µs or longer. */
    LOCK("ns waited", "--lock", new Way("contention events", "event=lock,lock=10us", ""));

    private final String unit;
    private final String converterOption;

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
    private final List<Way> ways;

    /**
     * One way to sample.
     *
     * @param options of async-profiler
     * @param lacks what this one does not show, or empty
     */
    record Way(String name, String options, String lacks) {}

    ProfiledEvent(final String unit, final String converterOption, final Way... ways) {
        this.unit = unit;
        this.converterOption = converterOption;
        this.ways = List.of(ways);
    }

    /** As it is typed. */
    String typed() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ProfiledEvent parse(final String text) {
        for (final ProfiledEvent event : values()) {
            if (event.typed().equals(text)) {
                return event;
            }
        }
        throw new ProfileException("--event must be cpu, alloc, wall or lock, not " + text);
    }

    /** What the numbers of the table are. */
    String unit() {
        return unit;
    }

    /** Whether the numbers are sums (bytes, ns) rather than samples. */
    boolean isSummed() {
        return this == ALLOC || this == LOCK;
    }

    /** Which samples of a recording belong to it. */
    String converterOption() {
        return converterOption;
    }

    /** The ways to sample it, the best first. */
    List<Way> ways() {
        return ways;
    }
}
