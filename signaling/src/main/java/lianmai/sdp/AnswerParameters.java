package lianmai.sdp;

import java.util.List;
import java.util.regex.Pattern;
import lianmai.relay.Codec;

/**
 * The {@code a=fmtp} values we answer: of the offered parameters those that a codec's payload format lets an answer
 * repeat. Nothing else of the offer reaches the answer.
 */
final class AnswerParameters {
    private static final Pattern PLAIN = Pattern.compile("[0-9A-Fa-f]{1,8}");

    private AnswerParameters() {}

    static String of(final Codec codec, final Payload offered) {
        final List<String> names =
                switch (codec) {
                    // Forward error correction inside Opus is worth its bytes to every listener behind a lossy link;
                    // stereo is what a musician's publisher asks for (RFC 7587 §6.1).
                    case OPUS -> List.of("minptime", "useinbandfec", "stereo", "sprop-stereo");
                    case VP8 -> List.of();
                    // A level may differ when both say so (RFC 6184 §8.2.2); repeating the offered one always fits.
                    case H264 -> List.of("level-asymmetry-allowed", "packetization-mode", "profile-level-id");
                    case VP9 -> List.of("profile-id");
                    case AV1 -> List.of("level-idx", "profile", "tier");
                };
        final StringBuilder parameters = new StringBuilder();
        for (final String name : names) {
            final String value = offered.parameter(name, "");
            if (PLAIN.matcher(value).matches()) {
                parameters
                        .append(parameters.isEmpty() ? "" : ";")
                        .append(name)
                        .append('=')
                        .append(value);
            }
        }
        return parameters.toString();
    }
}
