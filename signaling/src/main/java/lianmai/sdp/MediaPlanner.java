package lianmai.sdp;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lianmai.relay.Codec;
import lianmai.relay.PeerSpec;
import lianmai.rtp.ExtensionIds;
import lianmai.rtp.RtpExtension;

/**
 * Makes a {@link MediaPlan} of a first offer.
 *
 * <p>Thread: any, confined. Owns: nothing outside; used once.
 */
final class MediaPlanner {
    private static final String NACK = "nack";

    /** What we serve to who asks for video, and ask of who publishes it. */
    private static final List<String> VIDEO_FEEDBACK = List.of(NACK, "nack pli", "ccm fir");

    private static final Set<RtpExtension> UPLINK =
            EnumSet.of(RtpExtension.AUDIO_LEVEL, RtpExtension.MID, RtpExtension.VIDEO_ORIENTATION);

    /** SSRCs are signalled, so a mid in each packet would only cost bytes. */
    private static final Set<RtpExtension> DOWNLINK =
            EnumSet.of(RtpExtension.AUDIO_LEVEL, RtpExtension.VIDEO_ORIENTATION, RtpExtension.PLAYOUT_DELAY);

    private final SdpOffer offer;
    private final MediaPolicy policy;
    private final PlanRequest request;
    private final AnswerLine[] lines;
    private final Set<Integer> usedSsrcs = new HashSet<>();
    private final List<PeerSpec.Downlink> downlinks = new ArrayList<>();
    private final List<MediaPlan.SeatLines> seats = new ArrayList<>();

    MediaPlanner(final SdpOffer offer, final MediaPolicy policy, final PlanRequest request) {
        this.offer = offer;
        this.policy = policy;
        this.request = request;
        lines = new AnswerLine[offer.media().size()];
        for (final SdpMedia line : offer.media()) {
            usedSsrcs.addAll(line.ssrcs());
        }
    }

    SdpOutcome<MediaPlan> plan() {
        final boolean publishes = request.role() != PlanRequest.Role.WHEP;
        final int audio = publishes ? firstSending(true) : -1;
        final int video = publishes ? firstSending(false) : -1;
        final PeerSpec.Uplink uplinkAudio = uplink(audio);
        final PeerSpec.Uplink uplinkVideo = uplink(video);
        final List<Integer> seatAudio = receiving(true);
        final List<Integer> seatVideo = receiving(false);
        final int count = Math.max(seatAudio.size(), seatVideo.size());
        for (int k = 0; k < count; k++) {
            downlink(k, k < seatAudio.size() ? seatAudio.get(k) : -1, k < seatVideo.size() ? seatVideo.get(k) : -1);
        }
        final boolean somethingSent = audio >= 0 || video >= 0;
        if (!somethingSent && count == 0) {
            return refuse(SdpError.Code.NO_MEDIA, noMedia());
        }
        // An encoder that nobody is told about would stream into the void: a WHIP publisher learns it at once.
        final boolean encoderLost = audio >= 0 && uplinkAudio == null || video >= 0 && uplinkVideo == null;
        final boolean nothing = uplinkAudio == null && uplinkVideo == null && downlinks.isEmpty();
        if (nothing || encoderLost && request.role() == PlanRequest.Role.WHIP) {
            return refuse(
                    SdpError.Code.NO_CODEC, "No offered codec is among those of the room: " + policyNames() + '.');
        }
        final PeerSpec spec = new PeerSpec(
                request.peerId(),
                request.stageId(),
                new PeerSpec.Ice(request.localUfrag(), request.localPassword(), offer.iceUfrag()),
                offer.fingerprint(),
                uplinkAudio,
                uplinkVideo,
                List.copyOf(downlinks));
        return SdpOutcome.ok(new MediaPlan(
                spec,
                uplinkAudio == null ? "" : uplinkAudio.mid(),
                uplinkVideo == null ? "" : uplinkVideo.mid(),
                List.copyOf(seats),
                1,
                new MediaPlan.Answered(answerLines(), offer)));
    }

