package lianmai.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory servers need, and how much there is. */
final class ServerMemory {
    private static final Pattern HEAP = Pattern.compile("-Xm[sx](\\d+)([mg])");
    private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");

    /** Slots, code, metadata and threads, beside the heap. */
    private static final double BESIDE_MB = 350;

    private static final double UNKNOWN_MB = 1024;

    private ServerMemory() {}

    /** What a cell's server may come to hold: all of its heap. */
    static double neededMb(final Cell cell) {
        return BESIDE_MB
                + cell.jvm().stream()
                        .map(ServerMemory::heapMb)
                        .flatMap(Optional::stream)
                        .max(Double::compare)
                        .orElse(UNKNOWN_MB);
    }

    private static Optional<Double> heapMb(final String option) {
        final Matcher heap = HEAP.matcher(option);
        return heap.matches()
                ? Optional.of(Double.parseDouble(heap.group(1)) * (heap.group(2).equals("g") ? 1024 : 1))
                : Optional.empty();
    }

    /** What the machine has for new processes. */
    static double availableMb() {
        try {
            final Matcher available = AVAILABLE.matcher(Files.readString(Path.of("/proc/meminfo")));
            return available.find() ? Double.parseDouble(available.group(1)) / 1024 : UNKNOWN_MB;
        } catch (final IOException e) {
            return UNKNOWN_MB;
        }
    }
}
