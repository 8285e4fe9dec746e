package lianmai.load;

import lianmai.relay.Codec;
import org.agrona.MutableDirectBuffer;

/**
 * What one outgoing stream carries and when: frames, each a burst of packets with one RTP timestamp. Synthetic media
 * and captured files are sources.
 *
 * <pre>{@code
 *   while (source.nextFrameNs() <= elapsedNs) {
 *       int packets = source.nextFrame(keyFrameWanted);
 *       for (int i = 0; i < packets; i++) { length = source.packet(i, out, offset); … }
 *   }
 * }</pre>
 *
 * <p>Thread: the load agent's (confined). Owns: whatever it reads from, all of it in memory. Units: ns, RTP ticks,
 * bytes.
 */
public interface MediaSource {
    /** {@link #nextFrameNs} of a source that is over. */
    long END = Long.MAX_VALUE;

    /** {@link #head} of a payload in which nothing may be changed. */
    int REAL = -1;

    /** When the next frame is due, since the stream began; never falls. */
    long nextFrameNs();

    /**
     * Goes on to the frame that is due.
     *
     * @param keyFrameWanted whether the receiver asks for a key frame; a source that cannot make one ignores it
     * @return how many packets it has, at least 1
     */
    int nextFrame(boolean keyFrameWanted);

    /** The present frame's RTP timestamp, from 0 at the stream's beginning. */
    long timestamp();

    /** Whether the present frame is a key frame; always false for sound. */
    boolean isKeyFrame();

    /** The RTP marker bit of a packet of the present frame. */
    boolean marker(int packet);

    /**
     * Writes a packet's payload.
     *
     * @param out has {@link PublisherSpec#MAX_PAYLOAD_BYTES} at {@code offset}
     * @return its length
     */
    int packet(int packet, MutableDirectBuffer out, int offset);

    /**
     * How many of a packet's payload bytes are the codec's: what is behind them is free for filler and
     * {@link PayloadMark}. {@link #REAL} when nothing is.
     */
    int head(int packet);

    /** Makes the sources of a publisher's streams. */
    @FunctionalInterface
    interface Factory {
        /**
         * A source for one stream.
         *
         * @param codec the agreed one
         * @param layer of a simulcast, from 0, the lowest
         * @return null for synthetic media
         */
        MediaSource open(Codec codec, int layer);
    }
}
