package lianmai.load;

import java.io.ByteArrayOutputStream;

/** Writes a parameter set of H.264 bit by bit (ITU-T H.264 §7.3, Exp-Golomb codes §9.1). Thread: confined. */
final class BitString {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int current;
    private int filled;

    private BitString() {}

    static BitString begin(final int... head) {
        final BitString string = new BitString();
        for (final int value : head) {
            string.bits(value, 8);
        }
        return string;
    }

    BitString bits(final int value, final int count) {
        for (int i = count - 1; i >= 0; i--) {
            current = current << 1 | value >>> i & 1;
            if (++filled == 8) {
                bytes.write(current);
                current = 0;
                filled = 0;
            }
        }
        return this;
    }

    /** An Exp-Golomb code, ue(v). */
    BitString unsigned(final int value) {
        final int length = 32 - Integer.numberOfLeadingZeros(value + 1);
        return bits(0, length - 1).bits(value + 1, length);
    }

    /** The stop bit and zeros to the byte's end. */
    byte[] end() {
        bits(1, 1);
        while (filled != 0) {
            bits(0, 1);
        }
        return bytes.toByteArray();
    }
}
