package lianmai.capture;

import java.util.zip.Checksum;

/** The checksum of Ogg pages (RFC 3533 §6): the usual polynomial, but not reflected and beginning with 0. */
final class OggCrc implements Checksum {
    private static final int POLYNOMIAL = 0x04c11db7;
    private static final int[] TABLE = new int[256];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            int value = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                value = value << 1 ^ (value < 0 ? POLYNOMIAL : 0);
            }
            TABLE[i] = value;
        }
    }

    private int value;

    @Override
    public void update(final int b) {
        value = value << 8 ^ TABLE[value >>> 24 ^ b & 0xFF];
    }

    @Override
    public void update(final byte[] bytes, final int from, final int length) {
        for (int i = from; i < from + length; i++) {
            update(bytes[i]);
        }
    }

    @Override
    public long getValue() {
        return value & 0xFFFF_FFFFL;
    }

    @Override
    public void reset() {
        value = 0;
    }
}
