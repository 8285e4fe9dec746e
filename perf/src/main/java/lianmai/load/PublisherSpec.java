package lianmai.load;

import java.util.List;
import lianmai.relay.Codec;

/**
 * What one publisher sends.
 *
 * @param audio whether it sends Opus, 50 packets a second
 * @param audioBitsPerSecond of RTP payload
 * @param video the codec of its picture (VP8 or H264 unless {@code source} brings others), or null
 * @param videoBitsPerSecond of RTP payload between key frames, over all layers together
 * @param framesPerSecond of the picture
 * @param payloadBytes the most in a video packet, codec's header included; frames are split as libwebrtc does
 * @param rids of simulcast layers, lowest first; empty for one stream
 * @param source captured media instead of synthetic, or null
 */
public record PublisherSpec(
        boolean audio,
        int audioBitsPerSecond,
        Codec video,
        int videoBitsPerSecond,
        int framesPerSecond,
        int payloadBytes,
        List<String> rids,
        MediaSource.Factory source) {
    /** What fits an Ethernet frame together with all headers and the SRTP tag. */
    public static final int MAX_PAYLOAD_BYTES = 1400;

    /** Below this a packet has no room for header and mark. */
    public static final int MIN_PAYLOAD_BYTES = 200;

    /** libwebrtc's packets have at most 1,200 bytes, headers and extensions included. */
    public static final int DEFAULT_PAYLOAD_BYTES = 1160;

    private static final int DEFAULT_AUDIO_BITS = 32_000;
    private static final int MIN_AUDIO_BITS = 20_000;
    private static final int MAX_AUDIO_BITS = 510_000;
    private static final int MIN_FRAME_BYTES = 150;

    public PublisherSpec {
        rids = List.copyOf(rids);
        check(audio || video != null, "a publisher sends sound, a picture or both");
        check(
                !audio || audioBitsPerSecond >= MIN_AUDIO_BITS && audioBitsPerSecond <= MAX_AUDIO_BITS,
                "sound has 20 to 510 kbit/s, not " + audioBitsPerSecond);
        if (video != null) {
            check(video != Codec.OPUS, "Opus is no picture");
            check(
                    source != null || video == Codec.VP8 || video == Codec.H264,
                    "synthetic pictures are VP8 or H264, not " + video.encodingName());
            check(framesPerSecond >= 1 && framesPerSecond <= 240, "1 to 240 frames a second, not " + framesPerSecond);
            check(
                    payloadBytes >= MIN_PAYLOAD_BYTES && payloadBytes <= MAX_PAYLOAD_BYTES,
                    "a video packet has 200 to 1400 bytes of payload, not " + payloadBytes);
            final int weight = SyntheticVideo.lowestShare(Math.max(1, rids.size()));
            check(
                    source != null || videoBitsPerSecond / 8 / framesPerSecond / weight >= MIN_FRAME_BYTES,
                    "at " + videoBitsPerSecond + " bit/s a frame would have less than " + MIN_FRAME_BYTES + " bytes");
        }
    }

    /** Opus alone. */
    public static PublisherSpec voice() {
        return new PublisherSpec(true, DEFAULT_AUDIO_BITS, null, 0, 0, 0, List.of(), null);
    }

    /** Opus and a picture of 30 frames a second. */
    public static PublisherSpec camera(final Codec video, final int videoBitsPerSecond) {
        return new PublisherSpec(
                true, DEFAULT_AUDIO_BITS, video, videoBitsPerSecond, 30, DEFAULT_PAYLOAD_BYTES, List.of(), null);
    }

    /** The same with more or fewer frames. */
    public PublisherSpec withFramesPerSecond(final int frames) {
        return new PublisherSpec(
                audio, audioBitsPerSecond, video, videoBitsPerSecond, frames, payloadBytes, rids, source);
    }

    /** The same with simulcast layers. */
    public PublisherSpec withRids(final List<String> layers) {
        return new PublisherSpec(
                audio, audioBitsPerSecond, video, videoBitsPerSecond, framesPerSecond, payloadBytes, layers, source);
    }

    /** The same with captured media. */
    public PublisherSpec withSource(final MediaSource.Factory captured) {
        return new PublisherSpec(
                audio, audioBitsPerSecond, video, videoBitsPerSecond, framesPerSecond, payloadBytes, rids, captured);
    }

    /** How many video streams it has. */
    public int layers() {
        return video == null ? 0 : Math.max(1, rids.size());
    }

    private static void check(final boolean holds, final String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
