package lianmai.bench;

import java.util.EnumMap;
import java.util.Map;
import lianmai.report.Metric;

/**
 * One contender for a fraction of a second.
 *
 * @param cpuNs of the measured thread
 * @param clockNs from the first packet to the last
 * @param bytes allocated by the measured thread; below 0 where there is nothing to allocate with
 * @param lostRatio of the packets, refused ones included
 */
record PortSlice(long packets, double cpuNs, double clockNs, double bytes, double lostRatio) {
    /**
     * Of a line of {@code PortWorker}.
     *
     * @throws BenchException when it is the worker's complaint
     */
    static PortSlice parse(final String line) throws BenchException {
        final String[] words = line.split(" ");
        if (words.length != 5 || !words[0].matches("\\d+")) {
            throw new BenchException(line.replaceFirst("^error ", ""));
        }
        final long packets = Math.max(1, Long.parseLong(words[0]));
        final double errors = Double.parseDouble(words[4]);
        return new PortSlice(
                packets,
                Double.parseDouble(words[1]),
                Double.parseDouble(words[2]),
                Double.parseDouble(words[3]),
                errors / packets);
    }

    PortSlice withLoss(final double ratio) {
        return new PortSlice(packets, cpuNs, clockNs, bytes, lostRatio + ratio);
    }

    double cpuPerPacket() {
        return cpuNs / packets;
    }

    /**
     * @param floorNs CPU of the C loop of the same kind in the same round; 0 when this is one
     * @param distanceNs between the two cores in this round
     */
    Map<Metric, Double> figures(final double floorNs, final double distanceNs) {
        final Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.SENDER_NS_PER_PACKET, cpuPerPacket());
        figures.put(Metric.SENDER_CLOCK_NS_PER_PACKET, clockNs / packets);
        if (bytes >= 0) {
            figures.put(Metric.SENDER_BYTES_PER_PACKET, bytes / packets);
        }
        if (floorNs > 0) {
            figures.put(Metric.FLOOR_RATIO, floorNs / cpuPerPacket());
        }
        figures.put(Metric.LOSS_PERCENT, 100 * lostRatio);
        figures.put(Metric.CORE_DISTANCE_NS, distanceNs);
        return figures;
    }
}
