package lianmai.sim;

/**
 * How a {@link SimLink} treats packets. Loss follows Gilbert and Elliott: a link is in a good or a bad state, changes
 * it with a probability for each packet, and loses packets with the probability of its state. Plain random loss is the
 * good state alone.
 *
 * @param delayNs the least time a packet takes
 * @param jitterNs up to this much more, evenly spread; never reorders
 * @param loss probability of loss in the good state
 * @param burstLoss probability of loss in the bad state
 * @param enterBurst probability of turning bad, for each packet
 * @param leaveBurst probability of turning good again, for each packet
 * @param duplicate probability that a second copy arrives, within 1 ms
 * @param reorder probability that a packet is held back by {@code reorderNs} while later ones pass
 * @param reorderNs how long such a packet is held back
 * @param bitsPerSecond 0: without limit
 * @param queueBytes what may wait for a limited link; more is dropped
 */
public record LinkProfile(
        long delayNs,
        long jitterNs,
        double loss,
        double burstLoss,
        double enterBurst,
        double leaveBurst,
        double duplicate,
        double reorder,
        long reorderNs,
        long bitsPerSecond,
        int queueBytes) {

    /** Instant and faithful. */
    public static final LinkProfile PERFECT = new LinkProfile(0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0);

    private static final long NS_PER_MILLI = 1_000_000L;

    public LinkProfile withDelay(final long delayMillis, final long jitterMillis) {
        return new LinkProfile(
                delayMillis * NS_PER_MILLI,
                jitterMillis * NS_PER_MILLI,
                loss,
                burstLoss,
                enterBurst,
                leaveBurst,
                duplicate,
                reorder,
                reorderNs,
                bitsPerSecond,
                queueBytes);
    }

    public LinkProfile withLoss(final double newLoss) {
        return new LinkProfile(
                delayNs,
                jitterNs,
                newLoss,
                burstLoss,
                enterBurst,
                leaveBurst,
                duplicate,
                reorder,
                reorderNs,
                bitsPerSecond,
                queueBytes);
    }

    public LinkProfile withBursts(final double enter, final double leave, final double lossInside) {
        return new LinkProfile(
                delayNs,
                jitterNs,
                loss,
                lossInside,
                enter,
                leave,
                duplicate,
                reorder,
                reorderNs,
                bitsPerSecond,
                queueBytes);
    }

    public LinkProfile withDuplicates(final double probability) {
        return new LinkProfile(
                delayNs,
                jitterNs,
                loss,
                burstLoss,
                enterBurst,
                leaveBurst,
                probability,
                reorder,
                reorderNs,
                bitsPerSecond,
                queueBytes);
    }

    public LinkProfile withReordering(final double probability, final long heldBackMillis) {
        return new LinkProfile(
                delayNs,
                jitterNs,
                loss,
                burstLoss,
                enterBurst,
                leaveBurst,
                duplicate,
                probability,
                heldBackMillis * NS_PER_MILLI,
                bitsPerSecond,
                queueBytes);
    }

    public LinkProfile withRate(final long newBitsPerSecond, final int newQueueBytes) {
        return new LinkProfile(
                delayNs,
                jitterNs,
                loss,
                burstLoss,
                enterBurst,
                leaveBurst,
                duplicate,
                reorder,
                reorderNs,
                newBitsPerSecond,
                newQueueBytes);
    }
}