    private int firstSending(final boolean audio) {
        for (int i = 0; i < lines.length; i++) {
            final SdpMedia line = offer.media().get(i);
            if (line.live()
                    && (audio ? line.audio() : line.video())
                    && line.direction().sends()) {
                return i;
            }
        }
        return -1;
    }

    private List<Integer> receiving(final boolean audio) {
        final PlanRequest.Role role = request.role();
        final int wanted =
                switch (role) {
                    case PARTICIPANT -> policy.seats();
                    case WHIP -> 0;
                    case WHEP -> 1;
                };
        final List<Integer> found = new ArrayList<>();
        for (int i = 0; i < lines.length && found.size() < wanted; i++) {
            final SdpMedia line = offer.media().get(i);
            final boolean fits = role == PlanRequest.Role.WHEP
                    ? line.direction().receives()
                    : line.direction() == Direction.RECVONLY;
            if (line.live() && fits && (audio ? line.audio() : line.video())) {
                found.add(i);
            }
        }
        return found;
    }

    private PeerSpec.Uplink uplink(final int index) {
        if (index < 0) {
            return null;
        }
        final SdpMedia line = offer.media().get(index);
        final List<CodecMatch> shared = CodecMatch.of(line, policy.codecs());
        if (shared.isEmpty()) {
            return null;
        }
        final CodecMatch chosen = shared.getFirst();
        final Set<String> offered = chosen.offered().feedback();
        final List<String> feedback = new ArrayList<>();
        if (line.video()) {
            VIDEO_FEEDBACK.stream().filter(offered::contains).forEach(feedback::add);
        }
        final Set<RtpExtension> wanted = EnumSet.copyOf(UPLINK);
        final boolean transportCc = offered.contains("transport-cc") && canSend(line, RtpExtension.TRANSPORT_CC);
        final boolean remb = !transportCc && line.video() && offered.contains("goog-remb");
        if (transportCc) {
            feedback.add("transport-cc");
            wanted.add(RtpExtension.TRANSPORT_CC);
        } else if (remb) {
            feedback.add("goog-remb");
            wanted.add(RtpExtension.ABS_SEND_TIME);
        }
        if (!line.sendRids().isEmpty()) {
            // Chromium refuses to make its next offer, hence an ICE restart, when it had offered layers and these ids
            // were not answered, even though the layers themselves were declined.
            wanted.add(RtpExtension.RID);
            wanted.add(RtpExtension.REPAIRED_RID);
        }
        final List<Extmap> extensions = extensions(line, wanted, true);
        final List<CodecMatch> matches = List.of(chosen);
        lines[index] = new AnswerLine(
                line, AnswerLine.Use.UPLINK, Direction.RECVONLY, matches, extensions, feedback, null, -1);
        final List<Integer> primaries = primaries(line);
        return new PeerSpec.Uplink(
                line.mid(),
                List.of(chosen.format()),
                ids(extensions),
                primaries,
                primaries.stream().map(ssrc -> retransmissionOf(line, ssrc)).toList(),
                feedback.contains(NACK),
                transportCc,
                remb);
    }

    private void downlink(final int number, final int audioIndex, final int videoIndex) {
        final PeerSpec.Line audio = downlinkLine(number, audioIndex);
        final PeerSpec.Line video = downlinkLine(number, videoIndex);
        if (audio == null && video == null) {
            return;
        }
        final int seat = request.firstSeat() + number;
        downlinks.add(new PeerSpec.Downlink(seat, audio, video));
        seats.add(new MediaPlan.SeatLines(seat, audio == null ? "" : audio.mid(), video == null ? "" : video.mid()));
    }

