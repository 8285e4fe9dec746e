package lianmai.ipsecmb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds the C half and its own test with the address and undefined-behaviour sanitizers, and runs it. */
class SanitizerTest {
    private static final List<String> SANITIZED = List.of(
            "gcc",
            "-std=gnu11",
            "-g",
            "-O1",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-fsanitize=address,undefined",
            "-fno-sanitize-recover=all");
    private static final int SKIPPED = 77;

    @TempDir
    private Path folder;

    @Test
    void shouldHoldUnderTheSanitizers() throws IOException, InterruptedException {
        NativeSrtp.provider();
        final Path probe = Files.writeString(folder.resolve("probe.c"), "int main(void) { return 0; }\n");
        assumeTrue(compile("probe", probe.toString()) == 0, "gcc has no sanitizers");
        final int compiled =
                compile("test", "src/test/c/srtp_batch_test.c", "src/main/c/srtp_batch.c", "-lIPSec_MB", "-lpthread");
        assertThat(compiled).as(this::output).isZero();

        final int result = run(List.of(folder.resolve("test").toString()));

        assumeTrue(result != SKIPPED, this::output);
        assertThat(result).as(this::output).isZero();
    }

    private int compile(final String program, final String... what) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(SANITIZED);
        command.addAll(List.of(what));
        command.addAll(List.of("-o", folder.resolve(program).toString()));
        return run(command);
    }

    private int run(final List<String> command) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("ends in a minute").isTrue();
        return process.exitValue();
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("output"), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            return e.toString();
        }
    }
}
