package lianmai.ipsecmb;

import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A packet as C sees it: {@code struct srtp_packet} of {@code srtp_batch.h}, in the machine's byte order.
 *
 * <p>Units: bytes; addresses.
 */
final class PacketDescriptor {
    private static final int SOURCE = 0;
    private static final int DESTINATION = 8;
    private static final int AAD = 16;
    private static final int KEY = 24;
    private static final int INDEX = 32;
    private static final int SSRC = 40;
    private static final int LENGTH = 44;
    private static final int AAD_LENGTH = 48;
    private static final int STATUS = 52;
    static final int SIZE = 56;

    /** The offsets in the order of the members, then the size; C's own are {@link SrtpLibrary#layout()}. */
    static final List<Integer> LAYOUT =
            List.of(SOURCE, DESTINATION, AAD, KEY, INDEX, SSRC, LENGTH, AAD_LENGTH, STATUS, SIZE);

    private PacketDescriptor() {}

    /** @param source address of the text to work on; the result goes to {@code destination} */
    static void put(
            final UnsafeBuffer memory,
            final int offset,
            final long source,
            final long destination,
            final int length,
            final long aad,
            final int aadLength,
            final long key,
            final int ssrc,
            final long index) {
        memory.putLong(offset + SOURCE, source);
        memory.putLong(offset + DESTINATION, destination);
        memory.putLong(offset + AAD, aad);
        memory.putLong(offset + KEY, key);
        memory.putLong(offset + INDEX, index);
        memory.putInt(offset + SSRC, ssrc);
        memory.putInt(offset + LENGTH, length);
        memory.putInt(offset + AAD_LENGTH, aadLength);
    }

    static int status(final UnsafeBuffer memory, final int offset) {
        return memory.getInt(offset + STATUS);
    }
}
