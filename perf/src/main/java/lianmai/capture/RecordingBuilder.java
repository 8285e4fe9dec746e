package lianmai.capture;

import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import lianmai.relay.Codec;
import lianmai.rtp.Av1Payload;
import lianmai.rtp.H264Payload;
import lianmai.rtp.Vp8Descriptor;
import lianmai.rtp.Vp9Descriptor;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts packets, in the order of their sequence numbers, together to frames and closes the loop.
 *
 * <p>Thread: one. Units: ns and RTP ticks from any beginning, bytes.
 */
final class RecordingBuilder {
    /** What the load generator's packets hold beside their own header extensions and an SRTP tag within 1,500 bytes. */
    static final int MAX_PAYLOAD_BYTES = 1_400;

    private static final double NS_PER_SECOND = 1e9;
    /** Of a stream with one frame alone. */
    private static final int VIDEO_FRAMES_PER_SECOND = 30;

    private static final int AUDIO_FRAMES_PER_SECOND = 50;
    /** Timestamps that differ from the time it took by more than this and a hundredth do not tell it. */
    private static final double CREDIBLE_DIFFERENCE_NS = 0.5 * NS_PER_SECOND;

    private static final double CREDIBLE_DRIFT = 0.01;
    private static final long MAX_NS = TimeUnit.DAYS.toNanos(1);
    /** More than a frame of 1 MiB has. */
    private static final int MAX_FRAME_PACKETS = 1_024;

    private final FileBytes file;
    private final Codec codec;
    private final ExpandableArrayBuffer payloads = new ExpandableArrayBuffer(1 << 16);
    private final IntArrayList packetOffsets = new IntArrayList();
    private final IntArrayList firstPackets = new IntArrayList();
    private final LongArrayList dueNs = new LongArrayList();
    private final LongArrayList ticks = new LongArrayList();
    private final BitSet markers = new BitSet();
    private final BitSet keyFrames = new BitSet();
    private int size;
    private int packets;
    private long missing;

    RecordingBuilder(final FileBytes file, final Codec codec) {
        this.file = file;
        this.codec = codec;
    }

    /**
     * The next packet.
     *
     * @param at where it stands in the file, for complaints
     */
    void packet(
            final long at,
            final long packetTicks,
            final long packetNs,
            final boolean marker,
            final DirectBuffer source,
            final int offset,
            final int length)
            throws CaptureException {
        if (length > MAX_PAYLOAD_BYTES) {
            throw file.wrong(
                    at, "a payload of " + length + " bytes; packets carry at most " + MAX_PAYLOAD_BYTES + " here");
        }
        final boolean startsKeyFrame = startsKeyFrame(codec, source, offset, length);
        final boolean isNewFrame = ticks.isEmpty() || ticks.getLong(ticks.size() - 1) != packetTicks;
        if (codec != Codec.OPUS && ticks.isEmpty() && !startsKeyFrame) {
            return; // nobody could decode what comes before the first key frame
        }
        if (!isNewFrame && packets - firstPackets.getInt(ticks.size() - 1) == MAX_FRAME_PACKETS) {
            throw file.wrong(at, "more than " + MAX_FRAME_PACKETS + " packets with one RTP timestamp");
        }
        if (isNewFrame) {
            firstPackets.addInt(packets);
            ticks.addLong(packetTicks);
            // A packet that was late in the capture holds up those behind it.
            dueNs.addLong(dueNs.isEmpty() ? packetNs : Math.max(packetNs, dueNs.getLong(dueNs.size() - 1)));
        }
        if (startsKeyFrame) {
            keyFrames.set(ticks.size() - 1);
        }
        markers.set(packets, marker);
        packetOffsets.addInt(size);
        payloads.putBytes(size, source, offset, length);
        size += length;
        packets++;
    }

    /** Notes that the capture lacks packets here. */
    void missing(final long count) {
        if (packets > 0) {
            missing += count;
        }
    }