    private PeerSpec.Line downlinkLine(final int number, final int index) {
        if (index < 0) {
            return null;
        }
        final SdpMedia line = offer.media().get(index);
        final List<CodecMatch> matches = CodecMatch.of(line, policy.codecs());
        if (matches.isEmpty()) {
            return null;
        }
        final List<String> feedback = new ArrayList<>();
        if (line.video()) {
            VIDEO_FEEDBACK.stream()
                    .filter(kind -> matches.stream()
                            .anyMatch(match -> match.offered().feedback().contains(kind)))
                    .forEach(feedback::add);
        }
        final boolean rtx = matches.stream().anyMatch(match -> match.format().rtxPayloadType() >= 0);
        final List<Extmap> extensions = extensions(line, DOWNLINK, false);
        final PeerSpec.Line downlink = new PeerSpec.Line(
                line.mid(),
                freshSsrc(),
                rtx ? freshSsrc() : 0,
                "s" + number + '.' + request.stageId(),
                matches.stream().map(CodecMatch::format).toList(),
                ids(extensions),
                feedback.contains(NACK),
                false);
        lines[index] = new AnswerLine(
                line,
                AnswerLine.Use.DOWNLINK,
                Direction.SENDONLY,
                matches,
                extensions,
                feedback,
                downlink,
                request.firstSeat() + number);
        return downlink;
    }

    private int freshSsrc() {
        // The chance of one repetition is below 1 in 10^8; a source that goes on repeating is broken.
        for (int attempt = 0; attempt < 1_000; attempt++) {
            final int ssrc = request.ssrcs().getAsInt();
            if (ssrc != 0 && usedSsrcs.add(ssrc)) {
                return ssrc;
            }
        }
        throw new IllegalStateException("the source of SSRCs only repeats itself");
    }

    private List<AnswerLine> answerLines() {
        final List<AnswerLine> answers = new ArrayList<>(lines.length);
        for (int i = 0; i < lines.length; i++) {
            answers.add(
                    lines[i] != null
                            ? lines[i]
                            : AnswerLine.rejected(offer.media().get(i)));
        }
        return answers;
    }

    private static boolean canSend(final SdpMedia line, final RtpExtension kind) {
        return line.extensions().stream()
                .anyMatch(extmap -> extmap.kind() == kind && extmap.direction().sends());
    }

    /** Towards a client only ids of the one-byte form are answered, so that the relay writes no other. */
    private List<Extmap> extensions(final SdpMedia line, final Set<RtpExtension> wanted, final boolean up) {
        final int maxId = up && offer.extmapAllowMixed() ? 255 : 14;
        return line.extensions().stream()
                .filter(extmap -> wanted.contains(extmap.kind()) && extmap.id() <= maxId)
                .filter(extmap ->
                        up ? extmap.direction().sends() : extmap.direction().receives())
                .toList();
    }

    private static ExtensionIds ids(final List<Extmap> extensions) {
        final Map<RtpExtension, Integer> ids = new EnumMap<>(RtpExtension.class);
        extensions.forEach(extmap -> ids.put(extmap.kind(), extmap.id()));
        return new ExtensionIds(ids);
    }

    /** The SSRCs that are nobody's retransmission or repair. */
    private static List<Integer> primaries(final SdpMedia line) {
        final Set<Integer> secondary = new HashSet<>();
        for (final SsrcGroup group : line.ssrcGroups()) {
            if (!group.semantics().equals("SIM")) {
                secondary.addAll(group.ssrcs().stream().skip(1).toList());
            }
        }
        return line.ssrcs().stream().filter(ssrc -> !secondary.contains(ssrc)).toList();
    }

    private static int retransmissionOf(final SdpMedia line, final int ssrc) {
        for (final SsrcGroup group : line.ssrcGroups()) {
            if (group.semantics().equals("FID")
                    && group.ssrcs().size() == 2
                    && group.ssrcs().getFirst() == ssrc) {
                return group.ssrcs().get(1);
            }
        }
        return 0;
    }

    private String noMedia() {
        return switch (request.role()) {
            case PARTICIPANT -> "The offer has no m-line that sends or receives.";
            case WHIP -> "The offer has no m-line that sends.";
            case WHEP -> "The offer has no m-line that receives.";
        };
    }

    private String policyNames() {
        return String.join(
                ", ", policy.codecs().stream().map(Codec::encodingName).toList());
    }

    private static SdpOutcome<MediaPlan> refuse(final SdpError.Code code, final String sentence) {
        return SdpOutcome.refused(new SdpError(code, sentence));
    }
}
