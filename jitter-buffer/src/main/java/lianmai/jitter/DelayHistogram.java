package lianmai.jitter;

import java.util.Arrays;

/**
 * How delays are spread, in 20 ms buckets, with forgetting: each sample weighs {@code 1 - f} and all former ones are
 * worth {@code f} of what they were. The n-th sample's factor is {@code 1 - 2/n} until that reaches the steady one, so
 * the first few samples count as much as they can and none of them outweighs a later one.
 *
 * <p>Instead of making every bucket smaller, a new sample is made larger; adding is O(1), and all is scaled down
 * before it gets out of a double's range.
 *
 * <p>Thread: one (confined). Units: bucket numbers; weights as parts of 1.
 */
final class DelayHistogram {
    /** 2 s of delay. */
    static final int BUCKETS = 100;
    /** Weights that differ by less are equal: far above a double's error, far below one sample. */
    static final double EPSILON = 1e-9;

    private static final double START_WEIGHT = 2;
    private static final double LARGEST = 1e100;

    private final double forget;
    private final double[] weights = new double[BUCKETS];
    private double total;
    private long samples;

    /** @param forget the steady factor, in (0, 1) */
    DelayHistogram(final double forget) {
        this.forget = forget;
    }

    /** Takes a sample; one beyond the last bucket is ignored: that was a stall, and no buffer should wait for those. */
    void add(final long bucket) {
        if (bucket >= BUCKETS) {
            return;
        }
        samples++;
        final double factor = Math.min(forget, 1 - START_WEIGHT / samples);
        if (factor <= 0) {
            Arrays.fill(weights, 0);
            total = 1;
            weights[(int) bucket] = 1;
            return;
        }
        weights[(int) bucket] += total * (1 - factor) / factor;
        total /= factor;
        if (total > LARGEST) {
            scaleDown();
        }
    }

    boolean isEmpty() {
        return samples == 0;
    }

    /** The lowest bucket such that at most {@code 1 - probability} of the weight lies in higher ones. */
    int quantile(final double probability) {
        final double allowed = (1 - probability + EPSILON) * total;
        double above = total - weights[0];
        int bucket = 0;
        while (above > allowed && bucket < BUCKETS - 1) {
            above -= weights[++bucket];
        }
        return bucket;
    }

    /**
     * The bucket at which waiting no longer pays: the least sum of the delay above {@code free} buckets and the price
     * of all that comes later still.
     *
     * @param free buckets of delay that are there anyway
     * @param pricePerLoss buckets of delay that the loss of everything is worth
     */
    int cheapest(final int free, final double pricePerLoss) {
        double lost = 1;
        double least = Double.MAX_VALUE;
        int best = 0;
        for (int bucket = 0; bucket < BUCKETS && lost > EPSILON; bucket++) {
            lost -= weights[bucket] / total;
            final double cost = Math.max(0, bucket - free) + pricePerLoss * lost;
            if (cost < least - EPSILON) {
                least = cost;
                best = bucket;
            }
        }
        return best;
    }

    private void scaleDown() {
        double sum = 0;
        for (int i = 0; i < BUCKETS; i++) {
            weights[i] /= total;
            sum += weights[i];
        }
        total = sum;
    }
}
