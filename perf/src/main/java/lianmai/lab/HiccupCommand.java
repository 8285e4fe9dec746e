package lianmai.lab;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
        final Cores others = new Cores(cores.generator(), cores.generator());
        final Progress progress = Progress.onConsole((rounds + 1) * (3.0 * seconds + 4));
        final Map<Way, List<double[]>> seen = new EnumMap<>(Way.class);
        for (final Way way : Way.values()) {
            seen.put(way, new ArrayList<>());
        }
        try (Children children = new Children();
                SteadyServer loaded =
                        SteadyServer.start(children, others, folder.resolve("loaded"), SteadyServer.Setting.USUAL);
                LoadRun run = loaded.load(viewers);
                SteadyServer probe = startProbe(children, cores, folder.resolve("probe"))) {
            final Prober prober = new Prober(probe, folder.resolve("probe"), cores);
            // The first round is the compiler's.
            for (int round = 0; round <= rounds; round++) {
                progress.show("round " + round + " of " + rounds, "", 3.0 * seconds + 4, System.nanoTime());
                for (int i = 0; i < Way.values().length; i++) {
                    final Way way = Way.values()[(i + round) % Way.values().length];
                    final double[] row = prober.round(way);
                    if (round > 0) {
                        seen.get(way).add(row);
                    }
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
        return report(seen, startedAt, checkout)
                .publish(folder, isWritten ? checkout.root().resolve("gc-tuning/STEADY.md") : null);
    }

    private SteadyServer startProbe(final Children children, final Cores cores, final Path folder)
            throws BenchException, IOException {
        Files.createDirectories(folder);
        for (int round = 0; round < 2 * (rounds + 1); round++) {
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
                        Integer.toString(2 * (rounds + 1)),
                        Integer.toString(seconds)));
    }

    /** Who spins. */
    private enum Way {
        BARE("bare thread in C"),
        ALONE("thread in the server's JVM, the JVM's others on the load's core"),
        SHARED("the same, the JVM's others on its core");

        private final String words;

        Way(final String words) {
            this.words = words;
        }
    }

    /** One round after the other. */
    private final class Prober {
        private final SteadyServer probe;
        private final Path folder;
        private final Cores cores;
        private final CReference loop;
        private int go;

        Prober(final SteadyServer probe, final Path folder, final Cores cores) throws ReferenceException {
            this.probe = probe;
            this.folder = folder;
            this.cores = cores;
            loop = CReference.find().withCores(cores.server(), cores.generator());
        }

        double[] round(final Way way) throws BenchException, IOException, ReferenceException {
            if (way == Way.BARE) {
                return bare();
            }
            final String pid = Long.toString(probe.pid());
            taskset("-acp", way == Way.ALONE ? cores.generator() : cores.server(), pid);
            taskset("-cp", cores.server(), probingThread());
            return java(go++);
        }

        /** The C loop, with the server stopped: bare is bare. */
        private double[] bare() throws BenchException, ReferenceException {
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

        private String probingThread() throws BenchException, IOException {
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + probe.pid() + "/task"))) {
                for (final Path thread : threads) {
                    if (Files.readString(thread.resolve("comm")).strip().equals(HiccupProbe.NAME)) {
                        return thread.getFileName().toString();
                    }
                }
            }
            throw new BenchException("the probe has ended; see the log in " + folder);
        }

        private void taskset(final String how, final int core, final String id) throws BenchException, IOException {
            try {
                new ProcessBuilder("taskset", how, Integer.toString(core), id)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BenchException("interrupted", e);
            }
        }

        private double[] java(final int number) throws BenchException, IOException {
            Files.createFile(folder.resolve("go-" + number));
            final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(3L * seconds + 20);
            final String prefix = "hiccup " + number + " ";
            while (System.nanoTime() < endNs) {
                Window.sleep(LOOK_NS);
                for (final String line : probe.target().console()) {
                    if (line.startsWith(prefix)) {
                        return Stream.of(line.substring(prefix.length()).split(" "))
                                .mapToDouble(Double::parseDouble)
                                .toArray();
                    }
                }
            }
            throw new BenchException("the probe did not answer; see the log in " + folder);
        }
    }

    private SteadyReport report(final Map<Way, List<double[]>> seen, final String startedAt, final Checkout checkout)
            throws BenchException {
        final List<List<String>> rows = new ArrayList<>();
        final Map<String, Double> figures = new LinkedHashMap<>();
        for (int i = 0; i < NAMES.size(); i++) {
            final List<String> row = new ArrayList<>(List.of(NAMES.get(i)));
            for (final Way way : Way.values()) {
                final Spread ns = spread(seen.get(way), i);
                row.add(micros(ns));
                figures.put(way + " ns " + NAMES.get(i), ns.median());
            }
            row.add(text(ratio(seen, Way.ALONE, i)));
            row.add(text(ratio(seen, Way.SHARED, i)));
            rows.add(row);
        }
        final List<String> head = new ArrayList<>(List.of(""));
        Stream.of(Way.values()).forEach(way -> head.add(way.words));
        head.addAll(List.of("÷ C, others away", "÷ C, others there"));
        final Spread aimed = ratio(seen, Way.ALONE, AIM);
        return new SteadyReport(
                "hiccup",
                "./lianmai gc-lab hiccup --rounds " + rounds + " --seconds " + seconds + " --viewers " + viewers,
                startedAt,
                MachineProbe.machine(checkout, checkout.usualJvmOptions()),
                List.of(new Check(
                        "held up at 99.99 %, Java ÷ C, median of " + rounds
                                + " rounds, the JVM's other threads on the load's core",
                        text(aimed),
                        "≤ " + MOST_RATIO + "×",
                        aimed.median() <= MOST_RATIO)),
                List.of(new SteadyReport.Table(
                        "How long what comes each 10 µs lies there until the thread looks, median of " + rounds
                                + " rounds of " + seconds + " s (lower to upper quartile)",
                        head,
                        rows)),
                figures,
                List.of("Where the JVM's other threads have no other core, the scheduler gives each of them a slice of"
                        + " milliseconds: that is what one core costs, not a pause."));
    }

    private static Spread ratio(final Map<Way, List<double[]>> seen, final Way way, final int at) {
        final List<double[]> bare = seen.get(Way.BARE);
        final List<double[]> java = seen.get(way);
        final double[] ratios = new double[bare.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = java.get(round)[at] / Math.max(1, bare.get(round)[at]);
        }
        return Spread.of(ratios);
    }

    private static Spread spread(final List<double[]> rows, final int at) {
        return Spread.of(rows.stream().mapToDouble(row -> row[at]).toArray());
    }

    private static String micros(final Spread ns) {
        return String.format(Locale.ROOT, "%.2f µs (%.2f–%.2f)", ns.median() / 1e3, ns.lower() / 1e3, ns.upper() / 1e3);
    }

    private static String text(final Spread spread) {
        return String.format(Locale.ROOT, "%.2f× (%.2f–%.2f)", spread.median(), spread.lower(), spread.upper());
    }
}
