package lianmai.server;

import java.io.IOException;
import java.net.BindException;
import java.util.Arrays;
import lianmai.stat.StatCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program behind {@code ./lianmai}: one line on standard error and exit code 2 for whatever a user can mend. */
@Command(
        name = "lianmai",
        description = "A low-latency live co-streaming media server.",
        mixinStandardHelpOptions = true,
        footer = "  stat   Shows what a running server does; see lianmai stat --help.",
        subcommands = {ServeCommand.class, TokenCommand.class})
public final class Main {
    private static final int USAGE = 2;

    private Main() {}

    public static void main(final String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("stat")) {
            // Past the library that reads the other commands' options: it takes longer to load than stat to answer.
            System.exit(StatCommand.run(Arrays.copyOfRange(arguments, 1, arguments.length)));
        }
        final CommandLine commands = new CommandLine(new Main());
        commands.setExecutionExceptionHandler((failure, command, parsed) -> explain(failure));
        commands.setParameterExceptionHandler((failure, given) -> {
            System.err.println("lianmai: " + failure.getMessage() + "; see ./lianmai "
                    + failure.getCommandLine().getCommandName() + " --help");
            return USAGE;
        });
        System.exit(commands.execute(arguments));
    }

    private static int explain(final Exception failure) throws Exception {
        if (failure instanceof ConfigException || failure instanceof BindException || failure instanceof IOException) {
            System.err.println("lianmai: " + failure.getMessage());
            return USAGE;
        }
        throw failure;
    }
}
