package lianmai.capture;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A file in memory. Every read is checked against its end, every complaint names the file and the offset.
 *
 * <p>Units: bytes; offsets from the beginning of the file.
 */
final class FileBytes {
    private final String name;
    private final UnsafeBuffer bytes;
    private final ByteOrder order;

    FileBytes(final String name, final byte[] bytes) {
        this(name, new UnsafeBuffer(bytes), ByteOrder.LITTLE_ENDIAN);
    }

    private FileBytes(final String name, final UnsafeBuffer bytes, final ByteOrder order) {
        this.name = name;
        this.bytes = bytes;
        this.order = order;
    }

    /** The same bytes, read in this order. */
    FileBytes in(final ByteOrder other) {
        return new FileBytes(name, bytes, other);
    }

    String name() {
        return name;
    }

    int length() {
        return bytes.capacity();
    }

    DirectBuffer buffer() {
        return bytes;
    }

    /** @throws CaptureException when the file ends before {@code length} bytes from there */
    void need(final long offset, final long length, final String what) throws CaptureException {
        if (offset < 0 || length < 0 || offset > length() || length > length() - offset) {
            throw wrong(offset, what + " of " + length + " bytes does not fit; the file ends at " + length());
        }
    }

    int u8(final int offset) throws CaptureException {
        need(offset, 1, "a field");
        return bytes.getByte(offset) & 0xFF;
    }

    int u16(final int offset) throws CaptureException {
        need(offset, 2, "a field");
        return bytes.getShort(offset, order) & 0xFFFF;
    }

    /** All 32 bits, as a signed int. */
    int i32(final int offset) throws CaptureException {
        need(offset, 4, "a field");
        return bytes.getInt(offset, order);
    }

    long u32(final int offset) throws CaptureException {
        return i32(offset) & 0xFFFF_FFFFL;
    }

    long i64(final int offset) throws CaptureException {
        need(offset, 8, "a field");
        return bytes.getLong(offset, order);
    }

    /** Whether these letters stand there; false beyond the end. */
    boolean has(final int offset, final String letters) {
        if (offset + (long) letters.length() > length()) {
            return false;
        }
        for (int i = 0; i < letters.length(); i++) {
            if (bytes.getByte(offset + i) != (byte) letters.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The complaint about what stands at this offset. */
    CaptureException wrong(final long offset, final String what) {
        return new CaptureException(name + ": offset " + offset + ": " + what);
    }
}
