package lianmai.impair;

import java.util.concurrent.TimeUnit;

/**
 * What one direction of a path does to datagrams. Loss follows Gilbert and Elliott: the path is in a good or a bad
 * state, may change it with each packet, and loses packets with the probability of its state. Plain random loss is the
 * good state alone. {@link ProfileText} reads and writes it.
 *
 * <p>Units: ns, bytes of payload unless said otherwise, probabilities 0 … 1.
 *
 * @param delayNs the least time a packet takes
 * @param jitterNs the measure of what comes on top, see {@link Shape}
 * @param overtakes whether jitter lets packets overtake each other; otherwise a late packet holds up those behind it,
 *     as a queue does
 * @param goodLoss probability of loss in the good state
 * @param badLoss probability of loss in the bad state
 * @param enterBad probability of turning bad, for each packet
 * @param leaveBad probability of turning good again, for each packet
 * @param duplicate probability that a second copy arrives, within 1 ms
 * @param reorder probability that a packet is held back by {@code reorderNs} while later ones pass
 * @param bitsPerSecond 0: without limit
 * @param queueBytes what may wait for a limited rate, headers included; what does not fit is dropped (tail drop)
 * @param overheadBytes what the rate and the queue count for each datagram beside its payload
 */
public record ImpairProfile(
        long delayNs,
        long jitterNs,
        Shape shape,
        boolean overtakes,
        double goodLoss,
        double badLoss,
        double enterBad,
        double leaveBad,
        double duplicate,
        double reorder,
        long reorderNs,
        long bitsPerSecond,
        long queueBytes,
        int overheadBytes) {

    /** How jitter is spread. */
    public enum Shape {
        /** Evenly over 0 … jitter. */
        UNIFORM,
        /** Exponentially with jitter as its mean, cut at eight times that: mostly prompt, now and then very late. */
        EXPONENTIAL
    }

    /** An IPv4 and a UDP header, which a rate of the link carries too; a third of an audio packet's size. */
    public static final int IPV4_UDP_BYTES = 28;
    /** Beyond this a path is broken, not impaired; it bounds what can be under way. */
    public static final long MAX_TIME_NS = TimeUnit.SECONDS.toNanos(10);
    /** 10 Gbit/s, more than a relay in user space carries. */
    public static final long MAX_BITS_PER_SECOND = 10_000_000_000L;
    /** Keeps queue arithmetic in 64 bits; no relay has that many slots. */
    public static final long MAX_QUEUE_BYTES = 256L << 20;
    /** A queue that cannot hold one packet passes nothing. */
    public static final long MIN_QUEUE_BYTES = 1_500;
    /** Instant and faithful. */
    public static final ImpairProfile NONE =
            new ImpairProfile(0, 0, Shape.UNIFORM, false, 0, 1, 0, 1, 0, 0, 0, 0, 0, IPV4_UDP_BYTES);

    static final double CUT_AT_MEANS = 8;

    /** @throws IllegalArgumentException when a value is out of its range; the message is one line for the user */
    public ImpairProfile {
        checkTime("delay", delayNs);
        checkTime("jitter", jitterNs);
        checkTime("reorder-by", reorderNs);
        checkProbability("loss between bursts", goodLoss);
        checkProbability("loss inside bursts", badLoss);
        checkProbability("entering a burst", enterBad);
        checkProbability("leaving a burst", leaveBad);
        checkProbability("duplicate", duplicate);
        checkProbability("reorder", reorder);
        if (bitsPerSecond < 0 || bitsPerSecond > MAX_BITS_PER_SECOND) {
            throw new IllegalArgumentException("rate must be between 1bit and 10gbit");
        }
        if (bitsPerSecond > 0 && (queueBytes < MIN_QUEUE_BYTES || queueBytes > MAX_QUEUE_BYTES)) {
            throw new IllegalArgumentException("the queue would hold " + queueBytes + " bytes; it must be "
                    + MIN_QUEUE_BYTES + " (one packet) to " + MAX_QUEUE_BYTES + ": choose another queue or rate");
        }
        if (overheadBytes < 0 || overheadBytes > 1_000) {
            throw new IllegalArgumentException("overhead must be 0 to 1000 bytes");
        }
    }

    /** The share of packets that are lost in the long run, without what a full queue drops. */
    public double meanLoss() {
        final double changes = enterBad + leaveBad;
        final double bad = changes == 0 ? 0 : enterBad / changes;
        return bad * badLoss + (1 - bad) * goodLoss;
    }

    private static void checkTime(final String name, final long ns) {
        if (ns < 0 || ns > MAX_TIME_NS) {
            throw new IllegalArgumentException(name + " must be 0 to 10s");
        }
    }

    private static void checkProbability(final String name, final double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("the probability of " + name + " must be 0% to 100%");
        }
    }
}
