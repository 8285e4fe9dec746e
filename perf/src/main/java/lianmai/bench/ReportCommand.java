package lianmai.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import lianmai.report.BenchResult;
import lianmai.report.FigureTable;
import lianmai.report.HtmlReport;
import lianmai.report.PerformancePage;
import lianmai.report.ResultFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lianmai bench report}. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = "Shows results again: one in the terminal and as a page, or all committed ones in the document.")
final class ReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RESULT", arity = "0..1", description = "a result.json; its report.html is written anew")
    private Path file;

    @Option(names = "--write", paramLabel = "PAGE", description = "put the results' tables into docs/performance.md")
    private Path page;

    @Option(names = "--results", paramLabel = "DIR", description = "folder of the results for --write (perf/results)")
    private Path results = Path.of("perf", "results");

    @Override
    public Integer call() throws BenchException, IOException {
        if ((file == null) == (page == null)) {
            throw new BenchException("give a result.json, or --write docs/performance.md");
        }
        if (page != null) {
            PerformancePage.write(page, results);
            return 0;
        }
        final BenchResult result = ResultFile.readResult(file);
        System.out.print(FigureTable.of(result).text());
        Files.writeString(file.resolveSibling("report.html"), HtmlReport.page(result));
        return 0;
    }
}
