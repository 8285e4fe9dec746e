package lianmai.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM's threads have allocated and what its memory holds, asked by {@code jcmd}. Asking costs the JVM a
 * safepoint, so it is done outside of what is measured.
 *
 * <p>Units: bytes.
 */
public final class HeapTraffic {
    private static final Pattern THREAD = Pattern.compile("^\"([^\"]+)\".* allocated=(\\d+)([BKMG]) .*");
    private static final Pattern USED = Pattern.compile(" used (\\d+)([KMG])");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private final long pid;

    /**
     * Since the JVM's start. Threads of few bytes are exact, others to about a percent: so the JVM prints them.
     *
     * @param relay by the threads called {@code relay-N}
     */
    public record Allocated(long process, long relay) {
        public Allocated minus(final Allocated earlier) {
            return new Allocated(process - earlier.process, relay - earlier.relay);
        }
    }

    public HeapTraffic(final long pid) {
        this.pid = pid;
    }

    public Allocated allocated() throws BenchException {
        return parse(jcmd("Thread.print", "-e"));
    }

    static Allocated parse(final List<String> threads) {
        long process = 0;
        long relay = 0;
        for (final String line : threads) {
            final Matcher thread = THREAD.matcher(line);
            if (thread.matches()) {
                final long bytes = bytes(thread.group(2), thread.group(3));
                process += bytes;
                relay += thread.group(1).startsWith("relay-") ? bytes : 0;
            }
        }
        return new Allocated(process, relay);
    }

    /** What the heap holds after a collection, and what is outside of the heap, which is always resident as a whole. */
    long footprint() throws BenchException {
        jcmd("GC.run");
        long used = 0;
        for (final String line : jcmd("GC.heap_info")) {
            final Matcher heap = USED.matcher(line);
            if (line.contains("ZHeap") && heap.find()) {
                used = bytes(heap.group(1), heap.group(2));
            }
        }
        return used + resident();
    }

    /** What of the process is in memory now. */
    public long resident() throws BenchException {
        try {
            final Matcher resident = RESIDENT.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
            return resident.find() ? Long.parseLong(resident.group(1)) << 10 : 0;
        } catch (final IOException e) {
            throw new BenchException("the server that is being measured has ended; its log says why", e);
        }
    }

    private static long bytes(final String number, final String unit) {
        return Long.parseLong(number)
                << switch (unit) {
                    case "K" -> 10;
                    case "M" -> 20;
                    case "G" -> 30;
                    default -> 0;
                };
    }

    private List<String> jcmd(final String... question) throws BenchException {
        final Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        final ProcessBuilder builder = new ProcessBuilder(program.toString(), Long.toString(pid));
        builder.command().addAll(List.of(question));
        try {
            final Process process = builder.redirectErrorStream(true).start();
            final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchException("jcmd: " + said.lines().findFirst().orElse("no answer of the server's JVM"));
            }
            return said.lines().toList();
        } catch (final IOException e) {
            throw new BenchException(program + " cannot be started: " + e.getMessage(), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
