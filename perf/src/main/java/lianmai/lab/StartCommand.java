package lianmai.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import lianmai.bench.BenchException;
import lianmai.bench.Checkout;
import lianmai.bench.Children;
import lianmai.bench.Cores;
import lianmai.bench.MachineProbe;
import lianmai.bench.Progress;
import lianmai.bench.ThreadTimes;
import lianmai.bench.Window;
import lianmai.load.LoadRun;
import lianmai.report.Spread;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lianmai gc-lab start}. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "How long the server takes until it is ready, and until the relay costs what it costs when it is"
                + " warm, with its AOT cache and without, in alternating rounds; and what a packet then costs two such"
                + " servers that take turns.")
final class StartCommand implements Callable<Integer> {
    @Option(names = "--rounds", paramLabel = "N", description = "of each (5)")
    private int rounds = 5;

    @Option(names = "--seconds", paramLabel = "S", description = "under load in each round (40)")
    private int seconds = 40;

    @Option(names = "--viewers", paramLabel = "N", description = "of one camera of 2.5 Mbit/s (100)")
    private int viewers = 100;

    @Option(names = "--out", paramLabel = "DIR", description = "for the result and logs (target/gc-lab/start)")
    private Path out;

    @Option(names = "--write", description = "fill the result into docs/performance.md")
    private boolean isWritten;

    /**
     * One start.
     *
     * @param readyMs from the start of the process to its welcome
     * @param peakMs from there to the first packet's being as cheap as in the end; see {@link StartCurve}
     * @param extraMs of the relay's thread beyond what the same packets cost in the end
     */
    private record Start(double readyMs, double peakMs, double extraMs) {}

    /** What all rounds found. */
    private record Rounds(List<Start> with, List<Start> without, List<WarmTurns.Turn> turns) {}

    @Override
    public Integer call() throws BenchException, IOException {
        final Checkout checkout = Checkout.find();
        final Path folder = (out == null ? checkout.root().resolve("target/gc-lab/start") : out).toAbsolutePath();
        final String startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        if (!SteadyServer.hasCache()) {
            throw new BenchException(
                    "there is no AOT cache to compare with; ./lianmai gc-lab makes it, unless" + " LIANMAI_AOT=off");
        }
        final Cores cores = Cores.take();
        final Rounds found = new Rounds(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        final Progress progress = Progress.onConsole(rounds * (2.0 * (seconds + 6) + WarmTurns.seconds()));
        try (Children children = new Children()) {
            for (int round = 0; round < rounds; round++) {
                final boolean isCachedFirst = round % 2 == 0;
                for (final boolean isCached : new boolean[] {isCachedFirst, !isCachedFirst}) {
                    show(progress, round, isCached ? "with the cache" : "without", seconds + 6);
                    (isCached ? found.with : found.without).add(start(children, cores, folder, isCached));
                }
                show(progress, round, "in turns", WarmTurns.seconds());
                found.turns.addAll(WarmTurns.take(children, cores, folder, viewers, isCachedFirst));
            }
        } finally {
            progress.end();
        }
        return report(found, startedAt, checkout)
                .publish(folder, isWritten ? checkout.root().resolve("docs/performance.md") : null);
    }

    private void show(final Progress progress, final int round, final String what, final int stageSeconds) {
        progress.show("round " + (round + 1) + " of " + rounds + ", " + what, "", stageSeconds, System.nanoTime());
    }

    private Start start(final Children children, final Cores cores, final Path folder, final boolean isCached)
            throws BenchException, IOException {
        final long startNs = System.nanoTime();
        final SteadyServer.Setting setting = new SteadyServer.Setting(isCached, List.of(), List.of());
        try (SteadyServer server = SteadyServer.start(children, cores, folder, setting)) {
            final double readyMs = server.target().startUp().toNanos() / 1e6;
            final ThreadTimes threads = new ThreadTimes(server.pid());
            final StartCurve curve = new StartCurve(startNs);
            try (LoadRun run = server.load(viewers)) {
                final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
                while (System.nanoTime() < endNs) {
                    curve.add(
                            System.nanoTime(),
                            threads.sample().relay(),
                            server.target().forwarded().orElseThrow());
                    Window.sleep(StartCurve.STEP_NS);
                }
                if (run.total().received().packets() == 0) {
                    throw new BenchException("no media flowed");
                }
            }
            return new Start(readyMs, curve.peakNs() / 1e6, curve.extraNs() / 1e6);
        }
    }

    private SteadyReport report(final Rounds found, final String startedAt, final Checkout checkout)
            throws BenchException {
        final List<List<String>> rows = new ArrayList<>();
        final Map<String, Double> figures = new LinkedHashMap<>();
        row(rows, figures, "with the cache", found.with);
        row(rows, figures, "without", found.without);
        return new SteadyReport(
                "start",
                "./lianmai gc-lab start --rounds " + rounds + " --seconds " + seconds + " --viewers " + viewers,
                startedAt,
                MachineProbe.machine(checkout, checkout.usualJvmOptions()),
                List.of(),
                List.of(
                        new SteadyReport.Table(
                                "",
                                List.of(
                                        "",
                                        "process to welcome",
                                        "process to peak",
                                        "relay's CPU beyond that of a warm one"),
                                rows),
                        warm(found.turns, figures)),
                figures,
                List.of("At its peak it is as soon as the relay's thread, over " + StartCurve.SMOOTHED
                        + " samples of " + StartCurve.STEP_NS / 1_000_000
                        + " ms, is within 10 % of what a packet costs it in the last quarter of the run. "
                        + viewers
                        + " viewers join as soon as it is ready, which is a part of that time. Two warm servers"
                        + " live side by side and take turns of some seconds at the load, because what the host does"
                        + " from minute to minute is more than what there may be between them."));
    }

    private static SteadyReport.Table warm(final List<WarmTurns.Turn> turns, final Map<String, Double> figures) {
        final double[] with = turns.stream().mapToDouble(WarmTurns.Turn::withNs).toArray();
        final double[] without =
                turns.stream().mapToDouble(WarmTurns.Turn::withoutNs).toArray();
        final Spread ratio =
                Spread.of(turns.stream().mapToDouble(WarmTurns.Turn::ratio).toArray());
        figures.put("warm, with ÷ without", ratio.median());
        return new SteadyReport.Table(
                "A packet's CPU on a warm relay, in turns",
                List.of("with the cache", "without", "with ÷ without", "turns"),
                List.of(List.of(
                        text(with, "ns"),
                        text(without, "ns"),
                        String.format(Locale.ROOT, "%.2f× (%.2f–%.2f)", ratio.median(), ratio.lower(), ratio.upper()),
                        Integer.toString(turns.size()))));
    }

    private static void row(
            final List<List<String>> rows,
            final Map<String, Double> figures,
            final String name,
            final List<Start> starts) {
        rows.add(List.of(
                name,
                text(starts.stream().mapToDouble(Start::readyMs).toArray(), "ms"),
                text(starts.stream().mapToDouble(Start::peakMs).toArray(), "ms"),
                text(starts.stream().mapToDouble(Start::extraMs).toArray(), "ms")));
        figures.put(
                name + ", ready ms",
                Spread.of(starts.stream().mapToDouble(Start::readyMs).toArray()).median());
        figures.put(
                name + ", peak ms",
                Spread.of(starts.stream().mapToDouble(Start::peakMs).toArray()).median());
    }

    private static String text(final double[] values, final String unit) {
        final Spread spread = Spread.of(values);
        return String.format(
                Locale.ROOT, "%,.0f %s (%,.0f–%,.0f)", spread.median(), unit, spread.lower(), spread.upper());
    }
}
