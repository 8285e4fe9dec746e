package lianmai.sim;

import static java.nio.ByteOrder.BIG_ENDIAN;

import lianmai.relay.Codec;
import lianmai.rtp.Vp8Descriptor;
import lianmai.rtp.Vp9Descriptor;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What one simulated media packet carries, behind the bytes of its codec that a relay looks at: enough for a receiver
 * to know what a decoder would have said.
 *
 * @param publisher whose it is
 * @param frame counts the publisher's frames
 * @param index the packet's place in the frame, 0 … {@code count - 1}
 * @param key whether the frame is a key frame
 * @param captureNs when the frame was captured, in virtual time
 */
public record SimFrame(int publisher, int frame, int index, int count, boolean key, long captureNs) {
    /** The answer of the readers for a packet without the field. */
    public static final int ABSENT = -1;

    private static final int MARK_BYTES = 19;
    private static final int H264_SEQUENCE_PARAMETERS = 0x67;
    private static final int H264_FU_A = 0x7C;

    /**
     * Writes the payload.
     *
     * @param pictureBits 7 or 15, or 0 for no picture ids
     * @param filler bytes behind the mark
     * @return its length
     */
    public int write(
            final Codec codec,
            final MutableDirectBuffer b,
            final int offset,
            final int pictureBits,
            final int pictureId,
            final int tl0,
            final int filler) {
        int at =
                switch (codec) {
                    case VP8 -> writeVp8(b, offset, pictureBits, pictureId, tl0);
                    case VP9 -> writeVp9(b, offset, pictureBits, pictureId, tl0);
                    case H264 -> writeH264(b, offset);
                    case AV1 -> writeAv1(b, offset);
                    case OPUS -> offset;
                };
        b.putInt(at, publisher, BIG_ENDIAN);
        b.putInt(at + 4, frame, BIG_ENDIAN);
        b.putByte(at + 8, (byte) index);
        b.putByte(at + 9, (byte) count);
        b.putByte(at + 10, (byte) (key ? 1 : 0));
        b.putLong(at + 11, captureNs, BIG_ENDIAN);
        at += MARK_BYTES;
        b.setMemory(at, filler, (byte) frame);
        return at + filler - offset;
    }

    /** Reads what {@link #write} wrote; throws when it is something else. */
    public static SimFrame read(final Codec codec, final DirectBuffer b, final int offset, final int length) {
        final int at = offset + prefix(codec, b, offset, length);
        final SimFrame frame = new SimFrame(
                b.getInt(at, BIG_ENDIAN),
                b.getInt(at + 4, BIG_ENDIAN),
                b.getByte(at + 8),
                b.getByte(at + 9),
                b.getByte(at + 10) == 1,
                b.getLong(at + 11, BIG_ENDIAN));
        for (int i = at + MARK_BYTES; i < offset + length; i++) {
            if (b.getByte(i) != (byte) frame.frame) {
                throw new AssertionError("byte " + (i - offset) + " of the payload of " + frame + " is wrong");
            }
        }
        return frame;
    }

    /** The picture id of a payload, or {@link #ABSENT}. */
    public static int pictureId(final Codec codec, final DirectBuffer b, final int offset) {
        return switch (codec) {
            case VP8 -> Vp8Descriptor.pictureId(b, offset);
            case VP9 -> Vp9Descriptor.pictureId(b, offset);
            default -> ABSENT;
        };
    }

    /** The base layer's running index, or {@link #ABSENT}. */
    public static int tl0(final Codec codec, final DirectBuffer b, final int offset) {
        return switch (codec) {
            case VP8 -> Vp8Descriptor.tl0PictureIndex(b, offset);
            case VP9 -> Vp9Descriptor.tl0PictureIndex(b, offset);
            default -> ABSENT;
        };
    }

    private static int prefix(final Codec codec, final DirectBuffer b, final int offset, final int length) {
        return switch (codec) {
            case VP8 -> Vp8Descriptor.length(b, offset, length) + 1;
            case VP9 -> Vp9Descriptor.length(b, offset, length);
            case H264 -> b.getByte(offset) == H264_FU_A ? 3 : 1;
            case AV1 -> 2;
            case OPUS -> 0;
        };
    }

    private int writeVp8(
            final MutableDirectBuffer b, final int offset, final int bits, final int pictureId, final int tl0) {
        b.putByte(offset, (byte) (0x80 | (index == 0 ? 0x10 : 0)));
        b.putByte(offset + 1, (byte) ((bits > 0 ? 0x80 : 0) | 0x60));
        int at = writePictureId(b, offset + 2, bits, pictureId);
        b.putByte(at++, (byte) tl0);
        b.putByte(at++, (byte) 0);
        b.putByte(at++, (byte) (key ? 0 : 1));
        return at;
    }

    private int writeVp9(
            final MutableDirectBuffer b, final int offset, final int bits, final int pictureId, final int tl0) {
        final int begin = index == 0 ? 0x08 : 0;
        final int end = index == count - 1 ? 0x04 : 0;
        b.putByte(offset, (byte) ((bits > 0 ? 0x80 : 0) | (key ? 0 : 0x40) | 0x20 | begin | end));
        int at = writePictureId(b, offset + 1, bits, pictureId);
        b.putByte(at++, (byte) 0);
        b.putByte(at++, (byte) tl0);
        return at;
    }

    private static int writePictureId(
            final MutableDirectBuffer b, final int offset, final int bits, final int pictureId) {
        if (bits == 15) {
            b.putShort(offset, (short) (0x8000 | pictureId), BIG_ENDIAN);
            return offset + 2;
        }
        if (bits == 7) {
            b.putByte(offset, (byte) (pictureId & 0x7F));
            return offset + 1;
        }
        return offset;
    }

    /** A key frame is its sequence parameters in a packet of their own, then the fragments of one IDR slice. */
    private int writeH264(final MutableDirectBuffer b, final int offset) {
        if (key && index == 0) {
            b.putByte(offset, (byte) H264_SEQUENCE_PARAMETERS);
            return offset + 1;
        }
        final boolean first = index == (key ? 1 : 0);
        b.putByte(offset, (byte) H264_FU_A);
        b.putByte(offset + 1, (byte) ((first ? 0x80 : 0) | (key ? 5 : 1)));
        b.putByte(offset + 2, (byte) 0x80);
        return offset + 3;
    }

    /** One element in each packet: a sequence header at the start of a key frame, else a frame. */
    private int writeAv1(final MutableDirectBuffer b, final int offset) {
        final boolean startsKey = key && index == 0;
        b.putByte(offset, (byte) (0x10 | (index > 0 ? 0x80 : 0) | (startsKey ? 0x08 : 0)));
        b.putByte(offset + 1, (byte) (startsKey ? 0x08 : 0x30));
        return offset + 2;
    }
}
