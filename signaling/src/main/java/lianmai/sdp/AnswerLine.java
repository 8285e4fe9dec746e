package lianmai.sdp;

import java.util.List;
import lianmai.relay.PeerSpec;

/**
 * What becomes of one offered m-line.
 *
 * @param offered the line in the newest offer
 * @param direction ours; {@link Direction#INACTIVE} while the client has paused the line
 * @param matches the codecs answered, first preferred
 * @param extensions the header extensions answered
 * @param feedback the RTCP feedback served, such as {@code nack pli}
 * @param downlink for {@link Use#DOWNLINK} the seat's line, else null
 * @param seat for {@link Use#DOWNLINK} the number of the downlink, else -1
 */
record AnswerLine(
        SdpMedia offered,
        Use use,
        Direction direction,
        List<CodecMatch> matches,
        List<Extmap> extensions,
        List<String> feedback,
        PeerSpec.Line downlink,
        int seat) {

    /** What an m-line is for; never changes over a session, except to REJECTED. */
    enum Use {
        UPLINK,
        DOWNLINK,
        REJECTED
    }

    static AnswerLine rejected(final SdpMedia offered) {
        return new AnswerLine(offered, Use.REJECTED, Direction.INACTIVE, List.of(), List.of(), List.of(), null, -1);
    }

    boolean accepted() {
        return use != Use.REJECTED;
    }

    /**
     * The same line under a later offer, rejected when the client stopped it; null when what was agreed cannot stand.
     */
    AnswerLine under(final SdpMedia later) {
        if (!later.kind().equals(offered.kind()) || accepted() && !later.mid().equals(offered.mid())) {
            return null;
        }
        if (!accepted() || !later.live()) {
            return rejected(later);
        }
        for (final CodecMatch match : matches) {
            if (!match.stillOffered(later)) {
                return null;
            }
        }
        for (final Extmap agreed : extensions) {
            if (!unchanged(agreed, later)) {
                return null;
            }
        }
        final boolean flows = use == Use.UPLINK
                ? later.direction().sends()
                : later.direction().receives();
        final Direction way = use == Use.UPLINK ? Direction.RECVONLY : Direction.SENDONLY;
        return new AnswerLine(
                later, use, flows ? way : Direction.INACTIVE, matches, extensions, feedback, downlink, seat);
    }

    /** An id keeps its meaning for the whole session (RFC 8285 §6). */
    private static boolean unchanged(final Extmap agreed, final SdpMedia later) {
        for (final Extmap extmap : later.extensions()) {
            if (extmap.kind() == agreed.kind()) {
                return extmap.id() == agreed.id();
            }
        }
        return false;
    }
}
