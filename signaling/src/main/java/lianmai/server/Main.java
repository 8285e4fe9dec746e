package lianmai.server;

import java.io.IOException;
import java.net.BindException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program behind {@code ./lianmai}: one line on standard error and exit code 2 for whatever a user can mend. */
@Command(
        name = "lianmai",
        description = "A low-latency live co-streaming media server.",
        mixinStandardHelpOptions = true,
        subcommands = {ServeCommand.class, TokenCommand.class})
public final class Main {
    private static final int USAGE = 2;

    private Main() {}

    public static void main(final String[] arguments) {
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
