package lianmai.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import lianmai.bench.BenchException;
import lianmai.bench.Checkout;
import lianmai.bench.Quantity;
import lianmai.report.ResultFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lianmai gc-lab matrix}. */
@Command(
        name = MatrixCommand.NAME,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "The same rooms against servers with other collectors, heaps and flags, each on one core with the"
                + " load on another. Writes RESULTS.md, report.html and results.json.")
final class MatrixCommand implements Callable<Integer> {
    static final String NAME = "matrix";

    private static final int ROUNDS = 3;
    private static final String LENGTH = "3s";
    private static final String WARM_UP = "5s";
    private static final String QUICK_WARM_UP = "2s";
    private static final String QUICK_LENGTH = "2s";
    private static final long SHORTEST_MS = 500;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            arity = "1..*",
            description = "these cells only, or those whose names begin so; what results.json has of others stays")
    private List<String> only = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "rounds over all cells (3)")
    private Integer rounds;

    @Option(names = "--duration", paramLabel = "TIME", description = "measured in each round of each cell (3s)")
    private String duration;

    @Option(names = "--warm-up", paramLabel = "TIME", description = "under load before a server's first round (5s)")
    private String warmUp;

    @Option(names = "--quick", description = "one round of 2s: whether it works, not what comes out")
    private boolean isQuick;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "for the pages and results.json (gc-tuning for a whole run, else target/gc-lab)")
    private Path out;

    @Option(names = "--write", description = "only write the pages anew from results.json (in gc-tuning, or --out)")
    private boolean isWriteOnly;

    @Option(names = "--list", description = "what cells there are, and nothing else")
    private boolean isListOnly;

    @Override
    public Integer call() throws BenchException, IOException {
        final Checkout checkout = Checkout.find();
        final Path committed = checkout.usualJvmOptions().getParent().getParent();
        final List<Cell> all = Cells.all(checkout.usualJvmOptions().getParent());
        final List<Cell> cells = Cells.only(all, only);
        if (isListOnly) {
            cells.forEach(
                    cell -> System.out.printf("%-50s %3d MB/s  %s%n", cell.name(), cell.pressure(), cell.about()));
            return 0;
        }
        if (isWriteOnly) {
            final Path folder = out == null ? committed : out;
            publish(folder, LabResult.read(folder.resolve("results.json")));
            return 0;
        }
        final Path scratch = checkout.root().resolve("target/gc-lab");
        final Path folder = out != null ? out : isQuick || !only.isEmpty() ? scratch : committed;
        final MatrixRun run = new MatrixRun(cells, wantedRounds(), wantedLength(), wantedWarmUp());
        System.err.printf("lianmai: %d cells, about %.0f minutes%n", cells.size(), Math.ceil(run.seconds() / 60));
        // What cannot be read is better known before than after.
        final LabResult older = older(folder);
        final LabResult result =
                run.run(checkout, scratch.resolve("servers").toAbsolutePath()).over(older, all);
        ResultFile.write(folder.resolve("results.json"), result);
        publish(folder, result);
        return 0;
    }

    private int wantedRounds() throws BenchException {
        final int wanted = rounds == null ? isQuick ? 1 : ROUNDS : rounds;
        if (wanted < 1 || wanted > 100) {
            throw new BenchException("--rounds must be 1 to 100, not " + wanted);
        }
        return wanted;
    }

    private Duration wantedWarmUp() throws BenchException {
        return Quantity.duration("--warm-up", warmUp == null ? isQuick ? QUICK_WARM_UP : WARM_UP : warmUp);
    }

    private Duration wantedLength() throws BenchException {
        final String wanted = duration == null ? isQuick ? QUICK_LENGTH : LENGTH : duration;
        final Duration length = Quantity.duration("--duration", wanted);
        if (length.toMillis() < SHORTEST_MS) {
            throw new BenchException("--duration must be at least " + SHORTEST_MS + "ms, not " + wanted);
        }
        return length;
    }

    /** What is there of cells that are not measured now; nothing of another machine. */
    private static LabResult older(final Path folder) throws IOException {
        final Path file = folder.resolve("results.json");
        return Files.exists(file) ? LabResult.read(file) : new LabResult(LabResult.SCHEMA, null, List.of());
    }

    private static void publish(final Path folder, final LabResult result) throws IOException {
        final ResultsPage page = new ResultsPage(result);
        Files.writeString(folder.resolve("RESULTS.md"), page.markdown());
        Files.writeString(folder.resolve("report.html"), new LabReport(result).html());
        System.out.println(new Lessons(result).text());
        System.out.println();
        System.out.println("results: " + folder.resolve("RESULTS.md") + ", " + folder.resolve("report.html"));
    }
}
