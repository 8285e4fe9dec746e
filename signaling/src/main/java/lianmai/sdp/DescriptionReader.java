package lianmai.sdp;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import lianmai.dtls.Fingerprint;

/**
 * Reads one {@link SdpDescription}.
 *
 * <p>Thread: any, confined. Owns: nothing outside; used once.
 */
final class DescriptionReader {
    /** A machine with every kind of network has a few dozen. */
    private static final int MAX_CANDIDATES = 256;

    private final TransportDraft session = new TransportDraft();
    private final List<MediaReader> media = new ArrayList<>();
    private final List<IceCandidate> candidates = new ArrayList<>();
    private List<String> bundle = List.of();
    private Direction sessionDirection = Direction.SENDRECV;

    SdpOutcome<SdpDescription> read(final String text) {
        if (text.length() > SdpOffer.MAX_LENGTH || SdpLines.exceed(text, SdpOffer.MAX_LINES)) {
            return refuse(SdpError.Code.TOO_LONG, "The description is longer than 256 KiB or 4,000 lines.");
        }
        final SdpLines lines = new SdpLines(text);
        if (!lines.advance() || lines.type() != 'v' || !lines.value().equals("0")) {
            return refuse(SdpError.Code.BAD_OFFER, "The description does not begin with v=0.");
        }
        while (lines.advance()) {
            switch (lines.type()) {
                case 0 -> {
                    return refuse(SdpError.Code.BAD_OFFER, "A line of the description is not of the form x=value.");
                }
                case 'm' -> {
                    final MediaReader line = MediaReader.of(lines.value());
                    if (line == null || media.size() == SdpOffer.MAX_MEDIA) {
                        return refuse(SdpError.Code.BAD_OFFER, "An m-line is malformed, or there are more than 64.");
                    }
                    media.add(line);
                }
                case 'a' -> {
                    final String value = lines.value();
                    attribute(
                            SdpText.before(value, ':'),
                            SdpText.after(value, ':').strip());
                }
                default -> {
                    // Times, names and addresses mean nothing to ICE.
                }
            }
        }
        return description();
    }

    private void attribute(final String name, final String value) {
        if (name.equals("candidate")) {
            final IceCandidate candidate = IceCandidate.ofValue(value);
            if (candidate != null && candidates.size() < MAX_CANDIDATES && !candidates.contains(candidate)) {
                candidates.add(candidate);
            }
        } else if (!media.isEmpty()) {
            media.getLast().attribute(name, value);
        } else if (name.equals("group") && value.startsWith("BUNDLE") && bundle.isEmpty()) {
            bundle = List.of(SdpText.after(value, ' ').split(" "));
        } else if (Direction.of(name) != null) {
            sessionDirection = Direction.of(name);
        } else {
            session.attribute(name, value);
        }
    }

    private SdpOutcome<SdpDescription> description() {
        final MediaReader tagged = tagged();
        if (tagged == null) {
            return refuse(SdpError.Code.NO_MEDIA, "The description has no audio or video m-line.");
        }
        final TransportDraft transport = tagged.transport;
        final Set<Fingerprint> prints =
                new LinkedHashSet<>(transport.fingerprints.isEmpty() ? session.fingerprints : transport.fingerprints);
        final Fingerprint print = OfferedFingerprint.choose(List.copyOf(prints));
        if (print == null) {
            return refuse(SdpError.Code.FINGERPRINT, "The description has no usable certificate fingerprint.");
        }
        final String ufrag = transport.ufrag.isEmpty() ? session.ufrag : transport.ufrag;
        final String password = transport.password.isEmpty() ? session.password : transport.password;
        if (!SdpText.iceChars(ufrag, 4) || !SdpText.iceChars(password, 22)) {
            return refuse(SdpError.Code.BAD_OFFER, "The ICE credentials are missing or malformed.");
        }
        final List<SdpMedia> lines =
                media.stream().map(line -> line.media(sessionDirection)).toList();
        return SdpOutcome.ok(new SdpDescription(
                lines,
                session.iceLite || transport.iceLite,
                print,
                transport.setup.isEmpty() ? session.setup : transport.setup,
                ufrag,
                password,
                List.copyOf(candidates)));
    }

    /** The line whose transport all share (RFC 9143 §7.2); null when there is no media. */
    private MediaReader tagged() {
        MediaReader first = null;
        for (final MediaReader line : media) {
            final boolean flows = line.live() && (line.kind.equals("audio") || line.kind.equals("video"));
            if (flows && bundle.contains(line.mid)) {
                return line;
            }
            first = first == null && flows ? line : first;
        }
        return first;
    }

    private static SdpOutcome<SdpDescription> refuse(final SdpError.Code code, final String sentence) {
        return SdpOutcome.refused(new SdpError(code, sentence));
    }
}
