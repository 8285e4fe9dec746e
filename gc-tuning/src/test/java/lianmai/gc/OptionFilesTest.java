package lianmai.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The option files of {@code gc-tuning/jvm} against the JDK that runs: what it does not know it must not be given. */
class OptionFilesTest {
    private static final Path FOLDER = Path.of("jvm");
    private static final Map<String, String> COLLECTORS = new TreeMap<>(Map.of(
            "relay", "ZGC",
            "diagnose", "ZGC",
            "test", "ZGC",
            "zgc-default", "ZGC",
            "recipe", "ZGC",
            "g1", "G1",
            "parallel", "PS",
            "shenandoah", "Shenandoah",
            "bench", "ZGC",
            "tool", "Copy"));

    @TempDir
    private Path work;

    /** What the started JVM runs: names its collectors. */
    static final class Probe {
        private Probe() {}

        public static void main(final String[] arguments) {
            final StringBuilder names = new StringBuilder();
            for (final GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                names.append(collector.getName()).append(';');
            }
            System.out.println(names);
        }
    }

    static Stream<String> names() {
        return COLLECTORS.keySet().stream();
    }

    @Test
    void shouldHaveTheseFiles() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            names().map(name -> name + ".args").toList());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldStartWithoutAWord(final String name) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + FOLDER.resolve(name + ".args").toAbsolutePath(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Probe.class.getName())
                .directory(work.toFile())
                .redirectErrorStream(true)
                .start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.lines()).as(output).hasSize(1);
        assertThat(output).contains(COLLECTORS.get(name));
    }

    /** A flag whose reason nobody wrote down is one that nobody dares to remove. */
    @ParameterizedTest
    @MethodSource("names")
    void shouldGiveReasonsAboveTheFlags(final String name) throws IOException {
        final List<String> lines = Files.readAllLines(FOLDER.resolve(name + ".args"));
        assertThat(lines.getFirst()).startsWith("# ");
        assertThat(lines).allMatch(line -> line.startsWith("# ") || line.startsWith("-"));
        assertThat(lines.stream().filter(line -> line.startsWith("# ")).count()).isGreaterThanOrEqualTo(2);
    }

    /** The controls differ from the server's file in the collector alone. */
    @ParameterizedTest
    @ValueSource(strings = {"diagnose", "zgc-default", "recipe", "g1", "parallel", "shenandoah"})
    void shouldGiveEveryServerWhatItsCodeNeeds(final String name) throws IOException {
        final List<String> needed = Files.readAllLines(FOLDER.resolve("relay.args")).stream()
                .filter(line -> line.startsWith("--") || line.startsWith("-D") || line.contains("CompileCommand"))
                .toList();
        assertThat(needed).isNotEmpty();
        assertThat(Files.readAllLines(FOLDER.resolve(name + ".args"))).containsAll(needed);
    }
}
