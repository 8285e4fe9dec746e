package lianmai.sdp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lianmai.relay.Codec;
import lianmai.relay.PeerSpec;

/**
 * One codec that an offered line shares with us.
 *
 * @param offered the payload type as offered
 * @param format the same for the relay
 */
record CodecMatch(Payload offered, PeerSpec.Format format) {
    /** Not the codec, or not a variant that we pass on. */
    static final int NO_MATCH = Integer.MAX_VALUE;

    /** The codecs shared, in the policy's order; of several variants of one codec the closest. */
    static List<CodecMatch> of(final SdpMedia line, final List<Codec> codecs) {
        final Map<Integer, Integer> rtxByType = retransmissions(line);
        final List<CodecMatch> matches = new ArrayList<>();
        for (final Codec codec : codecs) {
            final Payload best = best(codec, line);
            if (best != null) {
                final int rtx = rtxByType.getOrDefault(best.type(), -1);
                matches.add(new CodecMatch(best, new PeerSpec.Format(codec, best.type(), rtx, format(codec))));
            }
        }
        return List.copyOf(matches);
    }

    /** Whether this answer can stand for a later offer of the same line. */
    boolean stillOffered(final SdpMedia line) {
        final Payload again = line.payload(format.payloadType());
        final int rtx = format.rtxPayloadType();
        return again != null
                && rank(format.codec(), again) != NO_MATCH
                && (rtx < 0 || retransmissions(line).getOrDefault(format.payloadType(), -1) == rtx);
    }

    private static Payload best(final Codec codec, final SdpMedia line) {
        final boolean audioCodec = codec == Codec.OPUS;
        Payload best = null;
        int bestRank = NO_MATCH;
        for (final Payload payload : line.payloads()) {
            final int rank = audioCodec == line.audio() ? rank(codec, payload) : NO_MATCH;
            if (rank < bestRank) {
                best = payload;
                bestRank = rank;
            }
        }
        return best;
    }

    private static Map<Integer, Integer> retransmissions(final SdpMedia line) {
        final Map<Integer, Integer> rtxByType = new HashMap<>();
        for (final Payload payload : line.payloads()) {
            final long original = SdpText.number(payload.parameter("apt", ""), 127);
            if (payload.encoding().equalsIgnoreCase("rtx") && original >= 0 && usable(payload)) {
                rtxByType.putIfAbsent((int) original, payload.type());
            }
        }
        return rtxByType;
    }

    /** Types 64 … 95 look like RTCP once RTP and RTCP share a port (RFC 5761 §4). */
    private static boolean usable(final Payload payload) {
        return payload.type() < 64 || payload.type() > 95;
    }

    /** How far a payload is from what we want, 0 being exact. */
    private static int rank(final Codec codec, final Payload payload) {
        if (!payload.is(codec.encodingName(), codec.clockRate()) || !usable(payload)) {
            return NO_MATCH;
        }
        return switch (codec) {
            case OPUS -> payload.channels() == 2 ? 0 : NO_MATCH;
            case VP8 -> 0;
            case H264 -> H264Profile.rank(payload);
            case VP9 -> payload.parameter("profile-id", "0").equals("0") ? 0 : NO_MATCH;
            case AV1 ->
                payload.parameter("profile", "0").equals("0")
                                && payload.parameter("tier", "0").equals("0")
                        ? 0
                        : NO_MATCH;
        };
    }

    private static String format(final Codec codec) {
        return switch (codec) {
            case OPUS, VP8 -> "";
            case H264 -> H264Profile.FORMAT;
            case VP9 -> "0";
            case AV1 -> "0/0";
        };
    }
}
