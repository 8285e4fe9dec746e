package lianmai.relay;

import lianmai.rtp.PictureId;
import lianmai.rtp.Vp8Descriptor;
import lianmai.rtp.Vp9Descriptor;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Keeps VP8's and VP9's picture ids and TL0PICIDX going on without a break when a stream's source changes: decoders
 * take a jump for lost pictures (RFC 7741 §4.2, RFC 9628 §4.2).
 *
 * <p>The first source's numbers pass through unchanged, so nothing is copied until there has been a switch.
 *
 * <p>Thread: relay (confined).
 */
final class PictureIdRewriter {
    private static final int ID_MASK = 0x7FFF;
    private static final int INDEX_MASK = 0xFF;

    private Codec codec = Codec.OPUS;
    private int idOffset;
    private int indexOffset;
    private int newestId = -1;
    private int newestIndex = -1;

    /** A run begins with this payload. */
    void startRun(final Codec newCodec, final DirectBuffer buffer, final int offset, final int length) {
        codec = newCodec;
        idOffset = 0;
        indexOffset = 0;
        if (!describes(buffer, offset, length)) {
            return;
        }
        final int idAt = idOffset(buffer, offset);
        if (idAt >= 0 && newestId >= 0) {
            idOffset = newestId + 1 - PictureId.read(buffer, idAt) & ID_MASK;
        }
        final int indexAt = indexOffset(buffer, offset);
        if (indexAt >= 0 && newestIndex >= 0) {
            indexOffset = newestIndex + 1 - buffer.getByte(indexAt) & INDEX_MASK;
        }
    }

    /** Whether {@link #rewrite} would change anything in this run. */
    boolean changesPayload() {
        return (idOffset | indexOffset) != 0;
    }

    /** Notes the numbers of a payload that goes out as it is. */
    void observe(final DirectBuffer buffer, final int offset, final int length) {
        if (!describes(buffer, offset, length)) {
            return;
        }
        final int idAt = idOffset(buffer, offset);
        if (idAt >= 0) {
            noteId(buffer, idAt);
        }
        final int indexAt = indexOffset(buffer, offset);
        if (indexAt >= 0) {
            noteIndex(buffer.getByte(indexAt) & INDEX_MASK);
        }
    }

    /** Puts the outgoing numbers into a payload of this run. */
    void rewrite(final MutableDirectBuffer buffer, final int offset, final int length) {
        if (!describes(buffer, offset, length)) {
            return;
        }
        final int idAt = idOffset(buffer, offset);
        if (idAt >= 0) {
            PictureId.write(buffer, idAt, PictureId.read(buffer, idAt) + idOffset & ID_MASK);
            noteId(buffer, idAt);
        }
        final int indexAt = indexOffset(buffer, offset);
        if (indexAt >= 0) {
            buffer.putByte(indexAt, (byte) (buffer.getByte(indexAt) + indexOffset));
            noteIndex(buffer.getByte(indexAt) & INDEX_MASK);
        }
    }

    private boolean describes(final DirectBuffer buffer, final int offset, final int length) {
        return switch (codec) {
            case VP8 -> Vp8Descriptor.length(buffer, offset, length) >= 0;
            case VP9 -> Vp9Descriptor.length(buffer, offset, length) >= 0;
            default -> false;
        };
    }

    private int idOffset(final DirectBuffer buffer, final int offset) {
        return codec == Codec.VP8
                ? Vp8Descriptor.pictureIdOffset(buffer, offset)
                : Vp9Descriptor.pictureIdOffset(buffer, offset);
    }

    private int indexOffset(final DirectBuffer buffer, final int offset) {
        return codec == Codec.VP8
                ? Vp8Descriptor.tl0PictureIndexOffset(buffer, offset)
                : Vp9Descriptor.tl0PictureIndexOffset(buffer, offset);
    }

    private void noteId(final DirectBuffer buffer, final int idAt) {
        final int id = PictureId.read(buffer, idAt);
        final int mask = (1 << PictureId.bits(buffer, idAt)) - 1;
        if (newestId < 0 || (id - newestId & mask) <= mask / 2) {
            newestId = id;
        }
    }

    private void noteIndex(final int index) {
        if (newestIndex < 0 || (index - newestIndex & INDEX_MASK) <= INDEX_MASK / 2) {
            newestIndex = index;
        }
    }
}
