package lianmai.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import lianmai.bench.BenchException;
import lianmai.bench.Checkout;
import lianmai.bench.Children;
import lianmai.bench.Cores;
import lianmai.bench.MachineProbe;
import lianmai.bench.Progress;
import lianmai.bench.Window;
import lianmai.gc.PauseCause;
import lianmai.lab.SteadyReport.Check;
import lianmai.load.LoadRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lianmai gc-lab violate}. */
@Command(
        name = "violate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Violates the latency budget of servers under load on purpose, and looks whom they blame: at"
                + " /metrics, in a flight recording, in the log and at /healthz. Exit code 1 when one is wrong.")
final class ViolationCommand implements Callable<Integer> {
    private static final String EVENT = "lianmai.BudgetViolation";
    private static final String LOGGED = "the latency budget is exceeded: ";
    /** Flight Recorder tells a second later, packets are judged two seconds later. */
    private static final Duration VERDICT = Duration.ofSeconds(5);

    private static final long POLL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final double STAGE_S = 15;
    /** What is yellow is about the last minute: before a server is violated, that of its start must be over. */
    private static final double MOST_UNTIL_OK_S = 100;

    @Option(names = "--only", paramLabel = "NAME", description = "nothing, small-heap, storm or stop (all of them)")
    private String only;

    @Option(names = "--viewers", paramLabel = "N", description = "of one camera of 2.5 Mbit/s (40)")
    private int viewers = 40;

    @Option(
            names = "--latency-budget",
            paramLabel = "TIME[,TIME]",
            description = "of the servers (5ms,1ms: theirs and the generator's cores are all there are)")
    private String budget = "5ms,1ms";

    @Option(names = "--warm-up", paramLabel = "S", description = "seconds under load before (25)")
    private int warmUp = 25;

    @Option(names = "--out", paramLabel = "DIR", description = "for the result and logs (target/gc-lab/violate)")
    private Path out;

    @Option(names = "--write", description = "fill the result into gc-tuning/STEADY.md")
    private boolean isWritten;

    /** What a server says: counts by cause, and whether it calls itself yellow. */
    private record Seen(
            Map<PauseCause, Long> counted,
            Map<PauseCause, Double> heldS,
            Map<PauseCause, Long> recorded,
            Map<PauseCause, Long> logged,
            String line,
            String healthBefore,
            String health) {
        /** Of those whom it blames, who held threads longest; the shorter ones may follow from it. */
        PauseCause blamed() {
            return counted.entrySet().stream()
                    .filter(entry -> entry.getValue() > 0)
                    .map(Map.Entry::getKey)
                    .max(Comparator.comparingDouble(cause -> heldS.getOrDefault(cause, 0.0)))
                    .orElse(null);
        }

        boolean isRight(final PauseCause expected) {
            // A busy host makes packets late as well; but neither the JVM nor a stop may be blamed for it, and yellow
            // it must only be for a reason that is counted.
            return expected == null
                    ? counted.entrySet().stream()
                                    .allMatch(entry -> entry.getKey() == PauseCause.RESIDENCE || entry.getValue() == 0)
                            && (isOk(health) || counted.get(PauseCause.RESIDENCE) > 0)
                    : blamed() == expected
                            && recorded.getOrDefault(expected, 0L) > 0
                            && logged.getOrDefault(expected, 0L) > 0
                            && isOk(healthBefore)
                            && !isOk(health);
        }
    }

    private static boolean isOk(final String health) {
        return health.contains("\"ok\"");
    }

    private static String word(final String health) {
        return isOk(health) ? "ok" : "yellow";
    }

    @Override
    public Integer call() throws BenchException, IOException {
        final Checkout checkout = Checkout.find();
        final Path folder = (out == null ? checkout.root().resolve("target/gc-lab/violate") : out).toAbsolutePath();
        final String startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        final List<Violation> chosen = chosen();
        final Cores cores = Cores.take();
        final Map<Violation, Seen> seen = new LinkedHashMap<>();
        final Progress progress = Progress.onConsole(chosen.size() * (warmUp + MOST_UNTIL_OK_S + STAGE_S));
        try (Children children = new Children()) {
            for (final Violation violation : chosen) {
                seen.put(violation, violate(violation, children, cores, folder.resolve(violation.id()), progress));
            }
        } finally {
            progress.end();
        }
        final List<Check> checks = new ArrayList<>();
        final List<List<String>> rows = new ArrayList<>();
        final Map<String, Double> figures = new LinkedHashMap<>();
        seen.forEach((violation, found) -> {
            final PauseCause blamed = found.blamed();
            checks.add(new Check(
                    violation.id() + ": " + violation.sentence(),
                    blamed == null || blamed == PauseCause.RESIDENCE ? "nobody blamed" : blamed.name(),
                    violation.expected() == null
                            ? "no violation"
                            : violation.expected().name(),
                    found.isRight(violation.expected())));
            rows.add(List.of(
                    violation.id(),
                    text(found.counted),
                    text(found.recorded),
                    text(found.logged),
                    word(found.healthBefore) + " → " + word(found.health),
                    found.line));
            found.counted.forEach((cause, count) -> figures.put(violation.id() + "." + cause, (double) count));
        });
        final SteadyReport report = new SteadyReport(
                "violate",
                "./lianmai gc-lab violate --viewers " + viewers + " --latency-budget " + budget,
                startedAt,
                MachineProbe.machine(checkout, checkout.usualJvmOptions()),
                checks,
                List.of(new SteadyReport.Table(
                        "Violations by cause, as told in four places",
                        List.of("what", "/metrics", "flight recording", "log", "/healthz", "a line of the log"),
                        rows)),
                figures,
                List.of());
        return report.publish(folder, isWritten ? checkout.root().resolve("gc-tuning/STEADY.md") : null);
    }

