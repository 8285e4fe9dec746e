package lianmai.load;

import java.util.SplittableRandom;

/** A client's identifiers and phases, the same for the same seed. Thread: confined. */
final class SeededIds {
    private final SplittableRandom random;

    SeededIds(final long seed, final long client) {
        random = new SplittableRandom(seed * 0x9E37_79B9_7F4A_7C15L + client);
    }

    long next() {
        return random.nextLong();
    }

    /** An SSRC, which is never 0: that stands for unknown. */
    int ssrc() {
        final int id = random.nextInt();
        return id == 0 ? 1 : id;
    }

    /** At least 0 and less than the bound. */
    long below(final long bound) {
        return random.nextLong(bound);
    }
}
