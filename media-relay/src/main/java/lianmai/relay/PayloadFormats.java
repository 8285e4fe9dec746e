package lianmai.relay;

import lianmai.rtp.Av1Payload;
import lianmai.rtp.H264Payload;
import lianmai.rtp.Vp8Descriptor;
import lianmai.rtp.Vp9Descriptor;
import org.agrona.DirectBuffer;

/** The one question the relay asks of a payload, answered by each codec's own parser. */
final class PayloadFormats {
    private PayloadFormats() {}

    /** Whether a decoder can start with this packet; false for a payload that makes no sense. */
    static boolean startsKeyFrame(final Codec codec, final DirectBuffer buffer, final int offset, final int length) {
        return switch (codec) {
            case OPUS -> false;
            case VP8 -> Vp8Descriptor.isKeyFrameStart(buffer, offset, length);
            case VP9 -> Vp9Descriptor.isKeyFrameStart(buffer, offset, length);
            case H264 -> H264Payload.isKeyFrameStart(buffer, offset, length);
            case AV1 -> Av1Payload.isKeyFrameStart(buffer, offset, length);
        };
    }
}
