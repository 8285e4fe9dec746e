package lianmai.rtp;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Reads and writes unsigned integers in network byte order. Offsets are absolute, bounds are the caller's business. */
final class NetworkOrder {
    private NetworkOrder() {}

    static int u8(final DirectBuffer b, final int offset) {
        return b.getByte(offset) & 0xFF;
    }

    static int u16(final DirectBuffer b, final int offset) {
        return b.getShort(offset, BIG_ENDIAN) & 0xFFFF;
    }

    static int u24(final DirectBuffer b, final int offset) {
        return u16(b, offset) << 8 | u8(b, offset + 2);
    }

    static int s24(final DirectBuffer b, final int offset) {
        return b.getShort(offset, BIG_ENDIAN) << 8 | u8(b, offset + 2);
    }

    static int i32(final DirectBuffer b, final int offset) {
        return b.getInt(offset, BIG_ENDIAN);
    }

    static long u32(final DirectBuffer b, final int offset) {
        return b.getInt(offset, BIG_ENDIAN) & 0xFFFF_FFFFL;
    }

    static long i64(final DirectBuffer b, final int offset) {
        return b.getLong(offset, BIG_ENDIAN);
    }

    static void put8(final MutableDirectBuffer b, final int offset, final int value) {
        b.putByte(offset, (byte) value);
    }

    static void put16(final MutableDirectBuffer b, final int offset, final int value) {
        b.putShort(offset, (short) value, BIG_ENDIAN);
    }

    static void put24(final MutableDirectBuffer b, final int offset, final int value) {
        b.putShort(offset, (short) (value >>> 8), BIG_ENDIAN);
        b.putByte(offset + 2, (byte) value);
    }

    static void put32(final MutableDirectBuffer b, final int offset, final int value) {
        b.putInt(offset, value, BIG_ENDIAN);
    }

    static void put64(final MutableDirectBuffer b, final int offset, final long value) {
        b.putLong(offset, value, BIG_ENDIAN);
    }
}
