package lianmai.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import lianmai.reference.CReference;
import lianmai.reference.ReferenceException;
import lianmai.report.BenchResult;
import lianmai.report.FigureTable;
import lianmai.report.HtmlReport;
import lianmai.report.ResultFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lianmai bench ports}. */
@Command(
        name = "ports",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures UDP ports beside each other: ours over io_uring and NIO, Netty's channels, sendmmsg by the"
                        + " foreign function interface, connected sockets, and the C loops of the same kind.")
final class PortsCommand implements Callable<Integer> {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    @Option(names = "--rounds", paramLabel = "N", description = "rounds of each (7)")
    private int rounds = 7;

    @Option(names = "--duration", paramLabel = "TIME", description = "of each in a round (150ms)")
    private String duration = "150ms";

    @Option(names = "--warm-up", paramLabel = "TIME", description = "of each before the first round (1s)")
    private String warmUp = "1s";

    @Option(names = "--out", paramLabel = "DIR", description = "for result.json and report.html (target/bench/…)")
    private Path out;

    @Override
    public Integer call() throws BenchException, IOException {
        if (rounds < 1 || rounds > 1000) {
            throw new BenchException("--rounds must be 1 to 1000, not " + rounds);
        }
        final double seconds = seconds("--duration", duration);
        final double warmUpSeconds = seconds("--warm-up", warmUp);
        final Checkout checkout = Checkout.find();
        final Path folder = (out == null
                        ? checkout.root()
                                .resolve(
                                        "target/bench/ports-" + STAMP.format(LocalDateTime.now(ZoneId.systemDefault())))
                        : out)
                .toAbsolutePath();
        Files.createDirectories(folder);
        final String startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        final Findings findings = measure(checkout, seconds, warmUpSeconds);
        final BenchResult result = new BenchResult(
                BenchResult.SCHEMA,
                "ports",
                command(),
                startedAt,
                MachineProbe.machine(checkout, checkout.usualJvmOptions()),
                options(),
                findings.contenders(),
                List.of(),
                List.of(),
                List.of(),
                findings.warnings());
        ResultFile.write(folder.resolve("result.json"), result);
        Files.writeString(folder.resolve("report.html"), HtmlReport.page(result));
        System.out.println();
        System.out.print(FigureTable.of(result).text());
        result.warnings().forEach(warning -> System.out.println("note: " + warning));
        System.out.println("report: " + folder.resolve("report.html"));
        return 0;
    }

    private static double seconds(final String option, final String text) throws BenchException {
        final double seconds = Quantity.duration(option, text).toNanos() / 1e9;
        if (seconds < 0.02 || seconds > 60) {
            throw new BenchException(option + " must be 20ms to 60s, not " + text);
        }
        return seconds;
    }

    private Findings measure(final Checkout checkout, final double seconds, final double warmUpSeconds)
            throws BenchException, ReferenceException {
        final Cores cores = Cores.take();
        if (!cores.isPinned()) {
            throw new BenchException("ports needs two cores, one to send and one to receive on");
        }
        final CReference loops = CReference.find().withCores(cores.server(), cores.generator());
        try (Children children = new Children();
                PortRun run = new PortRun(children, loops, cores, checkout.usualJvmOptions(), seconds)) {
            return run.measure(rounds, warmUpSeconds);
        }
    }

    private String command() {
        return "./lianmai bench ports --rounds " + rounds + " --duration " + duration + " --warm-up " + warmUp;
    }

    private Map<String, String> options() {
        final Map<String, String> options = new LinkedHashMap<>();
        options.put("rounds", Integer.toString(rounds));
        options.put("duration", duration);
        options.put("warm-up", warmUp);
        return options;
    }
}
