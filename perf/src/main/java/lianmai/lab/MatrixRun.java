package lianmai.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import lianmai.bench.BenchException;
import lianmai.bench.Checkout;
import lianmai.bench.Children;
import lianmai.bench.Cores;
import lianmai.bench.LianmaiTarget;
import lianmai.bench.MachineProbe;
import lianmai.bench.Progress;
import lianmai.lab.LabResult.Row;
import lianmai.lab.LabResult.Setting;
import lianmai.load.LoadException;
import lianmai.profile.AttachedAgent;
import lianmai.profile.ProfileException;
import lianmai.profile.ProfilerLibrary;
import lianmai.report.BenchResult.Pause;
import lianmai.report.BenchResult.Round;
import lianmai.report.Machine;
import lianmai.report.Metric;

/**
 * The matrix from beginning to end: round after round over all cells, so that what the host does meanwhile meets all of
 * them alike. A server is started once and stopped between its rounds.
 *
 * <p>Thread: main. Owns: every process it starts.
 */
final class MatrixRun {
    /** Whoever has joined last has its key frame and its jitter behind it. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    /** About what a start on one core takes. */
    private static final double START_S = 3.5;

    /** What is stopped meanwhile keeps its memory; the machine is to have some left. */
    private static final double MEMORY_SHARE = 0.7;

    private final List<Cell> cells;
    private final int rounds;
    private final Duration length;
    private final Duration warmUp;
    private final ServerFiles files = ServerFiles.find();
    private final List<Tally> tallies = new ArrayList<>();

    /** A cell's rounds as they come. */
    private static final class Tally {
        private final Cell cell;
        private final List<Round> rounds = new ArrayList<>();
        private final List<String> words = new ArrayList<>();
        private List<Pause> pauses = List.of();
        private String outcome;
        private boolean isOver;
        private CellServer server;

        Tally(final Cell cell) {
            this.cell = cell;
        }

        void add(final CellRound.Seen seen) {
            if (rounds.isEmpty()) {
                pauses = seen.pauses();
            }
            rounds.add(LabResult.rounded(seen.figures()));
        }

        /** Another start took so long. */
        void addStart(final int round, final CellServer started) {
            if (round < rounds.size()) {
                final Map<Metric, Double> figures =
                        new EnumMap<>(rounds.get(round).figures());
                figures.put(Metric.STARTUP_MS, started.target().startUp().toNanos() / 1e6);
                rounds.set(round, LabResult.rounded(figures));
            }
        }

        /** Its server has had its last round. */
        void end() throws IOException {
            if (server != null) {
                words.addAll(ConsoleWords.of(server.target().console()));
                server.close();
                server = null;
            }
            isOver = true;
        }

        /** It may go better in the next round, and what did go stands. */
        void fail(final String why) {
            outcome = outcome == null ? why : outcome;
        }

        Row row(final Setting setting) {
            if (outcome != null && !rounds.isEmpty()) {
                words.add("one round failed: " + outcome);
            }
            return new Row(
                    cell.name(),
                    cell.group(),
                    cell.about(),
                    cell.pressure(),
                    setting,
                    rounds.isEmpty() ? outcome : null,
                    words,
                    rounds,
                    pauses);
        }
    }

    /** @param warmUp under load before a server's first round, in which its JIT does most of its work */
    MatrixRun(final List<Cell> cells, final int rounds, final Duration length, final Duration warmUp) {
        this.cells = cells;
        this.rounds = rounds;
        this.length = length;
        this.warmUp = warmUp;
    }

    /** About how long it takes. */
    double seconds() {
        final long startOnly = cells.stream().filter(Cell::isStartOnly).count();
        final double round = CellRound.overheadSeconds() + length.toMillis() / 1e3;
        final double first = START_S + warmUp.toMillis() / 1e3 + round;
        final double later = SETTLE.toSeconds() + round;
        final long timed = cells.stream().filter(Cell::isStartTimed).count();
        return timed * START_S * (rounds - 1)
                + startOnly * first
                + (cells.size() - startOnly) * (first + (rounds - 1) * later);
    }

    /**
     * Measures.
     *
     * @param folder for the servers' logs
     */
    LabResult run(final Checkout checkout, final Path folder) throws BenchException, IOException {
        final Machine machine = MachineProbe.machine(checkout, checkout.usualJvmOptions());
        final Setting setting = new Setting(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                machine.commit(),
                length.toMillis() / 1e3,
                warmUp.toMillis() / 1e3,
                rounds);
        final Progress progress = Progress.onConsole(seconds());
        try (Children children = new Children()) {
            final Cores cores = Cores.take();
            for (final Cell cell : cells) {
                tallies.add(probed(cell));
            }
            for (final List<Tally> block : blocks()) {
                new Block(children, cores, folder, progress).run(block);
            }
            startAgain(children, cores, folder, progress);
        } finally {
            progress.end();
        }
        return new LabResult(
                LabResult.SCHEMA,
                machine,
                tallies.stream().map(tally -> tally.row(setting)).toList());
    }

