package lianmai.sdp;

/**
 * Whether an H264 payload type is the one variant we pass on: constrained baseline, packetization mode 1. Levels do not
 * matter to a relay, which decodes nothing.
 *
 * <p>Baseline proper is taken too, as the second choice: what browsers and phones send under it has none of the tools
 * (FMO, ASO) that constrained baseline leaves out, and they decode it with the same decoder.
 */
final class H264Profile {
    /** For {@link lianmai.relay.PeerSpec.Format}: one name for all that decode each other. */
    static final String FORMAT = "42e0/1";

    private H264Profile() {}

    static int rank(final Payload payload) {
        // Absent means mode 0, single NAL units only (RFC 6184 §8.1), which keeps pictures under one packet.
        if (!payload.parameter("packetization-mode", "0").equals("1")) {
            return CodecMatch.NO_MATCH;
        }
        // Absent means Baseline, level 1 (RFC 6184 §8.1); in practice it means that the sender did not care to say.
        final String id = payload.parameter("profile-level-id", "42000a");
        if (!id.matches("[0-9A-Fa-f]{6}")) {
            return CodecMatch.NO_MATCH;
        }
        final int profile = Integer.parseInt(id, 0, 2, 16);
        final int constraints = Integer.parseInt(id, 2, 4, 16);
        if (constrainedBaseline(profile, constraints)) {
            return 0;
        }
        return baseline(profile, constraints) ? 1 : CodecMatch.NO_MATCH;
    }

    /** RFC 6184 §8.1, table 5: 42 x1xx0000, 4D 1xxx0000, 58 11xx0000. */
    private static boolean constrainedBaseline(final int profile, final int constraints) {
        return switch (profile) {
            case 0x42 -> (constraints & 0x4F) == 0x40;
            case 0x4D -> (constraints & 0x8F) == 0x80;
            case 0x58 -> (constraints & 0xCF) == 0xC0;
            default -> false;
        };
    }

    /** RFC 6184 §8.1, table 5: 42 x0xx0000, 58 10xx0000. */
    private static boolean baseline(final int profile, final int constraints) {
        return profile == 0x42 && (constraints & 0x4F) == 0 || profile == 0x58 && (constraints & 0xCF) == 0x80;
    }
}
