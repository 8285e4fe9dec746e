package lianmai.reference;

import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one loop measured.
 *
 * @param name the loop and its variant, such as {@code send/gso-8/gcm-128}
 * @param packets in all rounds together; for the spinner, readings of the clock
 * @param nsPerPacket over the rounds; in a loop on schedule the time at work, for the echo the mean round trip
 * @param cpuNsPerPacket what the measured thread had of its core, so without those who took it away; 0 where the loop
 *     spins while it waits
 * @param packetsPerSecond median of the rounds
 * @param errors packets that the kernel refused to send; requests without an answer
 * @param received by the partner
 * @param drops for want of room in a receiver's buffer
 * @param preemptions how often the measured thread lost its core to another
 * @param latencies by what they measure
 * @param numbers what else there is to say, by name
 */
public record ReferenceRow(
        String name,
        long packets,
        int rounds,
        Spread nsPerPacket,
        double cpuNsPerPacket,
        double packetsPerSecond,
        long errors,
        long received,
        long drops,
        long preemptions,
        Map<String, Latency> latencies,
        Map<String, Double> numbers) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    public ReferenceRow {
        latencies = Map.copyOf(latencies);
        numbers = Map.copyOf(numbers);
    }

    /** Median and quartiles of the rounds. */
    public record Spread(double median, double lower, double upper) {}

    /**
     * A distribution. Units: ns.
     *
     * @param impossible negative ones, from a wall clock that was set in between; not among the others
     */
    public record Latency(long count, long impossible, long p50, long p99, long p999, long p9999, long max) {}

    static ReferenceRow parse(final String line) throws ReferenceException {
        try {
            return JSON.readValue(line, ReferenceRow.class);
        } catch (final JacksonException e) {
            throw new ReferenceException("a reference loop printed what is no row: " + line, e);
        }
    }
}
