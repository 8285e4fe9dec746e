package lianmai.rtp;

import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;

/** Packets as a test writes them: hexadecimal, with spaces where they help. */
final class Hex {
    /** Where {@link #buffer} puts the first byte: accessors that forget their offset fail. */
    static final int AT = 5;

    private Hex() {}

    static byte[] bytes(final String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /** The bytes at {@link #AT}, ending with the buffer. */
    static UnsafeBuffer buffer(final String hex) {
        final byte[] bytes = bytes(hex);
        final byte[] shifted = new byte[AT + bytes.length];
        System.arraycopy(bytes, 0, shifted, AT, bytes.length);
        return new UnsafeBuffer(shifted);
    }

    static String of(final UnsafeBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
