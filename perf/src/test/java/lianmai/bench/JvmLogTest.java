package lianmai.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lianmai.report.BenchResult.Pause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmLogTest {
    @TempDir
    private Path folder;

    /** As JDK 25 prints it. */
    private static String safepoint(final long atNs, final String name, final long totalNs) {
        return "[" + atNs + "ns][safepoint] Safepoint \"" + name + "\", Time since last: 17281157 ns,"
                + " Reaching safepoint: 2604 ns, At safepoint: 15122 ns, Leaving safepoint: 922 ns, Total: " + totalNs
                + " ns, Threads: 0 runnable, 10 total";
    }

    @Test
    void shouldReadSafepointsAndCollectionsOfTheInterval() throws Exception {
        final Path file = Files.write(
                folder.resolve("jvm.log"),
                List.of(
                        "[1000000000ns][gc       ] Using The Z Garbage Collector",
                        safepoint(1_500_000_000L, "Before", 9),
                        safepoint(2_500_018_648L, "ZMarkStartYoung", 18_648),
                        "[2600000000ns][gc       ] GC(0) Major Collection (System.gc())",
                        "[2705000000ns][gc       ] GC(0) Major Collection (System.gc()) 4M(0%)->2M(0%) 0.005s",
                        "[2800000000ns][gc       ] GC(1) Pause Young (Normal) (G1 Evacuation) 24M->1M(254M) 1.500ms",
                        safepoint(9_900_000_000L, "After", 9)));
        final List<Pause> pauses = new JvmLog(file).between(2_000_000_000L, 3_000_000_000L);
        assertThat(pauses).hasSize(3);
        assertThat(pauses.get(0).what()).isEqualTo("ZMarkStartYoung");
        assertThat(pauses.get(0).isSafepoint()).isTrue();
        assertThat(pauses.get(0).atS()).isCloseTo(0.5, within(1e-9));
        assertThat(pauses.get(0).micros()).isCloseTo(18.648, within(1e-9));
        assertThat(pauses.get(1).isSafepoint()).isFalse();
        assertThat(pauses.get(1).atS()).isCloseTo(0.7, within(1e-9));
        assertThat(pauses.get(1).micros()).isCloseTo(5_000, within(1e-6));
        assertThat(pauses.get(2).micros()).isCloseTo(1_500, within(1e-6));
    }

    @Test
    void shouldKeepTheLongestForAPlot() {
        final List<Pause> many = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            many.add(new Pause(i, i % 100, "x", true));
        }
        assertThat(JvmLog.plotted(many)).hasSizeBetween(1_500, 2_000).allMatch(pause -> pause.micros() >= 60);
    }
}
