package lianmai.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import lianmai.bench.BenchException;

/**
 * What a JVM says when it is started with some options and has nothing to do.
 *
 * @param exitCode of the JVM
 * @param lines of its console
 */
record JvmProbe(int exitCode, List<String> lines) {
    /** Unified logging's decorations before the words. */
    private static final Pattern DECORATIONS = Pattern.compile("^(\\[[^]]*])+\\s*");

    JvmProbe {
        lines = List.copyOf(lines);
    }

    /** Starts it, waits for its end. */
    static JvmProbe start(final List<String> options, final List<String> more) throws BenchException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(more);
        command.add("-version");
        try {
            final Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new JvmProbe(process.waitFor(), said.lines().toList());
        } catch (final IOException e) {
            throw new BenchException("the JVM cannot be started: " + e.getMessage(), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    /** The first thing it complains about: an option that it does not know, or a wish that the system refuses. */
    Optional<String> firstComplaint() {
        final Stream<String> worthReading = lines.stream().filter(line -> !isEmptyWord(line));
        return exitCode != 0
                ? worthReading.findFirst()
                : worthReading
                        .filter(line -> line.contains("[warning]") || line.matches("(?i)(OpenJDK.* )?warning: .*"))
                        .map(JvmProbe::words)
                        .findFirst();
    }

    /** What the launcher adds when the JVM has said what is wrong, before or after it. */
    static boolean isEmptyWord(final String line) {
        return line.startsWith("Error: Could not create") || line.startsWith("Error: A fatal exception");
    }

    /** A line without when and by whom it was written. */
    static String words(final String line) {
        return DECORATIONS.matcher(line).replaceFirst("").strip();
    }
}
