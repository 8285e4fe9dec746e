package lianmai.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lianmai bench reference}. */
@Command(
        name = "reference",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs the C reference loops: what sending, receiving and fanning out cost here at least.")
public final class ReferenceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "LOOP",
            description = "send, receive, fanout, echo, spin or cores (all of them, about two minutes and a half)")
    private String loop;

    @Option(names = "--quick", description = "the few rows that every benchmark prints, in some seconds")
    private boolean quick;

    @Option(names = "--core", paramLabel = "N", description = "core of the measured thread (the first)")
    private Integer core;

    @Option(names = "--other-core", paramLabel = "N", description = "core of its partner (the second)")
    private Integer otherCore;

    @Option(names = "--seconds", paramLabel = "S", description = "with LOOP: length of a round (1)")
    private String seconds;

    @Option(names = "--rounds", paramLabel = "N", description = "with LOOP: rounds of each row (5)")
    private String rounds;

    @Option(names = "--only", paramLabel = "ROWS", description = "with LOOP: rows by name, * for anything")
    private String only;

    @Option(names = "--gro", description = "with LOOP: receivers with UDP_GRO")
    private boolean gro;

    @Option(names = "--drain", paramLabel = "HOW", description = "with send: receiver poll, spin, block or none (poll)")
    private String drain;

    @Option(names = "--flat-out", description = "with fanout: only the rows that go as fast as they can")
    private boolean flatOut;

    @Override
    public Integer call() throws ReferenceException {
        if ((core == null) != (otherCore == null)) {
            throw new ReferenceException("--core and --other-core go together");
        }
        final CReference found = CReference.find();
        final CReference reference = core == null ? found : found.withCores(core, otherCore);
        ReferenceTable.lines(rows(reference)).forEach(spec.commandLine().getOut()::println);
        spec.commandLine().getOut().flush();
        return 0;
    }

    private List<ReferenceRow> rows(final CReference reference) throws ReferenceException {
        final List<String> options = options();
        if (loop == null && !options.isEmpty()) {
            throw new ReferenceException(
                    options.getFirst() + " needs the loop's name: send, receive, fanout, echo, spin, cores");
        }
        if (loop != null && quick) {
            throw new ReferenceException("--quick has its own loops; leave out " + loop);
        }
        if (loop != null) {
            return reference.run(loop, options);
        }
        return quick ? reference.quick() : reference.full();
    }

    private List<String> options() {
        final List<String> options = new ArrayList<>();
        add(options, "--seconds", seconds);
        add(options, "--rounds", rounds);
        add(options, "--only", only);
        add(options, "--drain", drain);
        if (gro) {
            options.add("--gro");
        }
        if (flatOut) {
            options.add("--flat-out");
        }
        return options;
    }

    private static void add(final List<String> options, final String name, final String value) {
        if (value != null) {
            options.add(name);
            options.add(value);
        }
    }
}
