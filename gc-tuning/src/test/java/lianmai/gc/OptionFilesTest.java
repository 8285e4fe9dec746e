package lianmai.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The option files of {@code gc-tuning/jvm} against the JDK that runs: what it does not know it must not be given. */
class OptionFilesTest {
    private static final Path FOLDER = Path.of("jvm");
    private static final Path RESULTS = Path.of("RESULTS.md");
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\|");
    private static final Pattern NAMED_ROWS = Pattern.compile("Rows?: ((?:[-/.\\w]+, )*[-/.\\w]*\\w)");
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

    /** Flags that are not there for speed: what is said, or does not work, in a JVM without them. */
    @ParameterizedTest
    @CsvSource({
        "--add-opens=java.base/jdk.internal.misc, 'cannot access class jdk.internal.misc.Unsafe'",
        "--enable-native-access, WARNING: A restricted method in java.lang.foreign.Linker has been called",
        "--sun-misc-unsafe-memory-access, WARNING: A terminally deprecated method in sun.misc.Unsafe has been called",
        "--add-exports=java.base/jdk.internal.perf, pauses cannot be told",
        "-XX:CompileCommand=quiet, 'CompileCommand: inline '"
    })
    void shouldBeMissedWhenItIsNotThere(final String flag, final String complaint)
            throws IOException, InterruptedException {
        final List<String> all = Files.readAllLines(FOLDER.resolve("relay.args"));
        assertThat(used(all)).as("with " + flag).containsExactly("used");
        final List<String> without =
                all.stream().filter(line -> !line.startsWith(flag)).toList();
        assertThat(without).hasSize(all.size() - 1);
        assertThat(used(without)).as("without " + flag).anyMatch(line -> line.contains(complaint));
    }

    /** What is said by a JVM with these options that does what the server's libraries do. */
    private List<String> used(final List<String> options) throws IOException, InterruptedException {
        final Path file = Files.write(work.resolve("some.args"), options);
        final Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + file,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Uses.class.getName())
                .directory(work.toFile())
                .redirectErrorStream(true)
                .start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines().toList();
    }

    /** Uses what the server's libraries use of the JDK. */
    static final class Uses {
        private Uses() {}

        @SuppressWarnings("restricted")
        public static void main(final String[] arguments) throws ReflectiveOperationException {
            // As Agrona's buffers.
            Class.forName("jdk.internal.misc.Unsafe").getMethod("getUnsafe").invoke(null);
            // As native SRTP.
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("abs"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            // As the library that writes /metrics as protobuf.
            final Class<?> unsafe = Class.forName("sun.misc.Unsafe");
            final Field the = unsafe.getDeclaredField("theUnsafe");
            the.setAccessible(true);
            unsafe.getMethod("arrayBaseOffset", Class.class).invoke(the.get(null), byte[].class);
            System.out.println(SafepointClock.ofThisJvm().isPresent() ? "used" : "pauses cannot be told");
        }
    }

    /** A flag whose reason nobody wrote down is one that nobody dares to remove. */
    @ParameterizedTest
    @MethodSource("names")
    void shouldGiveAReasonAboveEachFlag(final String name) throws IOException {
        final List<String> lines = Files.readAllLines(FOLDER.resolve(name + ".args"));
        assertThat(lines.getFirst()).startsWith("# ");
        assertThat(lines).allMatch(line -> line.startsWith("# ") || line.startsWith("-"));
        assertThat(reasons(lines))
                .allSatisfy((flag, reason) -> assertThat(reason).as(flag).isNotEmpty());
    }

    /** The page is written by the laboratory: a row of it is what was measured, not what somebody remembers. */
    @ParameterizedTest
    @ValueSource(strings = {"relay", "g1", "parallel", "shenandoah", "zgc-default", "recipe"})
    void shouldNameAMeasuredRowForEachFlagOfTheServer(final String name) throws IOException {
        final Set<String> rows = new HashSet<>();
        for (final String line : Files.readAllLines(RESULTS)) {
            final Matcher row = ROW.matcher(line);
            if (row.lookingAt()) {
                rows.add(row.group(1));
            }
        }
        assertThat(reasons(Files.readAllLines(FOLDER.resolve(name + ".args")))).allSatisfy((flag, reason) -> {
            final Matcher named = NAMED_ROWS.matcher(reason);
            assertThat(named.find()).as("%s names no row: %s", flag, reason).isTrue();
            assertThat(rows).as(flag).contains(named.group(1).split(", "));
        });
    }

    /** What the laboratory does not measure must not look as if it did. */
    @ParameterizedTest
    @ValueSource(strings = {"diagnose", "test", "tool", "bench"})
    void shouldSayAtTheTopThatItIsNoRowOfTheLaboratory(final String name) throws IOException {
        final List<String> lines = Files.readAllLines(FOLDER.resolve(name + ".args"));
        assertThat(reasons(lines).values().iterator().next())
                .containsIgnoringCase("not a row of the laboratory")
                .contains("the comments say why each flag.");
    }

    /** The comment right above each flag. */
    private static Map<String, String> reasons(final List<String> lines) {
        final Map<String, String> reasons = new LinkedHashMap<>();
        final StringBuilder reason = new StringBuilder();
        for (final String line : lines) {
            if (line.startsWith("#")) {
                reason.append(line.substring(1));
            } else {
                reasons.put(line, reason.toString().strip());
                reason.setLength(0);
            }
        }
        return reasons;
    }

    /** A control that lacks more of the server's flags than it says would be compared for the wrong reason. */
    @ParameterizedTest
    @CsvSource({
        "diagnose, ''",
        "zgc-default, AlwaysPreTouch SoftMaxHeapSize ZProactive",
        "recipe, SoftMaxHeapSize ZProactive",
        "g1, UseZGC SoftMaxHeapSize ZProactive",
        "parallel, UseZGC SoftMaxHeapSize ZProactive",
        "shenandoah, UseZGC SoftMaxHeapSize ZProactive"
    })
    void shouldSayWhichFlagsOfTheServerItDoesWithout(final String name, final String without) throws IOException {
        final List<String> lines = Files.readAllLines(FOLDER.resolve(name + ".args"));
        final List<String> missing = Files.readAllLines(FOLDER.resolve("relay.args")).stream()
                .filter(line -> line.startsWith("-") && !lines.contains(line))
                .map(flag -> flag.replaceAll("^-XX:[-+]?|=.*", ""))
                .toList();
        assertThat(String.join(" ", missing)).isEqualTo(without);
        final String said = String.join(" ", reasons(lines).values());
        assertThat(missing).filteredOn(flag -> !flag.equals("UseZGC")).allSatisfy(flag -> assertThat(said)
                .contains(flag));
    }

    /** Whatever is measured or looked into: without these flags the server's code does not work as it should. */
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