    /** What the machine has not is found out by a JVM that does nothing else. */
    private Tally probed(final Cell cell) throws BenchException {
        final Tally tally = new Tally(cell);
        if (cell.group() == Cell.Group.FEATURE) {
            final Optional<String> missing = cell.isCached()
                    ? files.missingCache()
                    : JvmProbe.start(cell.jvm(), List.of()).firstComplaint();
            if (missing.isPresent()) {
                tally.fail("not available here: " + missing.get());
                tally.isOver = true;
            } else if (cell.isCached()) {
                tally.words.add("what the JVM does not take from the cache: " + files.leftOut(cell.jvm()));
            }
        }
        return tally;
    }

    /** A server is started once for all rounds; where starting is what a row is about, once is too little. */
    private void startAgain(final Children children, final Cores cores, final Path folder, final Progress progress)
            throws BenchException, IOException {
        for (int round = 1; round < rounds; round++) {
            for (final Tally tally : tallies) {
                if (tally.cell.isStartTimed() && !tally.rounds.isEmpty()) {
                    final String stage =
                            String.format(Locale.ROOT, "start %d of %d: %s", round + 1, rounds, tally.cell.name());
                    progress.show(stage, "", START_S, System.nanoTime());
                    try (CellServer started =
                            CellServer.start(children, cores, files, tally.cell, folder.resolve("starts"))) {
                        tally.addStart(round, started);
                    }
                }
            }
        }
    }

    /** As many at a time as the machine's memory holds servers; those that only start need no place. */
    private List<List<Tally>> blocks() {
        final Deque<List<Tally>> blocks = new ArrayDeque<>(List.of(new ArrayList<>()));
        final double mostMb = MEMORY_SHARE * ServerMemory.availableMb();
        double mb = 0;
        for (final Tally tally : tallies) {
            final double needed = tally.isOver || tally.cell.isStartOnly() ? 0 : ServerMemory.neededMb(tally.cell);
            if (mb + needed > mostMb && mb > 0) {
                blocks.add(new ArrayList<>());
                mb = 0;
            }
            blocks.getLast().add(tally);
            mb += needed;
        }
        return List.copyOf(blocks);
    }

    /** Cells whose servers live at the same time, all but one of them stopped. */
    private final class Block {
        private final Children children;
        private final Cores cores;
        private final Path folder;
        private final Progress progress;
        private final CellRound cellRound = new CellRound(length);

        Block(final Children children, final Cores cores, final Path folder, final Progress progress) {
            this.children = children;
            this.cores = cores;
            this.folder = folder;
            this.progress = progress;
        }

        void run(final List<Tally> tallies) throws BenchException, IOException {
            try {
                for (int round = 0; round < rounds; round++) {
                    for (final Tally tally : tallies) {
                        if (!tally.isOver) {
                            one(tally, round);
                        }
                    }
                }
            } finally {
                for (final Tally tally : tallies) {
                    tally.end();
                }
            }
        }

        private void one(final Tally tally, final int round) throws BenchException, IOException {
            final String stage = String.format(Locale.ROOT, "round %d of %d: %s", round + 1, rounds, tally.cell.name());
            final boolean isFirst = tally.server == null;
            try {
                if (isFirst) {
                    progress.show(stage, "starting", 0, System.nanoTime());
                    tally.server = CellServer.start(
                            children,
                            cores,
                            files,
                            tally.cell,
                            folder.resolve(tally.cell.name().replace('/', '-')));
                    progress.show(stage, "", START_S, System.nanoTime());
                } else {
                    tally.server.resume();
                }
                final CellRound.Seen seen =
                        cellRound.run(tally.cell, tally.server, isFirst ? warmUp : SETTLE, progress, stage);
                if (isFirst) {
                    seen.figures()
                            .put(
                                    Metric.STARTUP_MS,
                                    tally.server.target().startUp().toNanos() / 1e6);
                }
                tally.add(seen);
                if (tally.cell.isStartOnly()) {
                    attach(tally.server.target());
                    tally.server.askAsPrometheus();
                    tally.end();
                } else {
                    tally.server.stop();
                }
            } catch (final BenchException | LoadException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                tally.fail(e.getMessage());
                tally.end();
            }
        }

        /** As a profiler does: a flag may be there only to keep the JVM from remarking on it. */
        private void attach(final LianmaiTarget target) throws BenchException, IOException {
            try (AttachedAgent agent = AttachedAgent.to(target.pid().getAsLong(), ProfilerLibrary.file())) {
                final String refusal = agent.execute("version");
                if (refusal != null) {
                    throw new BenchException("cannot be profiled: " + refusal);
                }
            } catch (final ProfileException e) {
                throw new BenchException("cannot be profiled: " + e.getMessage(), e);
            }
        }
    }
}
