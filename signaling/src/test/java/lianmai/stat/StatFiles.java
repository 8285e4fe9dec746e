package lianmai.stat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Stat files of a server that counts three things, and ways to spoil them. */
final class StatFiles {
    static final List<Long> BOUNDS = List.of(1_000L, 10_000L, 100_000L, 1_000_000L);
    static final Map<String, String> SHARD = Map.of("shard", "0");

    private StatFiles() {}

    /** A histogram, two drops, two causes, a counter and a level; all zero. */
    static Figures figures() {
        return new Figures(List.of(
                Figure.histogram("residence", SHARD, "ns", "how long packets stay", BOUNDS, (cells, at) -> {}),
                cause("crypto"),
                cause("kernel_wait"),
                drop("too_old", "older than the history"),
                drop("no_keys", "before the keys"),
                Figure.counter("sent", SHARD, "bytes sent", () -> 0).in("bytes"),
                Figure.level("rooms", Map.of(), "rooms now", () -> 0)));
    }

    private static Figure drop(final String reason, final String sentence) {
        return Figure.counter("drops", Map.of("shard", "0", "reason", reason), sentence, () -> 0);
    }

    private static Figure cause(final String cause) {
        return Figure.counter("time", Map.of("shard", "0", "cause", cause), "spent on " + cause, () -> 0)
                .in("ns");
    }

    static StatPublisher create(final Path file) throws IOException {
        return StatPublisher.create(file, Map.of("url", "http://127.0.0.1:8090/", "budget_ns", "1000000"), figures());
    }

    /** The cell of an entry by name and, where that is not enough, by one of its labels. */
    static int cell(final List<StatEntry> entries, final String name, final String label) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name)
                        && (label.isEmpty() || entry.labels().containsValue(label)))
                .findFirst()
                .orElseThrow()
                .cell();
    }

    /** Makes it the file of another process. */
    static void disown(final Path file, final long pid, final long startedMs) throws IOException {
        patch(file, StatLayout.PID_AT, pid);
        patch(file, StatLayout.STARTED_AT, startedMs);
    }

    static void patch(final Path file, final long at, final long value) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong((int) at, value);
        Files.write(file, bytes);
    }

    /** The number of a process that has ended. */
    static long deadPid() throws IOException, InterruptedException {
        final Process process = new ProcessBuilder("true").start();
        process.waitFor();
        return process.pid();
    }
}
