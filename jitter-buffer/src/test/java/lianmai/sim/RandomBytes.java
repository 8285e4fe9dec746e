package lianmai.sim;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Feeds a parser with noise and with spoilt samples, always, without a fuzzer. The bytes end where their buffer ends,
 * so that a read beyond them is an exception; a failure names the seed of its round.
 */
public final class RandomBytes {
    /** Takes bytes that begin at {@code offset} and end with the buffer. */
    @FunctionalInterface
    public interface Parser {
        void parse(UnsafeBuffer buffer, int offset, int length);
    }

    private static final int MAX_LENGTH = 200;
    private static final int OFFSET = 3;

    private RandomBytes() {}

    /** Runs the parser once over exactly these bytes, at an offset above 0. */
    public static void parse(final byte[] bytes, final Parser parser) {
        final byte[] shifted = new byte[OFFSET + bytes.length];
        System.arraycopy(bytes, 0, shifted, OFFSET, bytes.length);
        parser.parse(new UnsafeBuffer(shifted), OFFSET, bytes.length);
    }

    /** Runs the parser over random bytes and over samples with bytes changed, cut off or added. */
    public static void feed(final long seed, final int rounds, final Parser parser, final byte[]... samples) {
        each(seed, rounds, bytes -> parse(bytes, parser), samples);
    }

    private static void each(
            final long seed, final int rounds, final Consumer<byte[]> consumer, final byte[]... samples) {
        for (long round = seed; round < seed + rounds; round++) {
            final SplittableRandom random = new SplittableRandom(round);
            final byte[] bytes = bytes(random, samples);
            try {
                consumer.accept(bytes);
            } catch (final RuntimeException e) {
                throw new AssertionError("seed " + round + ", bytes " + hex(bytes), e);
            }
        }
    }

    private static byte[] bytes(final SplittableRandom random, final byte[]... samples) {
        final byte[] noise = new byte[random.nextInt(MAX_LENGTH)];
        random.nextBytes(noise);
        if (samples.length == 0 || random.nextInt(4) == 0) {
            return noise;
        }
        final byte[] sample = samples[random.nextInt(samples.length)];
        final int length = random.nextBoolean() ? sample.length : random.nextInt(sample.length + 20);
        final byte[] spoilt = Arrays.copyOf(sample, length);
        for (int i = random.nextInt(5); length > 0 && i > 0; i--) {
            spoilt[random.nextInt(length)] = (byte) random.nextInt();
        }
        return spoilt;
    }

    private static String hex(final byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
