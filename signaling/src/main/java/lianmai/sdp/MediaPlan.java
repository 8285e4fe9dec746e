package lianmai.sdp;

import java.util.ArrayList;
import java.util.List;
import lianmai.dtls.Fingerprint;
import lianmai.relay.PeerSpec;

/**
 * What was negotiated with one client: what the relay must know ({@link #spec()}), what signaling tells the client
 * about its m-lines, and what {@link SdpAnswer} writes. Immutable; a later offer makes a new plan in which SSRCs,
 * payload types and the use of each line stay.
 *
 * @param uplinkAudioMid empty when the client cannot publish audio
 * @param uplinkVideoMid empty when the client cannot publish video
 * @param seats which lines show which downlink, in order
 * @param version counts the answers of this session from 1 (RFC 3264 §8)
 */
public record MediaPlan(
        PeerSpec spec,
        String uplinkAudioMid,
        String uplinkVideoMid,
        List<SeatLines> seats,
        long version,
        Answered answered) {

    /**
     * The m-lines of one seat.
     *
     * @param audioMid empty when not negotiated
     * @param videoMid empty when not negotiated
     */
    public record SeatLines(int seat, String audioMid, String videoMid) {}

    /**
     * What a later offer came to.
     *
     * @param iceRestart the client has new credentials: the relay is told {@code plan.spec().ice()}
     */
    public record Renegotiated(MediaPlan plan, boolean iceRestart) {}

    /** What the answer is written from; opaque outside of this package. */
    public static final class Answered {
        private final List<AnswerLine> lines;
        private final boolean extmapAllowMixed;
        private final Fingerprint clientFingerprint;
        private final String clientPassword;

        Answered(final List<AnswerLine> lines, final SdpOffer offer) {
            this.lines = List.copyOf(lines);
            extmapAllowMixed = offer.extmapAllowMixed();
            clientFingerprint = offer.fingerprint();
            clientPassword = offer.icePassword();
        }

        private Answered(final List<AnswerLine> lines, final Answered before, final String clientPassword) {
            this.lines = lines;
            extmapAllowMixed = before.extmapAllowMixed;
            clientFingerprint = before.clientFingerprint;
            this.clientPassword = clientPassword;
        }

        List<AnswerLine> lines() {
            return lines;
        }

        boolean extmapAllowMixed() {
            return extmapAllowMixed;
        }
    }

    /** The codecs this client may be sent or may send, by name, video first choice first. */
    public List<String> codecs() {
        final List<String> names = new ArrayList<>();
        for (final AnswerLine line : answered.lines) {
            for (final CodecMatch match : line.matches()) {
                final String name = match.format().codec().encodingName();
                if (!names.contains(name)) {
                    names.add(name);
                }
            }
        }
        return List.copyOf(names);
    }

    /** Decides what each line of a first offer is for. */
    public static SdpOutcome<MediaPlan> negotiate(
            final SdpOffer offer, final MediaPolicy policy, final PlanRequest request) {
        return new MediaPlanner(offer, policy, request).plan();
    }

    /**
     * Holds a later offer of the same client against what was agreed (RFC 3264 §8). New m-lines are rejected, stopped
     * ones stay rejected; a change of codecs, ids, mids or certificate is refused.
     *
     * @param newUfrag ours, used if the client restarts ICE
     * @param newPassword ours, used if the client restarts ICE
     */
    public SdpOutcome<Renegotiated> renegotiate(final SdpOffer offer, final String newUfrag, final String newPassword) {
        if (offer.media().size() < answered.lines.size()) {
            return SdpOutcome.refused(SdpError.bad("A later offer must keep every m-line of the first one."));
        }
        if (!offer.fingerprint().equals(answered.clientFingerprint)) {
            return SdpOutcome.refused(
                    SdpError.bad("A later offer must keep the certificate; join again to change it."));
        }
        final List<AnswerLine> lines = new ArrayList<>(offer.media().size());
        for (int i = 0; i < offer.media().size(); i++) {
            final SdpMedia later = offer.media().get(i);
            final AnswerLine line =
                    i < answered.lines.size() ? answered.lines.get(i).under(later) : AnswerLine.rejected(later);
            if (line == null) {
                return SdpOutcome.refused(
                        SdpError.bad("A later offer must keep the mids, payload types and extension ids agreed."));
            }
            lines.add(line);
        }
        if (lines.stream().noneMatch(AnswerLine::accepted)) {
            return SdpOutcome.refused(
                    new SdpError(SdpError.Code.NO_MEDIA, "A later offer must keep at least one m-line."));
        }
        // Either credential being new is a restart (RFC 8839 §4.4.1.1.1).
        final boolean restart = !offer.iceUfrag().equals(spec.ice().remoteUfrag())
                || !offer.icePassword().equals(answered.clientPassword);
        final PeerSpec.Ice ice = restart ? new PeerSpec.Ice(newUfrag, newPassword, offer.iceUfrag()) : spec.ice();
        return SdpOutcome.ok(new Renegotiated(with(ice, new Answered(lines, offer)), restart));
    }

    /** A restart asked for by a fragment (RFC 9725 §4.3.3): new credentials, all else stays. */
    public MediaPlan restartIce(final IceFragment fragment, final String newUfrag, final String newPassword) {
        return with(
                new PeerSpec.Ice(newUfrag, newPassword, fragment.ufrag()),
                new Answered(answered.lines, answered, fragment.password()));
    }

    /** Whether a fragment's credentials are not those of the present ICE session. */
    public boolean restartsIce(final IceFragment fragment) {
        return !fragment.ufrag().isEmpty()
                && (!fragment.ufrag().equals(spec.ice().remoteUfrag())
                        || !fragment.password().equals(answered.clientPassword));
    }

    private MediaPlan with(final PeerSpec.Ice ice, final Answered next) {
        final PeerSpec same = new PeerSpec(
                spec.peerId(),
                spec.stageId(),
                ice,
                spec.fingerprint(),
                spec.uplinkAudio(),
                spec.uplinkVideo(),
                spec.downlinks());
        return new MediaPlan(same, uplinkAudioMid, uplinkVideoMid, seats, version + 1, next);
    }
}
