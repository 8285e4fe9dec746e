package lianmai.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Rows as text for a terminal: what it costs, then the distributions, then the host's hiccups. */
final class ReferenceTable {
    private static final String COST = "%-34s %9s %15s %8s %11s %7s %9s %7s";
    private static final String LATENCY = "%-34s %-10s %9s %9s %9s %9s";
    private static final double NS_PER_US = 1000;

    private ReferenceTable() {}

    static List<String> lines(final List<ReferenceRow> rows) {
        final List<String> lines = new ArrayList<>();
        lines.add(
                COST.formatted("loop", "ns/packet", "quartiles", "cpu ns", "packets/s", "errors", "drops", "preempt"));
        rows.forEach(row -> lines.add(cost(row)));
        lines.add("");
        lines.add(LATENCY.formatted("latency", "µs", "p50", "p99", "p99.9", "max"));
        for (final ReferenceRow row : rows) {
            new TreeMap<>(row.latencies()).forEach((name, latency) -> lines.add(latency(row.name(), name, latency)));
        }
        for (final ReferenceRow row : rows) {
            final Map<String, Double> numbers = row.numbers();
            if (numbers.containsKey("stolenShare")) {
                lines.add("");
                lines.add(hiccups(numbers));
            }
        }
        return lines;
    }

    private static String cost(final ReferenceRow row) {
        final ReferenceRow.Spread ns = row.nsPerPacket();
        return String.format(
                Locale.ROOT,
                COST,
                row.name(),
                String.format(Locale.ROOT, "%.1f", ns.median()),
                String.format(Locale.ROOT, "%.1f–%.1f", ns.lower(), ns.upper()),
                row.cpuNsPerPacket() > 0 ? String.format(Locale.ROOT, "%.1f", row.cpuNsPerPacket()) : "",
                String.format(Locale.ROOT, "%.0f", row.packetsPerSecond()),
                row.errors(),
                row.drops(),
                row.preemptions());
    }

    private static String latency(final String row, final String name, final ReferenceRow.Latency latency) {
        return String.format(
                Locale.ROOT,
                LATENCY,
                row,
                name,
                microseconds(latency.p50()),
                microseconds(latency.p99()),
                microseconds(latency.p999()),
                microseconds(latency.max()));
    }

    private static String microseconds(final long ns) {
        return String.format(Locale.ROOT, ns < NS_PER_US ? "%.2f" : "%.1f", ns / NS_PER_US);
    }

    private static String hiccups(final Map<String, Double> numbers) {
        return String.format(
                Locale.ROOT,
                "host: %.3f %% of the core's time went elsewhere;"
                        + " gaps over 1 µs: %.0f, 10 µs: %.0f, 100 µs: %.0f, 1 ms: %.0f",
                numbers.get("stolenShare") * 100,
                numbers.get("gapsOver1us"),
                numbers.get("gapsOver10us"),
                numbers.get("gapsOver100us"),
                numbers.get("gapsOver1ms"));
    }
}
