package lianmai.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lianmai.bench.BenchException;

/**
 * How a packet's cost falls while the compiler learns, from samples of what the relay's thread has run and forwarded.
 *
 * <p>Thread: one. Units: ns.
 */
final class StartCurve {
    static final long STEP_NS = 500_000_000;
    /** Samples whose median counts: one that fell together with something else is not the relay's cost. */
    static final int SMOOTHED = 5;

    private static final double WITHIN = 1.1;
    private static final int LAST_PART = 4;

    private final long startNs;
    private final List<Point> points = new ArrayList<>();
    private long lastRanNs;
    private long lastForwarded;
    private boolean isFirst = true;

    /** Between two samples. */
    private record Point(long endNs, long ranNs, long packets) {
        private double costNs() {
            return (double) ranNs / packets;
        }
    }

    StartCurve(final long startNs) {
        this.startNs = startNs;
    }

    /** So much in total by now. */
    void add(final long nowNs, final long ranNs, final long forwarded) {
        if (!isFirst && forwarded > lastForwarded) {
            points.add(new Point(nowNs, ranNs - lastRanNs, forwarded - lastForwarded));
        }
        isFirst = false;
        lastRanNs = ranNs;
        lastForwarded = forwarded;
    }

    /** What a packet costs in the last quarter. */
    double warmNs() throws BenchException {
        if (points.size() < LAST_PART * SMOOTHED) {
            throw new BenchException("too few samples to tell when the server is warm; raise --seconds");
        }
        return median(points.subList(points.size() - points.size() / LAST_PART, points.size()));
    }

    /** From the start until it costs no more than that and a tenth for the first time. */
    long peakNs() throws BenchException {
        final double mostNs = warmNs() * WITHIN;
        int first = 0;
        while (first + SMOOTHED < points.size() && median(points.subList(first, first + SMOOTHED)) > mostNs) {
            first++;
        }
        // Where the sample in the middle of the first that were cheap begins.
        final int middle = first + SMOOTHED / 2;
        return points.get(first == 0 ? 0 : middle - 1).endNs - startNs;
    }

    /** What the relay's thread ran beyond what the same packets cost in the end. */
    double extraNs() throws BenchException {
        final double warmNs = warmNs();
        return points.stream()
                .mapToDouble(point -> point.ranNs - warmNs * point.packets)
                .sum();
    }

    private static double median(final List<Point> some) {
        final double[] costs = some.stream().mapToDouble(Point::costNs).sorted().toArray();
        return Arrays.stream(costs).skip(costs.length / 2).findFirst().orElseThrow();
    }
}
