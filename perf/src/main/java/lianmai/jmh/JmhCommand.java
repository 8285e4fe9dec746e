package lianmai.jmh;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import lianmai.srtp.SrtpProviders;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * {@code ./lianmai jmh [regex] [options of JMH]}: runs the benchmarks whose names contain the expression, whatever the
 * case, in JVMs with the server's options, and leaves the results as text and JSON.
 */
public final class JmhCommand {
    private static final Path RESULTS = Path.of("target", "jmh");
    private static final String PROVIDER = "provider";
    private static final int BAD_INPUT = 2;

    private JmhCommand() {}

    public static void main(final String[] args) throws IOException {
        try {
            run(new CommandLineOptions(args));
        } catch (final CommandLineOptionException | NoBenchmarksException e) {
            fail(
                    e instanceof NoBenchmarksException
                            ? "no benchmark has such a name; ./lianmai jmh -l lists them"
                            : e.getMessage());
        } catch (final RunnerException e) {
            fail(e.getMessage());
        }
    }

    private static void run(final CommandLineOptions given) throws IOException, RunnerException {
        if (given.shouldHelp()) {
            given.showHelp();
            return;
        }
        final ChainedOptionsBuilder options = new OptionsBuilder().parent(given);
        given.getIncludes().forEach(expression -> options.include("(?i)" + expression));
        if (given.shouldList()) {
            new Runner(options.build()).list();
            return;
        }
        final SrtpProviders.Chosen chosen = SrtpProviders.choose(SrtpProviders.Mode.AUTO);
        if (chosen.provider().name().equals("jitsi")
                && !given.getParameter(PROVIDER).hasValue()) {
            System.out.println("# no native SRTP here: " + chosen.reason() + ". " + chosen.advice());
            options.param(PROVIDER, "jitsi");
        }
        final String name = given.getIncludes().isEmpty()
                ? "all"
                : String.join("-", given.getIncludes()).replaceAll("[^A-Za-z0-9]+", "-");
        final Collection<RunResult> results = new Runner(options.build()).run();
        Files.createDirectories(RESULTS);
        write(results, ResultFormatType.TEXT, RESULTS.resolve(name + ".txt"));
        write(results, ResultFormatType.JSON, RESULTS.resolve(name + ".json"));
    }

    private static void write(final Collection<RunResult> results, final ResultFormatType type, final Path file)
            throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(type, out).writeOut(results);
        }
        System.out.println("# " + file);
    }

    private static void fail(final String sentence) {
        System.err.println("lianmai: " + sentence);
        System.exit(BAD_INPUT);
    }
}
