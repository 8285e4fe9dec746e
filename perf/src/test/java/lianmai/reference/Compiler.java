package lianmai.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** gcc over the reference loops, and programs that it made, each with what they say. */
final class Compiler {
    private static final Path SOURCES = Path.of("src/main/c");
    private static final Path HEADER = Path.of("/usr/include/intel-ipsec-mb.h");
    private static final List<String> STRICT =
            List.of("gcc", "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-lpthread");
    private static final List<String> WITH_IPSEC_MB = List.of("-DHAVE_IPSEC_MB", "-lIPSec_MB");

    private final Path output;

    /**
     * What a program printed, on both streams.
     *
     * @param code its exit code
     */
    record Result(int code, String text) {}

    Compiler(final Path folder) {
        output = folder.resolve("output");
    }

    /** Skips the test where there is no gcc, and nowhere else. */
    static void assumeGcc() {
        final boolean hasGcc = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc")));
        assumeTrue(hasGcc && Files.isReadable(Path.of("/proc/self/status")), "gcc (Debian: gcc) or Linux is missing");
    }

    static void assumeIpsecMb() {
        assumeGcc();
        assumeTrue(Files.exists(HEADER), "libipsec-mb-dev is not installed");
    }

    /** Compiles every loop into one program. */
    Result loops(final Path program, final boolean withIpsecMb, final String... more)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(STRICT);
        try (Stream<Path> sources = Files.list(SOURCES)) {
            sources.map(Path::toString).filter(name -> name.endsWith(".c")).forEach(command::add);
        }
        command.addAll(withIpsecMb ? WITH_IPSEC_MB : List.of());
        command.addAll(List.of(more));
        command.addAll(List.of("-o", program.toString()));
        return run(command);
    }

    Result run(final List<String> command) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("ends in two minutes")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
