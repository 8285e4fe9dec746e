package lianmai.lab;

import java.util.List;
import lianmai.bench.CommandRun;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program behind {@code ./lianmai gc-lab}; without the name of an experiment it is the matrix. */
@Command(
        name = "gc-lab",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {
            MatrixCommand.class,
            SteadyCommand.class,
            HiccupCommand.class,
            ViolationCommand.class,
            StartCommand.class
        },
        synopsisSubcommandLabel = "[EXPERIMENT]",
        description = "The laboratory for the JVM's pauses: the same load against servers that differ in one thing."
                + " Without a name it is the matrix; see ./lianmai gc-lab matrix --help.")
public final class LabCommand {
    private static final List<String> OWN = List.of("-h", "--help", "-V", "--version");

    private LabCommand() {}

    public static void main(final String[] arguments) {
        System.exit(CommandRun.execute(new CommandLine(new LabCommand()), withExperiment(arguments)));
    }

    /** The arguments with an experiment's name as the first. */
    static String[] withExperiment(final String... arguments) {
        if (arguments.length > 0 && (OWN.contains(arguments[0]) || !arguments[0].startsWith("-"))) {
            return arguments;
        }
        final String[] named = new String[arguments.length + 1];
        named[0] = MatrixCommand.NAME;
        System.arraycopy(arguments, 0, named, 1, arguments.length);
        return named;
    }
}