    Recording build() throws CaptureException {
        if (codec != Codec.OPUS && packets > 0 && !markers.get(packets - 1)) {
            dropLastFrame(); // the capture ended within it
        }
        if (packets == 0) {
            throw new CaptureException(file.name() + ": there is no whole "
                    + (codec == Codec.OPUS ? "packet" : "key frame") + " of " + codec.encodingName() + " in it");
        }
        packetOffsets.addInt(size);
        firstPackets.addInt(packets);
        final long[] frameTicks = sinceFirst(ticks.toLongArray());
        final long[] frameNs = sinceFirst(dueNs.toLongArray());
        final long stepTicks = usualStep(frameTicks);
        final long loopTicks = frameTicks[frameTicks.length - 1] + stepTicks;
        final long lastNs = frameNs[frameNs.length - 1];
        if (loopTicks <= 0) {
            throw new CaptureException(file.name() + ": the RTP timestamps of the stream go backwards");
        }
        if (lastNs > MAX_NS || lastNs == 0 && frameNs.length > 1) {
            throw new CaptureException(file.name() + ": the packets were captured within " + lastNs / 1e9
                    + " s; a recording lasts longer than nothing and at most a day");
        }
        return new Recording(
                codec,
                new UnsafeBuffer(Arrays.copyOf(payloads.byteArray(), size)),
                packetOffsets.toIntArray(),
                firstPackets.toIntArray(),
                frameNs,
                frameTicks,
                markers,
                keyFrames,
                loopNs(loopTicks, lastNs, stepTicks),
                loopTicks,
                missing);
    }

    /**
     * A round lasts as long as its timestamps say: were it the time between the first and the last arrival, the jitter
     * of those two would look like a drifting clock.
     */
    private long loopNs(final long loopTicks, final long lastNs, final long stepTicks) {
        final double nsPerTick = NS_PER_SECOND / codec.clockRate();
        final double byTicks = loopTicks * nsPerTick;
        final double byArrival = lastNs + stepTicks * nsPerTick;
        final double credible = CREDIBLE_DIFFERENCE_NS + CREDIBLE_DRIFT * byArrival;
        return (long) (Math.abs(byTicks - byArrival) < credible ? byTicks : byArrival);
    }

    private long usualStep(final long[] frameTicks) {
        final long[] steps = new long[frameTicks.length - 1];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = frameTicks[i + 1] - frameTicks[i];
        }
        Arrays.sort(steps);
        final long usual = steps.length == 0 ? 0 : steps[steps.length / 2];
        final int otherwise =
                codec.clockRate() / (codec == Codec.OPUS ? AUDIO_FRAMES_PER_SECOND : VIDEO_FRAMES_PER_SECOND);
        return usual > 0 ? usual : otherwise;
    }

    private void dropLastFrame() {
        final int frame = ticks.size() - 1;
        packets = firstPackets.getInt(frame);
        size = packetOffsets.getInt(packets);
        keyFrames.clear(frame);
        firstPackets.remove(frame);
        ticks.remove(frame);
        dueNs.remove(frame);
        while (packetOffsets.size() > packets) {
            packetOffsets.remove(packetOffsets.size() - 1);
        }
    }

    private static long[] sinceFirst(final long[] values) {
        final long first = values[0];
        for (int i = 0; i < values.length; i++) {
            values[i] -= first;
        }
        return values;
    }

    private static boolean startsKeyFrame(
            final Codec codec, final DirectBuffer buffer, final int offset, final int length) {
        return switch (codec) {
            case OPUS -> false;
            case VP8 -> Vp8Descriptor.isKeyFrameStart(buffer, offset, length);
            case VP9 -> Vp9Descriptor.isKeyFrameStart(buffer, offset, length);
            case H264 -> H264Payload.isKeyFrameStart(buffer, offset, length);
            case AV1 -> Av1Payload.isKeyFrameStart(buffer, offset, length);
        };
    }
}
