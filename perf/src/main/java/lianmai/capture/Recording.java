package lianmai.capture;

import java.util.BitSet;
import lianmai.relay.Codec;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One stream of captured media, all in memory: frames, each of packets with one RTP timestamp. It begins at a key frame
 * and ends with a whole frame, so that it can be played in a loop.
 *
 * <p>Thread: any; it never changes. Units: ns and RTP ticks since the first frame, bytes.
 */
public final class Recording {
    private final Codec codec;
    private final UnsafeBuffer payloads;
    private final int[] packetOffsets;
    private final int[] firstPackets;
    private final long[] dueNs;
    private final long[] ticks;
    private final BitSet markers;
    private final BitSet keyFrames;
    private final long loopNs;
    private final long loopTicks;
    private final long missing;
    private final LoopedIndexes indexes;

    Recording(
            final Codec codec,
            final UnsafeBuffer payloads,
            final int[] packetOffsets,
            final int[] firstPackets,
            final long[] dueNs,
            final long[] ticks,
            final BitSet markers,
            final BitSet keyFrames,
            final long loopNs,
            final long loopTicks,
            final long missing) {
        this.codec = codec;
        this.payloads = payloads;
        this.packetOffsets = packetOffsets;
        this.firstPackets = firstPackets;
        this.dueNs = dueNs;
        this.ticks = ticks;
        this.markers = markers;
        this.keyFrames = keyFrames;
        this.loopNs = loopNs;
        this.loopTicks = loopTicks;
        this.missing = missing;
        indexes = LoopedIndexes.of(this);
    }

    public Codec codec() {
        return codec;
    }

    /** At least 1. */
    public int frames() {
        return dueNs.length;
    }

    /** At least {@link #frames()}. */
    public int packets() {
        return packetOffsets.length - 1;
    }

    /** From the first frame to where it would come again. */
    public long loopNs() {
        return loopNs;
    }

    /** The same in RTP ticks. */
    public long loopTicks() {
        return loopTicks;
    }

    /** How many packets the capture itself had lost, by its sequence numbers. */
    public long missing() {
        return missing;
    }

    /** When a frame is due; never falls. */
    public long dueNs(final int frame) {
        return dueNs[frame];
    }

    public long ticks(final int frame) {
        return ticks[frame];
    }

    /** Whether a decoder can start here; always false for sound. */
    public boolean isKeyFrame(final int frame) {
        return keyFrames.get(frame);
    }

    /** The first packet of a frame; of {@link #frames()}: the number of packets. */
    public int firstPacket(final int frame) {
        return firstPackets[frame];
    }

    public boolean marker(final int packet) {
        return markers.get(packet);
    }

    /** Where a packet's payload begins in {@link #payloads()}. */
    public int offset(final int packet) {
        return packetOffsets[packet];
    }

    public int length(final int packet) {
        return packetOffsets[packet + 1] - packetOffsets[packet];
    }

    /** All payloads, to be read only. */
    public DirectBuffer payloads() {
        return payloads;
    }

    LoopedIndexes indexes() {
        return indexes;
    }

    /** One short phrase for a user. */
    @Override
    public String toString() {
        return String.format(
                "%s, %d frames in %d packets, %.1f s%s",
                codec.encodingName(),
                frames(),
                packets(),
                loopNs / 1e9,
                missing == 0 ? "" : ", " + missing + " packets are missing in it");
    }
}
