package lianmai.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/** What a flight recording says about the JVM's operations: which, how long, and which thread asked for them. */
final class SteadySafepoints {
    /** What has to be recorded. */
    static final List<String> EVENTS =
            List.of("jdk.SafepointBegin", "jdk.SafepointEnd", "jdk.ExecuteVMOperation", "jdk.GarbageCollection");

    private SteadySafepoints() {}

    /**
     * One operation.
     *
     * @param asker the thread that wanted it
     * @param isSafepoint whether all threads were held for it
     * @param held how long, from the order to stop until they may run on; zero without a safepoint
     */
    record Operation(String name, String asker, boolean isSafepoint, Duration held) {}

    /** What was in a window. */
    record Seen(List<Operation> operations, List<String> collections) {}

    private record Key(String name, String asker) {}

    static Seen read(final Path recording, final Instant from, final Instant to) throws IOException {
        final Map<Long, Instant> began = new HashMap<>();
        final Map<Long, Instant> ended = new HashMap<>();
        final List<RecordedEvent> operations = new ArrayList<>();
        final List<String> collections = new ArrayList<>();
        for (final RecordedEvent event : RecordingFile.readAllEvents(recording)) {
            final boolean isInside =
                    !event.getEndTime().isBefore(from) && !event.getStartTime().isAfter(to);
            switch (event.getEventType().getName()) {
                case "jdk.SafepointBegin" -> began.put(event.getLong("safepointId"), event.getStartTime());
                case "jdk.SafepointEnd" -> ended.put(event.getLong("safepointId"), event.getEndTime());
                case "jdk.ExecuteVMOperation" -> {
                    if (isInside) {
                        operations.add(event);
                    }
                }
                case "jdk.GarbageCollection" -> {
                    if (isInside) {
                        collections.add(event.getString("name") + " (" + event.getString("cause") + ")");
                    }
                }
                default -> throw new IOException("what is not asked for is in " + recording + ": " + event);
            }
        }
        return new Seen(
                operations.stream().map(event -> operation(event, began, ended)).toList(), collections);
    }

    private static Operation operation(
            final RecordedEvent event, final Map<Long, Instant> began, final Map<Long, Instant> ended) {
        final RecordedThread thread = event.getThread("caller");
        final String asker =
                thread == null ? "?" : thread.getJavaName() == null ? thread.getOSName() : thread.getJavaName();
        final long id = event.getLong("safepointId");
        final boolean isSafepoint = event.getBoolean("safepoint");
        final Duration held = isSafepoint && began.containsKey(id) && ended.containsKey(id)
                ? Duration.between(began.get(id), ended.get(id))
                : Duration.ZERO;
        return new Operation(event.getString("operation"), asker, isSafepoint, held);
    }

    /** A row for each operation and asker. */
    static SteadyReport.Table table(final List<Operation> operations, final Duration goal) {
        final Map<String, List<Operation>> groups = new TreeMap<>();
        operations.forEach(operation -> groups.computeIfAbsent(
                        new Key(operation.name, operation.asker).toString(), key -> new ArrayList<>())
                .add(operation));
        final List<List<String>> rows = new ArrayList<>();
        for (final List<Operation> group : groups.values()) {
            final long longestNs = group.stream()
                    .mapToLong(operation -> operation.held.toNanos())
                    .max()
                    .orElse(0);
            rows.add(List.of(
                    group.getFirst().name,
                    group.getFirst().asker,
                    Integer.toString(group.size()),
                    group.getFirst().isSafepoint ? longestNs / 1000 + " µs" : "no safepoint",
                    Long.toString(group.stream()
                            .filter(operation -> operation.held.compareTo(goal) >= 0)
                            .count())));
        }
        return new SteadyReport.Table(
                "Operations of the JVM in the window",
                List.of("operation", "asked for by", "times", "longest", "≥ " + goal.toNanos() / 1000 + " µs"),
                rows);
    }
}
