package lianmai.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What Flight Recorder told in the midst of {@code gc-lab violate --only small-heap}, event by event: times in µs, in
 * the order in which they come. Nearly all pauses are the collector's, and most of their time is until threads stand.
 */
class SmallHeapRecordingTest {
    private final Map<PauseCause, Long> heldNs = new EnumMap<>(PauseCause.class);
    private final SafepointAssembler assembler = new SafepointAssembler(this::add);

    @Test
    void shouldBlameTheHeapForAlmostAllOfTheTime() throws IOException {
        replay(true);
        final long all = heldNs.values().stream().mapToLong(Long::longValue).sum();
        assertThat(all).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(heldNs.get(PauseCause.ALLOCATION_STALL)).isGreaterThan(all * 9 / 10);
    }

    /** The same collections where no thread waits for memory: it is the threads that come late. */
    @Test
    void shouldBlameLateThreadsWithoutStalls() throws IOException {
        replay(false);
        assertThat(heldNs).doesNotContainKey(PauseCause.ALLOCATION_STALL);
        assertThat(heldNs.get(PauseCause.TIME_TO_SAFEPOINT)).isGreaterThan(heldNs.get(PauseCause.COLLECTOR));
    }

    private void add(final Pause pause) {
        heldNs.merge(pause.cause(), pause.totalNs(), Long::sum);
    }

    private void replay(final boolean isWithStalls) throws IOException {
        try (Reader reader = new InputStreamReader(
                        Objects.requireNonNull(getClass().getResourceAsStream("small-heap.csv")),
                        StandardCharsets.US_ASCII);
                BufferedReader lines = new BufferedReader(reader)) {
            for (final String line : lines.lines().toList()) {
                final List<String> cells = List.of(line.split(","));
                switch (cells.getFirst()) {
                    case "begin" -> assembler.onBegin(Long.parseLong(cells.get(1)), ns(cells.get(2)), ns(cells.get(3)));
                    case "pause" ->
                        assembler.onCollectorPause(Long.parseLong(cells.get(1)), cells.get(2), ns(cells.get(3)));
                    case "end" -> assembler.onEnd(Long.parseLong(cells.get(1)), ns(cells.get(2)));
                    case "collection" -> assembler.onCollection(Long.parseLong(cells.get(1)), cells.get(2));
                    case "stall" -> onStall(isWithStalls, ns(cells.get(1)), ns(cells.get(2)));
                    default -> throw new IOException(line);
                }
            }
        }
    }

    private void onStall(final boolean isTold, final long fromNs, final long untilNs) {
        if (isTold) {
            assembler.onStall(untilNs);
            add(new Pause(PauseCause.ALLOCATION_STALL, "a thread", untilNs, untilNs - fromNs, 0));
        }
    }

    private static long ns(final String us) {
        return TimeUnit.MICROSECONDS.toNanos(Long.parseLong(us));
    }
}
