package lianmai.load;

import org.agrona.MutableDirectBuffer;

/**
 * Opus as a talking browser sends it: one frame of 20 ms a packet, constant bit rate, stereo CELT, whose decoder takes
 * any bytes behind the TOC (RFC 6716 §3.1).
 *
 * <p>Thread: confined. Units: ns, ticks of 48 kHz, bytes.
 */
final class SyntheticAudio implements MediaSource {
    static final long INTERVAL_NS = 20_000_000L;
    static final int TICKS = 960;

    /** Configuration 31: CELT, full band, 20 ms; stereo; one frame. */
    private static final byte TOC = (byte) (31 << 3 | 1 << 2);

    private final int length;
    private long frame = -1;

    SyntheticAudio(final int bitsPerSecond) {
        length = bitsPerSecond / 8 / 50;
    }

    @Override
    public long nextFrameNs() {
        return (frame + 1) * INTERVAL_NS;
    }

    @Override
    public int nextFrame(final boolean keyFrameWanted) {
        frame++;
        return 1;
    }

    @Override
    public long timestamp() {
        return frame * TICKS;
    }

    @Override
    public boolean isKeyFrame() {
        return false;
    }

    /** Only the first packet after a silence has it (RFC 7587 §4.2), and here is never silence. */
    @Override
    public boolean marker(final int packet) {
        return frame == 0;
    }

    @Override
    public int packet(final int packet, final MutableDirectBuffer out, final int offset) {
        out.putByte(offset, TOC);
        return length;
    }

    @Override
    public int head(final int packet) {
        return 1;
    }
}
