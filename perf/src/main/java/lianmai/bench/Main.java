package lianmai.bench;

import picocli.CommandLine;

/** The program behind {@code ./lianmai bench}. */
public final class Main {
    private Main() {}

    public static void main(final String[] arguments) {
        System.exit(CommandRun.execute(new CommandLine(new BenchCommand()), arguments));
    }
}
