package lianmai.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The C sources under the strictest compiler, with and without ipsec-mb, and under the sanitizers. */
class ReferenceBuildTest {
    private static final String[] SANITIZERS = {"-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"
    };

    @TempDir
    private Path folder;

    private Compiler compiler;

    @BeforeEach
    void setUp() {
        Compiler.assumeGcc();
        compiler = new Compiler(folder);
    }

    @Test
    void shouldCompileWithoutWarnings() throws IOException, InterruptedException {
        Compiler.assumeIpsecMb();

        assertThat(compiler.loops(folder.resolve("loops"), true, "-O2")).isEqualTo(new Compiler.Result(0, ""));
    }

    @Test
    void shouldMeasureWithoutIpsecMbAllButEncryption() throws IOException, InterruptedException {
        final String program = folder.resolve("plain").toString();
        assertThat(compiler.loops(Path.of(program), false, "-O2")).isEqualTo(new Compiler.Result(0, ""));

        final Compiler.Result plain = compiler.run(List.of(program, "send", "--seconds", "0.01", "--rounds", "1"));
        final Compiler.Result fanout = compiler.run(
                List.of(program, "fanout", "--seconds", "0.05", "--rounds", "1", "--flat-out", "--destinations", "3"));
        final Compiler.Result sealed = compiler.run(List.of(program, "send", "--only", "send/gso-8/gcm-128"));

        assertThat(plain.text()).contains("\"send/gso-8\"").doesNotContain("gcm");
        assertThat(fanout.text()).contains("\"fanout/video/flat-out/plain\"");
        assertThat(sealed.code()).isEqualTo(2);
        assertThat(sealed.text()).contains("need ipsec-mb").hasLineCount(1);
    }

    @Test
    void shouldHoldUnderTheSanitizers() throws IOException, InterruptedException {
        final Path probe = Files.writeString(folder.resolve("probe.c"), "int main(void) { return 0; }\n");
        final Compiler.Result probed = compiler.run(List.of(
                "gcc",
                SANITIZERS[2],
                probe.toString(),
                "-o",
                folder.resolve("probe").toString()));
        assumeTrue(probed.code() == 0, "gcc has no sanitizers (Debian: libasan8 and libubsan1)");
        Compiler.assumeIpsecMb();
        final String program = folder.resolve("sanitized").toString();
        assertThat(compiler.loops(Path.of(program), true, SANITIZERS)).isEqualTo(new Compiler.Result(0, ""));

        assertThat(compiler.run(List.of(program, "--self-test"))).isEqualTo(new Compiler.Result(0, ""));
        for (final String loop : List.of("send", "fanout", "echo", "spin", "receive")) {
            // A loop's memory is its own until the program ends.
            final Compiler.Result result = compiler.run(List.of(
                    "env",
                    "ASAN_OPTIONS=detect_leaks=0",
                    program,
                    loop,
                    "--seconds",
                    "0.02",
                    "--rounds",
                    "1",
                    "--destinations",
                    "70",
                    "--gro"));
            assertThat(result.code()).as(result.text()).isZero();
        }
    }
}
