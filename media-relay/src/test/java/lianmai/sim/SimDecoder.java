package lianmai.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * What a strict video decoder would say about one stream's packets, handed over in order: every frame whole, timestamps
 * forward, picture ids one by one, and a key frame wherever something new begins.
 *
 * <pre>
 *                    start of a key frame
 *   WAITING_FOR_KEY ───────────────────────▶ DECODING
 *         ▲──────── gap, or a violation ─────────┘
 * </pre>
 *
 * <p>Thread: one.
 */
public final class SimDecoder {
    /** One packet of the stream, as its receiver understood it. */
    record Packet(
            long sequence, int timestamp, boolean marker, SimFrame mark, int pictureId, int pictureBits, int tl0) {
        boolean startsKeyFrame() {
            return mark.key() && mark.index() == 0;
        }
    }

    private final String name;
    private final List<String> violations = new ArrayList<>();
    private boolean decoding;
    private boolean jumped;
    private Packet last;
    private long frames;
    private long keyFrames;
    private long switches;
    private long firstFrameNs = -1;

    SimDecoder(final String name) {
        this.name = name;
    }

    /** The next packet in order. */
    void onPacket(final Packet packet, final long nowNs) {
        if (!decoding) {
            if (!packet.startsKeyFrame()) {
                return;
            }
            decoding = true;
            if (last != null) {
                checkOrder(packet, !jumped);
            }
            keyFrames++;
        } else if (packet.mark.index() == 0) {
            startFrame(packet);
        } else if (!continues(packet)) {
            violation(packet, "does not continue the frame");
        }
        last = packet;
        jumped = false;
        if (packet.mark.index() == packet.mark.count() - 1) {
            frames++;
            firstFrameNs = firstFrameNs < 0 ? nowNs : firstFrameNs;
            check(packet.marker, packet, "ends a frame without marker");
        }
    }

    private void startFrame(final Packet packet) {
        final boolean whole = last.mark.index() == last.mark.count() - 1;
        final boolean sameSource = packet.mark.publisher() == last.mark.publisher();
        final boolean follows = whole && sameSource && packet.mark.frame() == last.mark.frame() + 1;
        check(follows || packet.mark.key(), packet, "is no key frame where something new begins");
        switches += follows ? 0 : 1;
        keyFrames += packet.mark.key() ? 1 : 0;
        checkOrder(packet, true);
    }

    private boolean continues(final Packet packet) {
        return packet.mark.publisher() == last.mark.publisher()
                && packet.mark.frame() == last.mark.frame()
                && packet.mark.index() == last.mark.index() + 1
                && packet.timestamp == last.timestamp
                && packet.pictureId == last.pictureId
                && packet.tl0 == last.tl0;
    }

    private void checkOrder(final Packet packet, final boolean withoutGap) {
        check(packet.timestamp - last.timestamp > 0, packet, "has no newer timestamp");
        if (withoutGap && packet.pictureId != SimFrame.ABSENT && last.pictureId != SimFrame.ABSENT) {
            final int mask = (1 << packet.pictureBits) - 1;
            check(packet.pictureId == (last.pictureId + 1 & mask), packet, "has not the next picture id");
        }
        if (withoutGap && packet.tl0 != SimFrame.ABSENT && last.tl0 != SimFrame.ABSENT) {
            check(packet.tl0 == (last.tl0 + 1 & 0xFF), packet, "has not the next TL0PICIDX");
        }
    }

    /** Packets are missing for good. */
    void onGap() {
        decoding = false;
        jumped = true;
    }

    private void check(final boolean holds, final Packet packet, final String complaint) {
        if (!holds) {
            violation(packet, complaint);
        }
    }

    private void violation(final Packet packet, final String complaint) {
        violations.add(name + ": " + packet + " " + complaint + " after " + last);
        decoding = packet.startsKeyFrame();
    }

    /** What a decoder would have choked on. */
    public List<String> violations() {
        return violations;
    }

    boolean isStuck() {
        return !decoding;
    }

    /** Whole frames in order. */
    public long frames() {
        return frames;
    }

    public long keyFrames() {
        return keyFrames;
    }

    /** How often a key frame continued the stream in place of the next frame, as after a seat switch. */
    public long switches() {
        return switches;
    }

    /** When the first frame was whole; -1 before. */
    public long firstFrameNs() {
        return firstFrameNs;
    }

    /** Whose frames arrive, 0 before the first. */
    public long publisher() {
        return last == null ? 0 : last.mark.publisher();
    }

    Packet last() {
        return last;
    }
}
