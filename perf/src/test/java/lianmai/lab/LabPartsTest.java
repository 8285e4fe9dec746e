package lianmai.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LabPartsTest {
    @TempDir
    private Path folder;

    @Test
    void shouldTakeTheRateFromTheLinesInBetween() {
        final List<String> lines =
                List.of("100 0", "1000000100 100000000", "2000000100 300000000", "9000000100 300000001");
        assertThat(Pressure.reached(lines, 1_000, 3_000_000_000L)).isCloseTo(200, within(1e-9));
        assertThat(Pressure.reached(lines, 3_000_000_000L, 4_000_000_000L)).isZero();
        assertThat(Pressure.reached(List.of("half a li"), 0, 1)).isZero();
    }

    /** It counts what the JVM counted, so that what it tells is what was allocated, however slow the machine. */
    @Test
    @Timeout(30)
    void shouldTellWhatItAllocates() throws Exception {
        final Path told = folder.resolve("pressure.log");
        final Thread thread = Thread.ofPlatform().daemon(true).start(new Pressure(5, told));
        while (!Files.exists(told) || Files.readAllLines(told).size() < 2) {
            LockSupport.parkNanos(1_000_000);
        }
        thread.interrupt();
        thread.join();
        final double reached = Pressure.reached(Files.readAllLines(told), 0, Long.MAX_VALUE);
        assertThat(reached).isPositive().isLessThan(10);
    }

    @Test
    void shouldFindPercentilesBetweenTheBounds() {
        final List<Long> bounds = List.of(1_000L, 10_000L, 100_000L);
        final long[] counts = {50, 50, 0, 0};
        assertThat(Residence.quantile(bounds, counts, 0.5, 9_000)).isCloseTo(1_000, within(1.0));
        assertThat(Residence.quantile(bounds, counts, 0.75, 9_000)).isCloseTo(3_000, within(1.0));
        assertThat(Residence.quantile(bounds, counts, 1, 9_000)).isCloseTo(9_000, within(1.0));
        assertThat(Residence.quantile(bounds, new long[] {1, 0, 0, 1}, 1, 7_000))
                .isEqualTo(7_000);
    }

    @Test
    void shouldRankFewValuesByTheLargest() {
        final List<Integer> values = List.of(3, 1, 2);
        assertThat(CellRound.rank(values, Integer::longValue, 0.99)).isEqualTo(3);
        assertThat(CellRound.rank(values, Integer::longValue, 0.5)).isEqualTo(2);
        assertThat(CellRound.rank(values, Integer::longValue, 0)).isEqualTo(1);
    }

    @Test
    void shouldHearTheJvmAndNotTheServer() {
        assertThat(ConsoleWords.of(List.of(
                        "12:34:56.789 WARN  monitor      LatencyWatch: pause error",
                        "12:34:56.789 WARN  main         LatencyWatch: not told: the JVM needs --add-exports=x",
                        "WARNING: A restricted method has been called in (file:/somewhere/a.jar)",
                        "WARNING: A restricted method has been called in (file:/somewhere/a.jar)",
                        "Exception in thread \"main\" java.lang.IllegalAccessError: module @0x668bc3d5",
                        "\tat lianmai.server.Main.main(Main.java:34)",
                        "Lianmai is ready: http://127.0.0.1:1/",
                        "[0.001s][warning][pagesize] UseLargePages disabled")))
                .containsExactly(
                        "not told: the JVM needs --add-exports=x",
                        "WARNING: A restricted method has been called in",
                        "Exception in thread \"main\" java.lang.IllegalAccessError: module @0x…",
                        "UseLargePages disabled");
    }

    @Test
    void shouldFindOutWhatAJvmComplainsAbout() throws Exception {
        assertThat(JvmProbe.start(List.of("-XX:+UseSerialGC", "-Xmx16m"), List.of())
                        .firstComplaint())
                .isEmpty();
        assertThat(JvmProbe.start(List.of("-XX:+NoSuchOption"), List.of()).firstComplaint())
                .hasValueSatisfying(words -> assertThat(words).contains("NoSuchOption"));
    }

    @Test
    void shouldCountAHeapByItsLargestOption() {
        final Cell cell = Cell.of("x", Cell.Group.HEAP, "", List.of("-Xms256m", "-Xmx2g"), 0);
        assertThat(ServerMemory.neededMb(cell)).isBetween(2_048.0, 3_000.0);
    }
}
