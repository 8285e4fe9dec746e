package lianmai.bench;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import lianmai.load.LoadException;
import picocli.CommandLine;

/** Runs a command line: one line on standard error and exit code 2 for what a user can mend. */
public final class CommandRun {
    private static final int USAGE = 2;

    private CommandRun() {}

    /** 0: done; 1: a regression; 2: something for the user to mend. */
    public static int execute(final CommandLine command, final String... arguments) {
        command.setExecutionExceptionHandler((failure, which, parsed) -> explain(failure));
        command.setParameterExceptionHandler((failure, given) -> {
            System.err.println("lianmai: " + firstLine(failure.getMessage()) + "; see ./lianmai "
                    + command.getCommandName() + " --help");
            return USAGE;
        });
        return command.execute(arguments);
    }

    private static int explain(final Exception failure) throws Exception {
        switch (failure) {
            case BenchException e -> System.err.println("lianmai: " + e.getMessage());
            case LoadException e -> System.err.println("lianmai: " + e.getMessage());
            case AccessDeniedException e -> System.err.println("lianmai: no permission for " + e.getFile());
            case FileSystemException e -> System.err.println("lianmai: " + e.getFile() + " cannot be written");
            case IOException e -> System.err.println("lianmai: " + e.getMessage());
            default -> throw failure;
        }
        return USAGE;
    }

    private static String firstLine(final String message) {
        return message.lines().findFirst().orElse("wrong usage");
    }
}
