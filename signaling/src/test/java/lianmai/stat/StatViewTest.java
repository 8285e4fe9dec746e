package lianmai.stat;

import static lianmai.stat.StatFiles.cell;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person reads. */
class StatViewTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int WIDE = 200;

    @TempDir
    private Path folder;

    private StatPublisher publisher;
    private StatFile file;
    private StatView view;
    private final long[] before = new long[StatFiles.figures().cells()];
    private final long[] now = new long[before.length];

    @BeforeEach
    void open() throws IOException {
        publisher = StatFiles.create(folder.resolve("a.stat"));
        file = StatFile.open(folder.resolve("a.stat"));
        view = new StatView(file);
    }

    @AfterEach
    void close() {
        file.close();
        publisher.close();
    }

    private void set(final String name, final String label, final int offset, final long value) {
        now[cell(file.entries(), name, label) + offset] = value;
    }

    private StatInterval interval(final long seconds) {
        final StatInterval interval = new StatInterval(new StatReading(0, SECOND, before));
        interval.extend(new StatReading(0, (1 + seconds) * SECOND, now.clone()), file.entries());
        return interval;
    }

    private String shown(final StatInterval interval, final int width, final long silentS) {
        return view.lines(interval, width, silentS).stream()
                .map(StatView.Line::text)
                .collect(Collectors.joining("\n"));
    }

    @Test
    void shouldTellWhyThereIsNoVideo() {
        assertThat(shown(interval(1), WIDE, 0)).contains("Why no video? Not for a drop");
        before[cell(file.entries(), "drops", "too_old")] = 500;
        set("drops", "too_old", 0, 501);
        set("drops", "no_keys", 0, 12);
        final String text = shown(interval(2), WIDE, 0);
        assertThat(text).contains("Why no video? Most drops now: no_keys (before the keys).");
        assertThat(text.lines().filter(line -> line.contains("older than") || line.contains("before the keys")))
                .satisfiesExactly(
                        most -> assertThat(most).contains("no_keys", "6.0/s", "12"),
                        less -> assertThat(less).contains("too_old", "0.5/s", "501"),
                        why -> assertThat(why).startsWith("  Why no video?"));
    }

    @Test
    void shouldShowTheServersOwnPercentilesOfASecond() {
        set("residence", "", StatEntry.Histogram.P50, 14_000);
        set("residence", "", StatEntry.Histogram.P99, 95_000);
        set("residence", "", StatEntry.Histogram.P999, 310_000);
        set("residence", "", StatEntry.Histogram.MAX, 1_200_000);
        set("residence", "", StatEntry.Histogram.BUCKETS + 2, 990);
        set("residence", "", StatEntry.Histogram.BUCKETS + 4, 10);
        final String text = shown(interval(1), WIDE, 0);
        assertThat(text)
                .contains("p50 14 µs   p99 95 µs   p99.9 310 µs   max 1.2 ms   1,000/s   budget 1.0 ms kept by 99.00%");
        assertThat(text).as("distribution").contains("10 µs ▕██  ▁▁▏ 1.2 ms");
    }

    /** Of several seconds only the buckets know; the largest is the largest of all seconds. */
    @Test
    void shouldTakeLongerIntervalsFromTheBuckets() {
        final StatInterval interval = new StatInterval(new StatReading(0, SECOND, before));
        set("residence", "", StatEntry.Histogram.BUCKETS + 1, 97);
        set("residence", "", StatEntry.Histogram.MAX, 700_000);
        interval.extend(new StatReading(0, 2 * SECOND, now.clone()), file.entries());
        set("residence", "", StatEntry.Histogram.BUCKETS + 3, 3);
        set("residence", "", StatEntry.Histogram.MAX, 400_000);
        set("residence", "", StatEntry.Histogram.P99, 1);
        interval.extend(new StatReading(0, 3 * SECOND, now.clone()), file.entries());
        assertThat(shown(interval, WIDE, 0)).contains("p50 10 µs   p99 700 µs   p99.9 700 µs   max 700 µs   50.0/s");
    }

    @Test
    void shouldCallALateServerOut() {
        set("residence", "", StatEntry.Histogram.P99, 2_000_000);
        set("residence", "", StatEntry.Histogram.BUCKETS, 5);
        final List<StatView.Line> lines = view.lines(interval(1), WIDE, 7);
        assertThat(lines)
                .filteredOn(line -> line.tone() == StatView.Tone.ALARM)
                .extracting(StatView.Line::text)
                .satisfiesExactly(
                        silent -> assertThat(silent).contains("No news from the server for 7 s"),
                        late -> assertThat(late).contains("p99 2.0 ms"));
    }

    @Test
    void shouldShowWhatTheTimeWentOn() {
        set("time", "crypto", 0, 3_000);
        set("time", "kernel_wait", 0, 1_000);
        assertThat(shown(interval(1), WIDE, 0))
                .containsPattern("crypto +█{18} +75\\.0%  spent on crypto")
                .containsPattern("kernel_wait +█{6} +25\\.0%  spent on kernel_wait");
    }

    @Test
    void shouldShowRatesInTheirUnits() {
        set("sent", "", 0, 3_000_000);
        set("rooms", "", 0, 1_234);
        final String text = shown(interval(2), WIDE, 0);
        assertThat(text).containsPattern("sent +1\\.5 MB/s +3\\.0 MB").containsPattern("rooms +1,234");
    }

    @Test
    void shouldKeepToTheWindow() {
        set("drops", "no_keys", 0, 12);
        for (final int width : new int[] {20, 57, 80, 133}) {
            assertThat(view.lines(interval(1), width, 9))
                    .allSatisfy(line -> assertThat(line.text().length()).isLessThanOrEqualTo(width));
        }
    }

    @Test
    void shouldSpellNumbers() {
        assertThat(List.of(Words.time(7), Words.time(1_234), Words.time(95_400), Words.time(15_000_000)))
                .containsExactly("7 ns", "1.2 µs", "95 µs", "15 ms");
        assertThat(Words.age(3_725 * SECOND)).isEqualTo("1 h 02 min");
        assertThat(Words.rate(250e6, "ns")).isEqualTo("25.0%");
        assertThat(Words.sparkline(new long[] {0, 1, 50, 100})).isEqualTo(" ▁▄█");
        assertThat(Words.ascii("95 µs ▁█ …")).isEqualTo("95 us .# ..");
    }
}
