package lianmai.load;

import java.util.concurrent.TimeUnit;
import lianmai.relay.Codec;
import org.agrona.MutableDirectBuffer;

/**
 * A picture of constant frame rate and bit rate: all frames equally long but key frames, which come when asked for and
 * at the beginning.
 *
 * <p>Thread: confined. Units: ns, ticks of 90 kHz, bytes.
 */
final class SyntheticVideo implements MediaSource {
    /** A key frame of a talking head is some times as large as its other frames. */
    static final int KEY_FRAME_FACTOR = 5;

    /** libwebrtc's encoders answer key frame requests at most so often. */
    static final long MIN_KEY_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(300);

    private static final int TICKS_PER_SECOND = 90_000;

    private final VideoFormat format;
    private final int framesPerSecond;
    private final int frameLength;

    private long frame = -1;
    private long lastKeyNs;
    private boolean isKeyFrame;
    private int packets;

    SyntheticVideo(final VideoFormat format, final int bitsPerSecond, final int framesPerSecond) {
        this.format = format;
        this.framesPerSecond = framesPerSecond;
        frameLength = bitsPerSecond / 8 / framesPerSecond;
    }

    /** The source of one layer of a publisher. */
    static SyntheticVideo of(final PublisherSpec spec, final int layer, final int pictureId) {
        final int bits = share(spec.videoBitsPerSecond(), spec.layers(), layer);
        final VideoFormat format = spec.video() == Codec.VP8
                ? new Vp8Format(spec.payloadBytes(), pictureId)
                : new H264Format(spec.payloadBytes());
        return new SyntheticVideo(format, bits, spec.framesPerSecond());
    }

    /** Each layer has twice the width and height, and so four times the bits, of the one below. */
    static int share(final int bitsPerSecond, final int layers, final int layer) {
        return (int) ((long) bitsPerSecond * (1L << 2 * layer) / lowestShare(layers));
    }

    /** The lowest layer has one part in so many. */
    static int lowestShare(final int layers) {
        return ((1 << 2 * layers) - 1) / 3;
    }

    @Override
    public long nextFrameNs() {
        return (frame + 1) * 1_000_000_000L / framesPerSecond;
    }

    @Override
    public int nextFrame(final boolean keyFrameWanted) {
        frame++;
        final long nowNs = frame * 1_000_000_000L / framesPerSecond;
        isKeyFrame = frame == 0 || keyFrameWanted && nowNs - lastKeyNs >= MIN_KEY_INTERVAL_NS;
        if (isKeyFrame) {
            lastKeyNs = nowNs;
        }
        packets = format.begin(isKeyFrame ? frameLength * KEY_FRAME_FACTOR : frameLength, isKeyFrame);
        return packets;
    }

    @Override
    public long timestamp() {
        return frame * TICKS_PER_SECOND / framesPerSecond;
    }

    @Override
    public boolean isKeyFrame() {
        return isKeyFrame;
    }

    @Override
    public boolean marker(final int packet) {
        return packet == packets - 1;
    }

    @Override
    public int packet(final int packet, final MutableDirectBuffer out, final int offset) {
        return format.packet(packet, out, offset);
    }

    @Override
    public int head(final int packet) {
        return format.head(packet);
    }
}
