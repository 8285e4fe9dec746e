package lianmai.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lianmai.bench.Main;
import lianmai.profile.Targets.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real benchmark as what is run meanwhile: which of its processes is which. */
@Timeout(90)
class WorkloadTest {
    @TempDir
    private Path folder;

    @Test
    void shouldFindTheServerAndTheGeneratorThatLoadsIt() throws IOException, InterruptedException {
        final List<Target> targets = new ArrayList<>();
        try (Workload workload = bench(
                "fanout", "--subscribers", "2", "--rounds", "1", "--duration", "20s", "--out", folder.toString())) {
            for (final ProfiledSide side : ProfiledSide.values()) {
                targets.add(workload.target(side));
            }
            final Target server = targets.getFirst();
            final Target load = targets.getLast();
            assertThat(server.command()).startsWith("serve ");
            assertThat(load.command()).startsWith("bench fanout --subscribers 2 ");
            assertThat(ProcessHandle.of(server.pid()).flatMap(ProcessHandle::parent))
                    .hasValueSatisfying(parent -> assertThat(parent.pid()).isEqualTo(load.pid()));
            // As --of load without --during finds it; others' benchmarks may run as well.
            assertThat(ProfiledSide.LOAD.running()).contains(load);
        }
        assertThat(targets).hasSize(2);
    }

    @Test
    void shouldSayThatItHasEndedWithoutAServer() throws IOException, InterruptedException {
        try (Workload workload = bench("dance")) {
            assertThatThrownBy(() -> workload.target(ProfiledSide.LOAD))
                    .isInstanceOf(ProfileException.class)
                    .hasMessage("\"bench dance\" ended (exit code 2) before it started a server; name one with --pid");
        }
    }

    private static Workload bench(final String... arguments) throws IOException {
        final List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("..", "gc-tuning", "jvm", "bench.args"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        words.addAll(List.of(arguments));
        return Workload.start("bench " + String.join(" ", arguments), words);
    }
}
