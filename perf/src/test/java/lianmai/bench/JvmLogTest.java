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

    /** As JDK 25 prints them, of several collectors. */
    @Test
    void shouldTellCollectorsPausesFromOthersAndCountCyclesOnce() throws Exception {
        final Path file = Files.write(
                folder.resolve("jvm.log"),
                List.of(
                        safepoint(100, "ZMarkEndOld", 90),
                        "[1000ns][gc       ] GC(3) Major Collection (Warmup)",
                        safepoint(1_100, "ZMarkStartYoungAndOld", 18_648),
                        safepoint(1_200, "Cleanup", 7),
                        safepoint(1_300, "G1CollectForAllocation", 7),
                        safepoint(1_400, "ShenandoahFinalMarkStartEvac", 7),
                        safepoint(1_500, "ParallelCollectForAllocation", 7),
                        "[1600ns][gc       ] GC(3) Major Collection (Warmup) 62M(12%)->16M(3%) 0.031s",
                        "[1700ns][gc       ] GC(4) Pause Remark 24M->24M(64M) 1.500ms",
                        "[1750ns][gc       ] GC(4) Pause Cleanup 24M->24M(64M) 0.100ms",
                        "[1800ns][gc       ] Allocation Stall (control-plane) 12.250ms",
                        "[1900ns][gc       ] Failed to allocate Shared, 24B",
                        "[2100ns][gc       ] GC(5) Minor Collection (Allocation Rate) 62M(12%)->16M(3%) 0.031s"));
        final JvmLog.Events events = new JvmLog(file).events(1_000, 2_000);
        assertThat(events.safepoints())
                .filteredOn(JvmLog.Safepoint::isCollection)
                .extracting(JvmLog.Safepoint::operation)
                .containsExactly(
                        "ZMarkStartYoungAndOld",
                        "G1CollectForAllocation",
                        "ShenandoahFinalMarkStartEvac",
                        "ParallelCollectForAllocation");
        assertThat(events.safepoints())
                .first()
                .isEqualTo(new JvmLog.Safepoint(1_100, "ZMarkStartYoungAndOld", 2_604, 15_122, 18_648));
        assertThat(events.collections()).isEqualTo(2);
        assertThat(events.stalls()).containsExactly(12_250_000L, 0L);
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
