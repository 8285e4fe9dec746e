package lianmai.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * How long the threads of a process have run, from {@code /proc/<pid>/task/<tid>/schedstat}: the scheduler's own
 * nanoseconds, user and system, where {@code stat} has ticks of 10 ms.
 *
 * <p>A thread that ends between two samples is counted up to the former. Thread: one. Units: ns.
 */
public final class ThreadTimes {
    private final Path tasks;
    private final Map<String, Long> byThread = new HashMap<>();
    private final Map<String, Long> waits = new HashMap<>();
    private final Map<String, Boolean> isRelay = new HashMap<>();

    /**
     * @param relay of the threads called {@code relay-N}; 0 in servers that have none
     * @param relayWaited how long those could have run, but others had their core
     */
    public record Sample(long process, long relay, long relayWaited) {
        public Sample minus(final Sample earlier) {
            return new Sample(process - earlier.process, relay - earlier.relay, relayWaited - earlier.relayWaited);
        }
    }

    public ThreadTimes(final long pid) {
        this(Path.of("/proc/" + pid + "/task"));
    }

    ThreadTimes(final Path tasks) {
        this.tasks = tasks;
    }

    public Sample sample() throws BenchException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (final Path thread : threads) {
                read(thread);
            }
        } catch (final IOException e) {
            throw new BenchException("the server that is being measured has ended; its log says why", e);
        }
        long process = 0;
        long relay = 0;
        long waited = 0;
        for (final Map.Entry<String, Long> thread : byThread.entrySet()) {
            process += thread.getValue();
            relay += isRelay.get(thread.getKey()) ? thread.getValue() : 0;
            waited += isRelay.get(thread.getKey()) ? waits.get(thread.getKey()) : 0;
        }
        return new Sample(process, relay, waited);
    }

    private void read(final Path thread) {
        final String id = thread.getFileName().toString();
        try {
            final String schedstat = Files.readString(thread.resolve("schedstat"));
            final String name = Files.readString(thread.resolve("comm"));
            final String[] times = schedstat.split(" ");
            byThread.put(id, Long.parseLong(times[0]));
            waits.put(id, Long.parseLong(times[1]));
            isRelay.put(id, name.startsWith("relay-"));
        } catch (final IOException e) {
            // It ended while we looked; what it had at the last sample stands.
            byThread.putIfAbsent(id, 0L);
            isRelay.putIfAbsent(id, false);
            waits.putIfAbsent(id, 0L);
        }
    }
}
