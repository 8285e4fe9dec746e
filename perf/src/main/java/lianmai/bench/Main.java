package lianmai.bench;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import lianmai.load.LoadException;
import picocli.CommandLine;

/** The program behind {@code ./lianmai bench}: one line on standard error and exit code 2 for what a user can mend. */
public final class Main {
    private static final int USAGE = 2;

    private Main() {}

    public static void main(final String[] arguments) {
        System.exit(execute(arguments));
    }

    /** 0: done; 1: a regression; 2: something for the user to mend. */
    static int execute(final String... arguments) {
        final CommandLine command = new CommandLine(new BenchCommand());
        command.setExecutionExceptionHandler((failure, which, parsed) -> explain(failure));
        command.setParameterExceptionHandler((failure, given) -> {
            System.err.println("lianmai: " + firstLine(failure.getMessage()) + "; see ./lianmai bench --help");
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
