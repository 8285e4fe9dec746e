package lianmai.lab;

import java.util.List;
import java.util.concurrent.Callable;
import lianmai.bench.BenchException;
import lianmai.bench.Checkout;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lianmai gc-lab matrix}. */
@Command(
        name = MatrixCommand.NAME,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "The same rooms against servers with other collectors, heaps and flags.")
final class MatrixCommand implements Callable<Integer> {
    static final String NAME = "matrix";

    @Option(
            names = "--only",
            paramLabel = "NAME",
            arity = "1..*",
            description = "these cells only, or those whose names begin so")
    private List<String> only = List.of();

    @Option(names = "--list", required = true, description = "what cells there are, and nothing else")
    private boolean isListOnly;

    @Override
    public Integer call() throws BenchException {
        final List<Cell> cells =
                Cells.only(Cells.all(Checkout.find().usualJvmOptions().getParent()), only);
        if (isListOnly) {
            cells.forEach(cell -> System.out.printf("%-48s %s%n", cell.name(), cell.about()));
        }
        return 0;
    }
}
