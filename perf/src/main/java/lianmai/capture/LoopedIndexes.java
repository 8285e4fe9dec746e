package lianmai.capture;

import lianmai.relay.Codec;
import lianmai.rtp.PictureId;
import lianmai.rtp.Vp8Descriptor;
import lianmai.rtp.Vp9Descriptor;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The running numbers inside VP8 and VP9 payloads (PictureID, TL0PICIDX), which must go on when a recording starts
 * anew: a receiver that sees them jump back takes the pictures for old ones.
 *
 * @param pictures by how much picture ids have grown after one round, 0 without any
 * @param baseLayers likewise TL0PICIDX
 */
record LoopedIndexes(int pictures, int baseLayers) {
    private static final LoopedIndexes NONE = new LoopedIndexes(0, 0);

    /** What a whole recording takes of both. */
    static LoopedIndexes of(final Recording recording) {
        final DirectBuffer b = recording.payloads();
        final int first = recording.offset(0);
        final int lastPacket = recording.packets() - 1;
        final int last = recording.offset(lastPacket);
        if (!hasDescriptor(recording.codec(), b, first, recording.length(0))
                || !hasDescriptor(recording.codec(), b, last, recording.length(lastPacket))) {
            return NONE;
        }
        return new LoopedIndexes(
                span(pictureId(recording.codec(), b, first), pictureId(recording.codec(), b, last)),
                span(baseLayer(recording.codec(), b, first), baseLayer(recording.codec(), b, last)));
    }

    /** Moves the numbers of a payload on, as in the given round, from 0. */
    void moveOn(final Codec codec, final MutableDirectBuffer b, final int offset, final int length, final long round) {
        if (round == 0 || pictures == 0 && baseLayers == 0 || !hasDescriptor(codec, b, offset, length)) {
            return;
        }
        final int picture = pictureIdOffset(codec, b, offset);
        if (picture >= 0) {
            PictureId.write(b, picture, (int) (PictureId.read(b, picture) + round * pictures));
        }
        final int baseLayer = baseLayer(codec, b, offset);
        if (baseLayer >= 0) {
            final int moved = (int) (baseLayer + round * baseLayers) & 0xFF;
            if (codec == Codec.VP8) {
                Vp8Descriptor.tl0PictureIndex(b, offset, moved);
            } else {
                Vp9Descriptor.tl0PictureIndex(b, offset, moved);
            }
        }
    }

    /** Modulo 2^15, or 2^7, is left to those who write: both divide what is computed here. */
    private static int span(final int first, final int last) {
        return first < 0 || last < 0 ? 0 : (last - first + 1) & 0x7FFF;
    }

    private static boolean hasDescriptor(final Codec codec, final DirectBuffer b, final int offset, final int length) {
        return switch (codec) {
            case VP8 -> Vp8Descriptor.length(b, offset, length) != Vp8Descriptor.MALFORMED;
            case VP9 -> Vp9Descriptor.length(b, offset, length) != Vp9Descriptor.MALFORMED;
            default -> false;
        };
    }

    private static int pictureIdOffset(final Codec codec, final DirectBuffer b, final int offset) {
        return codec == Codec.VP8 ? Vp8Descriptor.pictureIdOffset(b, offset) : Vp9Descriptor.pictureIdOffset(b, offset);
    }

    private static int pictureId(final Codec codec, final DirectBuffer b, final int offset) {
        final int at = pictureIdOffset(codec, b, offset);
        return at < 0 ? at : PictureId.read(b, at);
    }

    private static int baseLayer(final Codec codec, final DirectBuffer b, final int offset) {
        return codec == Codec.VP8 ? Vp8Descriptor.tl0PictureIndex(b, offset) : Vp9Descriptor.tl0PictureIndex(b, offset);
    }
}
