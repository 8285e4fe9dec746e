package lianmai.srtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Takes packets through a heap array and an {@link ArrayCipher}.
 *
 * <p>Thread: relay (confined). Units: bytes.
 */
final class ArrayPacketCipher implements PacketCipher {
    private final ArrayCipher cipher;
    private final Scratch scratch;

    ArrayPacketCipher(final ArrayCipher cipher, final Scratch scratch) {
        this.cipher = cipher;
        this.scratch = scratch;
    }

    @Override
    public int seal(
            final MutableDirectBuffer dst,
            final int dstOffset,
            final int headerLength,
            final DirectBuffer src,
            final int srcOffset,
            final int payloadLength,
            final int ssrc,
            final long index) {
        final int length = headerLength + payloadLength;
        final byte[] packet = scratch.of(length + cipher.overhead());
        dst.getBytes(dstOffset, packet, 0, headerLength);
        src.getBytes(srcOffset, packet, headerLength, payloadLength);
        final int sealed = cipher.seal(packet, headerLength, length, ssrc, index);
        dst.putBytes(dstOffset + headerLength, packet, headerLength, sealed - headerLength);
        return sealed;
    }

    @Override
    public int open(
            final MutableDirectBuffer buffer,
            final int offset,
            final int headerLength,
            final int length,
            final int ssrc,
            final long index) {
        final byte[] packet = scratch.of(length);
        buffer.getBytes(offset, packet, 0, length);
        final int opened = cipher.open(packet, headerLength, length, ssrc, index);
        if (opened > 0) {
            buffer.putBytes(offset + headerLength, packet, headerLength, opened - headerLength);
        }
        return opened;
    }

    @Override
    public void erase() {
        cipher.erase();
    }

    /** The array that all ciphers of one session share. */
    static final class Scratch {
        /** Room for any packet of an Ethernet's size with its tag; grows should a larger one come. */
        private static final int USUAL_LENGTH = 1600;

        private byte[] array = new byte[USUAL_LENGTH];

        private byte[] of(final int length) {
            if (array.length < length) {
                array = new byte[length];
            }
            return array;
        }
    }
}
