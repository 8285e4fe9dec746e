package lianmai.load;

/**
 * How libwebrtc splits a frame (RtpPacketizer::SplitAboutEqually): into as few packets as possible, all equally long
 * but that the last ones may have one byte more.
 *
 * <p>Units: bytes.
 */
public final class FrameSplit {
    private FrameSplit() {}

    /** How many packets a frame of this length takes. */
    public static int packets(final int frameLength, final int maxPacket) {
        return (frameLength + maxPacket - 1) / maxPacket;
    }

    /** The length of packet {@code i} of {@code packets}. */
    public static int length(final int frameLength, final int packets, final int i) {
        return frameLength / packets + (i >= packets - frameLength % packets ? 1 : 0);
    }

    /** Where packet {@code i} begins in the frame. */
    public static int offset(final int frameLength, final int packets, final int i) {
        final int firstLarger = packets - frameLength % packets;
        return i * (frameLength / packets) + Math.max(0, i - firstLarger);
    }
}