    private List<Violation> chosen() throws BenchException {
        final List<Violation> all = List.of(Violation.values());
        final List<Violation> chosen = all.stream()
                .filter(each -> only == null || each.id().equals(only))
                .toList();
        if (chosen.isEmpty()) {
            throw new BenchException("--only is one of "
                    + String.join(", ", all.stream().map(Violation::id).toList()) + ", not " + only);
        }
        return chosen;
    }

    private Seen violate(
            final Violation violation,
            final Children children,
            final Cores cores,
            final Path folder,
            final Progress progress)
            throws BenchException, IOException {
        final SteadyServer.Setting setting =
                new SteadyServer.Setting(true, violation.jvm(), List.of("--latency-budget", budget));
        try (SteadyServer server = SteadyServer.start(children, cores, folder, setting);
                LoadRun run = server.load(viewers)) {
            new Window(server.target(), run)
                    .watch(Duration.ofSeconds(warmUp), progress, violation.id() + ": warming up");
            server.record(List.of(EVENT));
            Window.sleep(VERDICT.toNanos());
            final String healthBefore = untilOk(server, violation, progress);
            final Map<PauseCause, Long> before = counted(server);
            final Map<PauseCause, Double> heldBefore = held(server);
            final int linesBefore = server.target().console().size();
            final Instant from = Instant.now();
            progress.show(violation.id(), "", STAGE_S, System.nanoTime());
            violation.commit(server);
            Window.sleep(VERDICT.toNanos());
            final Map<PauseCause, Long> after = counted(server);
            after.replaceAll((cause, count) -> count - before.get(cause));
            final Map<PauseCause, Double> held = held(server);
            held.replaceAll((cause, seconds) -> seconds - heldBefore.get(cause));
            final List<String> lines = server.target().console().stream()
                    .skip(linesBefore)
                    .filter(line -> line.contains(LOGGED))
                    .map(line -> line.substring(line.indexOf(LOGGED) + LOGGED.length()))
                    .toList();
            final Map<PauseCause, Long> logged = logged(lines);
            final String typical = lines.stream()
                    .filter(line -> violation.expected() != null
                            && line.contains(violation.expected().name()))
                    .findFirst()
                    .orElse(lines.isEmpty() ? "" : lines.getFirst());
            final String health = server.page("/healthz");
            return new Seen(after, held, recorded(server.recorded(), from), logged, typical, healthBefore, health);
        }
    }

    /** Waits until it calls itself ok, or for long enough; answers what it calls itself then. */
    private static String untilOk(final SteadyServer server, final Violation violation, final Progress progress)
            throws BenchException {
        final long beganNs = System.nanoTime();
        String health = server.page("/healthz");
        while (!isOk(health) && System.nanoTime() - beganNs < MOST_UNTIL_OK_S * 1e9) {
            progress.show(violation.id() + ": yellow of its start", "", 1, System.nanoTime());
            Window.sleep(POLL_NS);
            health = server.page("/healthz");
        }
        return health;
    }

    private static Map<PauseCause, Long> counted(final SteadyServer server) throws BenchException {
        final Map<String, Double> metrics = server.metrics();
        final Map<PauseCause, Long> counts = new EnumMap<>(PauseCause.class);
        for (final PauseCause cause : PauseCause.values()) {
            final String name =
                    "lianmai_budget_violations_total{cause=\"" + cause.name().toLowerCase(Locale.ROOT) + "\"}";
            if (!metrics.containsKey(name)) {
                throw new BenchException("the server has no figure " + name);
            }
            counts.put(cause, metrics.get(name).longValue());
        }
        return counts;
    }

    private static Map<PauseCause, Double> held(final SteadyServer server) throws BenchException {
        final Map<String, Double> metrics = server.metrics();
        final Map<PauseCause, Double> seconds = new EnumMap<>(PauseCause.class);
        for (final PauseCause cause : PauseCause.values()) {
            final String name =
                    "lianmai_paused_seconds_total{cause=\"" + cause.name().toLowerCase(Locale.ROOT) + "\"}";
            seconds.put(cause, metrics.getOrDefault(name, 0.0));
        }
        return seconds;
    }

    private static Map<PauseCause, Long> recorded(final Path recording, final Instant from) throws IOException {
        final Map<PauseCause, Long> counts = new EnumMap<>(PauseCause.class);
        for (final RecordedEvent event : RecordingFile.readAllEvents(recording)) {
            if (event.getEventType().getName().equals(EVENT)
                    && !event.getStartTime().isBefore(from)) {
                counts.merge(PauseCause.valueOf(event.getString("cause")), 1L, Long::sum);
            }
        }
        return counts;
    }

    /** A line names its cause; one of late packets that nobody is blamed for has none. */
    private static Map<PauseCause, Long> logged(final List<String> lines) {
        final Map<PauseCause, Long> counts = new EnumMap<>(PauseCause.class);
        for (final String line : lines) {
            PauseCause named = PauseCause.RESIDENCE;
            for (final PauseCause cause : PauseCause.values()) {
                if (line.contains(" of " + cause + " ")) {
                    named = cause;
                }
            }
            counts.merge(named, 1L, Long::sum);
        }
        return counts;
    }

    private static String text(final Map<PauseCause, Long> counts) {
        final List<String> parts = new ArrayList<>();
        counts.forEach((cause, count) -> {
            if (count > 0) {
                parts.add(count + " " + cause.name().toLowerCase(Locale.ROOT));
            }
        });
        return parts.isEmpty() ? "none" : String.join(", ", parts);
    }
}
