package lianmai.lab;

import java.io.IOException;
import java.nio.file.Files;
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
import lianmai.bench.Window;
import lianmai.lab.SteadyReport.Check;
import lianmai.load.LoadRun;
import lianmai.reference.CReference;
import lianmai.reference.ReferenceException;
import lianmai.reference.ReferenceRow;
import lianmai.report.Spread;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lianmai gc-lab hiccup}. */
@Command(
        name = "hiccup",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "How long a spinning thread in the server's JVM is held up, beside a bare one in C on the same"
                + " core, in alternating rounds; media flow on the other core. Exit code 1 when it is more than 1.2"
                + " times as long at 99.99 %%.")
final class HiccupCommand implements Callable<Integer> {
    private static final double MOST_RATIO = 1.2;
    private static final List<String> NAMES = List.of("50 %", "99 %", "99.9 %", "99.99 %", "longest");
    private static final int AIM = NAMES.indexOf("99.99 %");
    /** The server's threads have noticed by then that they were stopped, and have written it down. */
    private static final long SETTLE_NS = TimeUnit.SECONDS.toNanos(3);

    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);

    @Option(names = "--rounds", paramLabel = "N", description = "of each (9)")
    private int rounds = 9;

    @Option(names = "--seconds", paramLabel = "S", description = "of each round (10)")
    private int seconds = 10;

    @Option(names = "--viewers", paramLabel = "N", description = "of one camera on the other core (40)")
    private int viewers = 40;

    @Option(names = "--out", paramLabel = "DIR", description = "for the result and logs (target/gc-lab/hiccup)")
    private Path out;

    @Option(names = "--write", description = "fill the result into gc-tuning/STEADY.md")
    private boolean isWritten;

    @Override
    public Integer call() throws BenchException, IOException {
        final Checkout checkout = Checkout.find();
        final Path folder = (out == null ? checkout.root().resolve("target/gc-lab/hiccup") : out).toAbsolutePath();
        final String startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        final Cores cores = Cores.take();
        if (!cores.isPinned()) {
            throw new BenchException("this wants two cores: one for what is measured, one for the load");
        }
        final List<double[]> bare = new ArrayList<>();
        final List<double[]> java = new ArrayList<>();
        final Cores others = new Cores(cores.generator(), cores.generator());
        final Progress progress = Progress.onConsole((rounds + 1) * (2.0 * seconds + 4));
        try (Children children = new Children();
                SteadyServer loaded =
                        SteadyServer.start(children, others, folder.resolve("loaded"), SteadyServer.Setting.USUAL);
                LoadRun run = loaded.load(viewers);
                SteadyServer probe = startProbe(children, cores, folder.resolve("probe"))) {
            final CReference loop = CReference.find().withCores(cores.server(), cores.generator());
            // The first round is the compiler's.
            for (int round = 0; round <= rounds; round++) {
                progress.show("round " + round + " of " + rounds, "", 2.0 * seconds + 4, System.nanoTime());
                final boolean isBareFirst = round % 2 == 0;
                if (isBareFirst) {
                    bare.add(bare(probe, loop));
                }
                java.add(java(probe, folder.resolve("probe"), round));
                if (!isBareFirst) {
                    bare.add(bare(probe, loop));
                }
            }
            if (run.total().received().packets() == 0) {
                throw new BenchException("no media flowed on the other core");
            }
        } catch (final ReferenceException e) {
            throw new BenchException(e.getMessage(), e);
        } finally {
            progress.end();
        }
        return report(bare.subList(1, rounds + 1), java.subList(1, rounds + 1), startedAt, checkout)
                .publish(folder, isWritten ? checkout.root().resolve("gc-tuning/STEADY.md") : null);
    }

    private SteadyServer startProbe(final Children children, final Cores cores, final Path folder)
            throws BenchException, IOException {
        Files.createDirectories(folder);
        for (int round = 0; round <= rounds; round++) {
            Files.deleteIfExists(folder.resolve("go-" + round));
        }
        return SteadyServer.startWith(
                children,
                cores,
                folder,
                SteadyServer.Setting.USUAL,
                List.of(
                        HiccupProbe.class.getName(),
                        folder.toString(),
                        Integer.toString(rounds + 1),
                        Integer.toString(seconds)));
    }

    /** The C loop, with the server stopped: bare is bare. */
    private double[] bare(final SteadyServer probe, final CReference loop) throws BenchException, ReferenceException {
        Violation.signal("-STOP", probe.pid());
        try {
            final ReferenceRow row = loop.run("spin", List.of("--seconds", seconds + "", "--rounds", "1"))
                    .getFirst();
            final ReferenceRow.Latency wait = row.latencies().get("wait");
            return new double[] {wait.p50(), wait.p99(), wait.p999(), wait.p9999(), wait.max()};
        } finally {
            Violation.signal("-CONT", probe.pid());
            Window.sleep(SETTLE_NS);
        }
    }

    private double[] java(final SteadyServer probe, final Path folder, final int round)
            throws BenchException, IOException {
        Files.createFile(folder.resolve("go-" + round));
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(3L * seconds + 20);
        final String prefix = "hiccup " + round + " ";
        while (System.nanoTime() < endNs) {
            Window.sleep(LOOK_NS);
            for (final String line : probe.target().console()) {
                if (line.startsWith(prefix)) {
                    final String[] words = line.substring(prefix.length()).split(" ");
                    final double[] row = new double[NAMES.size()];
                    for (int i = 0; i < row.length; i++) {
                        row[i] = Double.parseDouble(words[i]);
                    }
                    return row;
                }
            }
        }
        throw new BenchException("the probe did not answer; see the log in " + folder);
    }

    private SteadyReport report(
            final List<double[]> bare, final List<double[]> java, final String startedAt, final Checkout checkout)
            throws BenchException {
        final List<List<String>> rows = new ArrayList<>();
        final Map<String, Double> figures = new LinkedHashMap<>();
        Spread aimed = null;
        for (int i = 0; i < NAMES.size(); i++) {
            final int at = i;
            final Spread c = spread(bare, at);
            final Spread j = spread(java, at);
            final double[] ratios = new double[bare.size()];
            for (int round = 0; round < ratios.length; round++) {
                ratios[round] = java.get(round)[at] / Math.max(1, bare.get(round)[at]);
            }
            final Spread ratio = Spread.of(ratios);
            aimed = at == AIM ? ratio : aimed;
            rows.add(List.of(NAMES.get(at), micros(c), micros(j), text(ratio, "%.2f×")));
            figures.put("bareNs " + NAMES.get(at), c.median());
            figures.put("javaNs " + NAMES.get(at), j.median());
            figures.put("ratio " + NAMES.get(at), ratio.median());
        }
        final Check check = new Check(
                "held up at 99.99 %, Java ÷ C, median of " + rounds + " rounds",
                text(aimed, "%.2f×"),
                "≤ " + MOST_RATIO + "×",
                aimed.median() <= MOST_RATIO);
        return new SteadyReport(
                "hiccup",
                "./lianmai gc-lab hiccup --rounds " + rounds + " --seconds " + seconds + " --viewers " + viewers,
                startedAt,
                MachineProbe.machine(checkout, checkout.usualJvmOptions()),
                List.of(check),
                List.of(new SteadyReport.Table(
                        "How long what comes each 10 µs lies there until the thread looks, median of " + rounds
                                + " rounds of " + seconds + " s (lower to upper quartile)",
                        List.of("", "bare thread in C", "thread in the server's JVM", "Java ÷ C, round by round"),
                        rows)),
                figures,
                List.of());
    }

    private static Spread spread(final List<double[]> rows, final int at) {
        return Spread.of(rows.stream().mapToDouble(row -> row[at]).toArray());
    }

    private static String micros(final Spread ns) {
        return String.format(Locale.ROOT, "%.2f µs (%.2f–%.2f)", ns.median() / 1e3, ns.lower() / 1e3, ns.upper() / 1e3);
    }

    private static String text(final Spread spread, final String format) {
        return String.format(Locale.ROOT, format, spread.median())
                + String.format(Locale.ROOT, " (%.2f–%.2f)", spread.lower(), spread.upper());
    }
}
