package lianmai.report;

import java.util.Locale;

/**
 * Where a run took place.
 *
 * @param cpu as its maker calls it
 * @param jdk of server and generator
 * @param flags JVM options of the server
 * @param commit of the checkout; with {@code +} when sources were changed since
 */
public record Machine(String cpu, int cpus, String kernel, long memoryMb, String jdk, String flags, String commit) {
    /** Which baselines fit: the same processor and number of cores. A name for a file. */
    public String kind() {
        return (cpu + "-" + cpus + "cpu")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
    }
}
