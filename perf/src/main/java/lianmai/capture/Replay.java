package lianmai.capture;

import lianmai.load.MediaSource;
import org.agrona.MutableDirectBuffer;

/**
 * One stream that plays a recording again and again. Timestamps and picture ids go on at each beginning, so that a
 * receiver sees one endless stream.
 *
 * <p>Thread: one. Owns: nothing but its place; the recording is shared. Units: ns, RTP ticks, bytes.
 */
public final class Replay implements MediaSource {
    private final Recording recording;
    private int frame = -1;
    private long round;
    private long presentNs;

    public Replay(final Recording recording) {
        this.recording = recording;
    }

    @Override
    public long nextFrameNs() {
        final boolean wraps = frame + 1 == recording.frames();
        final int next = wraps ? 0 : frame + 1;
        final long due = (wraps ? round + 1 : round) * recording.loopNs() + recording.dueNs(next);
        // The last frames of a round may have been later in the capture than the first one of the next is here.
        return Math.max(due, presentNs);
    }

    /** A recording makes no key frames on demand; {@code keyFrameWanted} is ignored. */
    @Override
    public int nextFrame(final boolean keyFrameWanted) {
        presentNs = nextFrameNs();
        frame++;
        if (frame == recording.frames()) {
            frame = 0;
            round++;
        }
        return recording.firstPacket(frame + 1) - recording.firstPacket(frame);
    }

    @Override
    public long timestamp() {
        return round * recording.loopTicks() + recording.ticks(frame);
    }

    @Override
    public boolean isKeyFrame() {
        return recording.isKeyFrame(frame);
    }

    @Override
    public boolean marker(final int packet) {
        return recording.marker(recording.firstPacket(frame) + packet);
    }

    @Override
    public int packet(final int packet, final MutableDirectBuffer out, final int offset) {
        final int index = recording.firstPacket(frame) + packet;
        final int length = recording.length(index);
        out.putBytes(offset, recording.payloads(), recording.offset(index), length);
        recording.indexes().moveOn(recording.codec(), out, offset, length, round);
        return length;
    }

    /** Everything is the codec's. */
    @Override
    public int head(final int packet) {
        return REAL;
    }
}
