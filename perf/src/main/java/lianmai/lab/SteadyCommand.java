package lianmai.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import lianmai.bench.BenchException;
import lianmai.bench.Checkout;
import lianmai.bench.Children;
import lianmai.bench.Cores;
import lianmai.bench.MachineProbe;
import lianmai.bench.Progress;
import lianmai.bench.Quantity;
import lianmai.bench.Window;
import lianmai.gc.LatencyBudget;
import lianmai.lab.SteadyReport.Check;
import lianmai.lab.SteadySafepoints.Operation;
import lianmai.load.LoadRun;
import lianmai.report.BenchResult.Pause;
import lianmai.report.Metric;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lianmai gc-lab steady}. */
@Command(
        name = "steady",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Media that flow evenly on the production flags: what the relay's thread allocates, who holds the"
                + " threads, and whether there is any collection. Exit code 1 when an aim is missed.")
final class SteadyCommand implements Callable<Integer> {
    private static final String RELAY_ALLOCATED = "lianmai_relay_allocated_bytes_total{shard=\"0\"}";
    private static final String ALLOCATED = "jvm_allocated_bytes_total";
    private static final String HEAP_USED = "jvm_heap_used_bytes";
    private static final long MOST_ALLOCATED = 1024;
    private static final Duration GOAL = Duration.ofNanos(LatencyBudget.GOAL_NS);
    /** Beginning to record holds the threads; that is over by then. */
    private static final Duration SETTLE = Duration.ofSeconds(2);

    @Option(names = "--duration", paramLabel = "TIME", description = "of the window (10m)")
    private String duration = "10m";

    @Option(names = "--warm-up", paramLabel = "TIME", description = "under load before it (60s)")
    private String warmUp = "60s";

    @Option(names = "--viewers", paramLabel = "N", description = "of one camera of 2.5 Mbit/s (100)")
    private int viewers = 100;

    @Option(names = "--out", paramLabel = "DIR", description = "for the result and logs (target/gc-lab/steady)")
    private Path out;

    @Option(names = "--write", description = "fill the result into gc-tuning/STEADY.md")
    private boolean isWritten;

    /** The server at one moment; bytes, below 0 when it does not tell. */
    private record Reading(double relayAllocated, double allocated, double heapUsed) {}

    @Override
    public Integer call() throws BenchException, IOException {
        final Checkout checkout = Checkout.find();
        final Path folder = (out == null ? checkout.root().resolve("target/gc-lab/steady") : out).toAbsolutePath();
        final String startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        final Duration window = Quantity.duration("--duration", duration);
        final Duration before = Quantity.duration("--warm-up", warmUp);
        final Cores cores = Cores.take();
        Files.createDirectories(folder);
        final Progress progress =
                Progress.onConsole(window.plus(before).plus(SETTLE).toMillis() / 1e3 + 5);
        try (Children children = new Children();
                SteadyServer server = SteadyServer.start(children, cores, folder, SteadyServer.Setting.USUAL);
                LoadRun run = server.load(viewers)) {
            final SteadyReport report = watch(server, run, before, window, progress, checkout, startedAt);
            progress.end();
            return report.publish(folder, isWritten ? checkout.root().resolve("gc-tuning/STEADY.md") : null);
        }
    }

