package lianmai.load;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.MutableDirectBuffer;

/**
 * VP8 that a decoder can decode: frame tag and key frame header (RFC 6386 §9.1) before a first partition of zeros,
 * which the arithmetic decoder reads as "no" to every option, and coefficients of filler. The descriptor (RFC 7741
 * §4.2) is libwebrtc's with one temporal layer:
 *
 * <pre>
 *   X, S on the first packet | I L T | PictureID, 15 bits | TL0PICIDX | TID 0, Y
 * </pre>
 *
 * <p>Thread: confined. Units: bytes.
 */
final class Vp8Format implements VideoFormat {
    private static final int DESCRIPTOR = 6;
    private static final int TAG = 3;
    private static final int KEY_HEADER = 7;
    /** Header and modes of a picture without options end well before; what is missing reads as zeros. */
    private static final int FIRST_PARTITION = 32;

    private static final int WIDTH = 1280;
    private static final int HEIGHT = 720;

    private final int maxPayload;
    private int pictureId;
    private int tl0;
    private int frameLength;
    private int packets;
    private boolean isKeyFrame;

    /** @param firstPictureId libwebrtc begins anywhere */
    Vp8Format(final int maxPayload, final int firstPictureId) {
        this.maxPayload = maxPayload;
        pictureId = firstPictureId;
    }

    @Override
    public int begin(final int length, final boolean keyFrame) {
        pictureId = pictureId + 1 & 0x7FFF;
        tl0 = tl0 + 1 & 0xFF;
        isKeyFrame = keyFrame;
        packets = FrameSplit.packets(length, maxPayload - DESCRIPTOR);
        frameLength = length;
        return packets;
    }

    @Override
    public int packet(final int packet, final MutableDirectBuffer out, final int offset) {
        out.putByte(offset, (byte) (packet == 0 ? 0x90 : 0x80));
        out.putByte(offset + 1, (byte) 0xE0);
        out.putShort(offset + 2, (short) (0x8000 | pictureId), BIG_ENDIAN);
        out.putByte(offset + 4, (byte) tl0);
        out.putByte(offset + 5, (byte) 0x20);
        if (packet == 0) {
            frameHeader(out, offset + DESCRIPTOR);
        }
        return DESCRIPTOR + FrameSplit.length(frameLength, packets, packet);
    }

    private void frameHeader(final MutableDirectBuffer out, final int at) {
        // Size of the first partition, show_frame, version 0, and 0 for a key frame.
        final int tag = FIRST_PARTITION << 5 | 1 << 4 | (isKeyFrame ? 0 : 1);
        out.putByte(at, (byte) tag);
        out.putByte(at + 1, (byte) (tag >>> 8));
        out.putByte(at + 2, (byte) (tag >>> 16));
        int partition = at + TAG;
        if (isKeyFrame) {
            out.putByte(at + 3, (byte) 0x9D);
            out.putByte(at + 4, (byte) 0x01);
            out.putByte(at + 5, (byte) 0x2A);
            out.putShort(at + 6, (short) WIDTH, LITTLE_ENDIAN);
            out.putShort(at + 8, (short) HEIGHT, LITTLE_ENDIAN);
            partition += KEY_HEADER;
        }
        out.setMemory(partition, FIRST_PARTITION, (byte) 0);
    }

    @Override
    public int head(final int packet) {
        return packet > 0 ? DESCRIPTOR : DESCRIPTOR + TAG + (isKeyFrame ? KEY_HEADER : 0) + FIRST_PARTITION;
    }
}