    private SteadyReport watch(
            final SteadyServer server,
            final LoadRun run,
            final Duration before,
            final Duration length,
            final Progress progress,
            final Checkout checkout,
            final String startedAt)
            throws BenchException, IOException {
        final Window window = new Window(server.target(), run);
        window.watch(before, progress, "warming up");
        server.record(SteadySafepoints.EVENTS);
        Window.sleep(SETTLE.toNanos());
        final Instant from = Instant.now();
        final Reading first = reading(server);
        final Window.View view = window.watch(length, progress, "steady");
        final Reading last = reading(server);
        final Instant to = Instant.now();
        if (first.relayAllocated < 0 || first.allocated < 0) {
            throw new BenchException("the server does not tell what its threads allocate");
        }
        final double relayAllocated = last.relayAllocated - first.relayAllocated;
        final SteadySafepoints.Seen seen = SteadySafepoints.read(server.recorded(), from, to);
        final long logged = server.target().jvmLog().between(view.fromNs(), view.toNs()).stream()
                .filter(Pause::isSafepoint)
                .count();
        final double seconds = Duration.between(from, to).toNanos() * 1e-9;
        final double perSecond = (last.allocated - first.allocated) / seconds;
        final Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("seconds", seconds);
        figures.put("relayAllocatedBytes", relayAllocated);
        figures.put("allocatedBytesPerSecond", perSecond);
        figures.put("safepoints", (double) logged);
        figures.put("collections", (double) seen.collections().size());
        view.figures().forEach((metric, value) -> figures.put(metric.name(), value));
        return new SteadyReport(
                "steady",
                "./lianmai gc-lab steady --duration " + duration + " --warm-up " + warmUp + " --viewers " + viewers,
                startedAt,
                MachineProbe.machine(checkout, checkout.usualJvmOptions()),
                checks(seen, relayAllocated, logged),
                List.of(load(view, perSecond, last), SteadySafepoints.table(seen.operations(), GOAL)),
                figures,
                List.of());
    }

    private static Reading reading(final SteadyServer server) throws BenchException {
        final Map<String, Double> metrics = server.metrics();
        return new Reading(
                metrics.getOrDefault(RELAY_ALLOCATED, -1.0),
                metrics.getOrDefault(ALLOCATED, -1.0),
                metrics.getOrDefault(HEAP_USED, 0.0));
    }

    private static List<Check> checks(final SteadySafepoints.Seen seen, final double relay, final long logged) {
        final List<Check> checks = new ArrayList<>();
        checks.add(new Check(
                "the relay's thread allocates",
                Metric.number(relay) + " B",
                "≤ " + MOST_ALLOCATED + " B",
                relay <= MOST_ALLOCATED));
        final long byRelay = seen.operations().stream()
                .map(Operation::asker)
                .filter(asker -> asker.startsWith("relay-"))
                .count();
        checks.add(new Check("it starts operations of the JVM", Long.toString(byRelay), "0", byRelay == 0));
        checks.add(new Check(
                "collections",
                seen.collections().isEmpty() ? "0" : seen.collections().size() + ": " + seen.collections(),
                "0",
                seen.collections().isEmpty()));
        final long slow = seen.operations().stream()
                .filter(operation -> operation.held().compareTo(GOAL) >= 0)
                .count();
        checks.add(new Check(
                "safepoints of 100 µs or longer, of " + logged + " in the JVM's log",
                Long.toString(slow),
                "0",
                slow == 0));
        return checks;
    }

    private SteadyReport.Table load(final Window.View view, final double perSecond, final Reading last) {
        final Map<Metric, Double> figures = view.figures();
        final List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("viewers of one camera", Integer.toString(viewers)));
        for (final Metric metric : List.of(
                Metric.FORWARDED_PER_S,
                Metric.RELAY_NS_PER_PACKET,
                Metric.SERVER_CORE_PERCENT,
                Metric.LOSS_PERCENT,
                Metric.LATENCY_P99_US,
                Metric.LATENCY_P999_US)) {
            if (figures.containsKey(metric)) {
                rows.add(List.of(metric.label(), metric.text(figures.get(metric))));
            }
        }
        rows.add(List.of(
                "allocated by all threads together, this tool's four questions to /metrics included",
                String.format(Locale.ROOT, "%,.1f KiB/s", perSecond / 1024)));
        rows.add(List.of(
                "heap in use at the end, garbage included",
                String.format(Locale.ROOT, "%,.0f MiB", last.heapUsed / (1 << 20))));
        return new SteadyReport.Table("The load", List.of("figure", ""), rows);
    }
}
