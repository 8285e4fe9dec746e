package lianmai.sdp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import lianmai.dtls.Fingerprint;

/**
 * Reads one offer, then checks what must hold for all of it.
 *
 * <p>Thread: any, confined. Owns: nothing outside; used once.
 */
final class SdpReader {
    private static final Set<String> SECURE = Set.of(
            // RFC 5764 §8 and RFC 9429 §5.1.2, which also has answerers take the older names when DTLS is described.
            "UDP/TLS/RTP/SAVPF",
            "UDP/TLS/RTP/SAVP",
            "TCP/DTLS/RTP/SAVPF",
            "TCP/DTLS/RTP/SAVP",
            "RTP/SAVPF",
            "RTP/SAVP");

    private final TransportDraft session = new TransportDraft();
    private final List<MediaReader> media = new ArrayList<>();
    private final Set<String> bundle = new LinkedHashSet<>();
    private boolean grouped;
    private Direction sessionDirection = Direction.SENDRECV;
    private boolean extmapAllowMixed;

    SdpOutcome<SdpOffer> read(final String text) {
        if (text.length() > SdpOffer.MAX_LENGTH || SdpLines.exceed(text, SdpOffer.MAX_LINES)) {
            return refuse(SdpError.Code.TOO_LONG, "The offer is longer than 256 KiB or 4,000 lines.");
        }
        final SdpLines lines = new SdpLines(text);
        if (!lines.advance() || lines.type() != 'v' || !lines.value().equals("0")) {
            return SdpOutcome.refused(SdpError.bad("The offer does not begin with v=0."));
        }
        while (lines.advance()) {
            final SdpError error = line(lines);
            if (error != null) {
                return SdpOutcome.refused(error);
            }
        }
        return check();
    }

    private SdpError line(final SdpLines lines) {
        return switch (lines.type()) {
            case 0 -> SdpError.bad("A line of the offer is not of the form x=value.");
            case 'm' -> mediaLine(lines.value());
            case 'a' -> {
                final String value = lines.value();
                attribute(SdpText.before(value, ':'), SdpText.after(value, ':').strip());
                yield null;
            }
            default -> null;
        };
    }

    private SdpError mediaLine(final String value) {
        if (media.size() == SdpOffer.MAX_MEDIA) {
            return new SdpError(SdpError.Code.TOO_LONG, "The offer has more than 64 m-lines.");
        }
        final MediaReader line = MediaReader.of(value);
        if (line == null) {
            return SdpError.bad("An m-line of the offer is malformed.");
        }
        media.add(line);
        return null;
    }

    private void attribute(final String name, final String value) {
        if (!media.isEmpty()) {
            media.getLast().attribute(name, value);
            return;
        }
        final Direction direction = Direction.of(name);
        if (direction != null) {
            sessionDirection = direction;
        } else if (name.equals("extmap-allow-mixed")) {
            extmapAllowMixed = true;
        } else if (name.equals("group") && value.startsWith("BUNDLE") && !grouped) {
            grouped = true;
            bundle.addAll(List.of(SdpText.after(value, ' ').split(" ")));
        } else {
            session.attribute(name, value);
        }
    }

    private SdpOutcome<SdpOffer> check() {
        final List<MediaReader> flowing = new ArrayList<>();
        for (final MediaReader line : media) {
            if (line.live() && (line.kind.equals("audio") || line.kind.equals("video"))) {
                flowing.add(line);
            }
        }
        if (flowing.isEmpty()) {
            return refuse(SdpError.Code.NO_MEDIA, "The offer has no audio or video m-line.");
        }
        final SdpError insecure = checkSecurity(flowing);
        final SdpError wrong = insecure != null ? insecure : checkLayout(flowing);
        return wrong != null ? SdpOutcome.refused(wrong) : offer(flowing);
    }

    private SdpError checkSecurity(final List<MediaReader> flowing) {
        boolean crypto = session.crypto;
        boolean lite = session.iceLite;
        for (final MediaReader line : flowing) {
            if (!SECURE.contains(line.protocol)) {
                return new SdpError(
                        SdpError.Code.NOT_SECURE, "Media must be offered as UDP/TLS/RTP/SAVPF (DTLS-SRTP).");
            }
            crypto |= line.transport.crypto;
            lite |= line.transport.iceLite;
        }
        if (crypto) {
            return new SdpError(
                    SdpError.Code.NOT_SECURE, "Keys in the description (a=crypto) are refused; use DTLS-SRTP.");
        }
        if (lite) {
            return new SdpError(
                    SdpError.Code.ICE_LITE, "The server is ICE-lite itself, so the client must be a full agent.");
        }
        return null;
    }

    private SdpError checkLayout(final List<MediaReader> flowing) {
        final Set<String> mids = new HashSet<>();
        for (final MediaReader line : media) {
            if (!line.mid.isEmpty() && (!SdpText.visible(line.mid, 64) || !mids.add(line.mid))) {
                return SdpError.bad("Two m-lines have the same mid, or a mid is malformed.");
            }
        }
        for (final MediaReader line : flowing) {
            if (line.mid.isEmpty()) {
                return SdpError.bad("An m-line has no a=mid.");
            }
            if (!line.rtcpMux) {
                return SdpError.bad("Every m-line must offer a=rtcp-mux.");
            }
        }
        if (!grouped && flowing.size() > 1) {
            return SdpError.bad("The m-lines must share one transport (a=group:BUNDLE).");
        }
        return null;
    }

    private SdpOutcome<SdpOffer> offer(final List<MediaReader> flowing) {
        final MediaReader tagged = tagged(flowing);
        final TransportDraft transport = tagged.transport;
        final List<Fingerprint> prints = fingerprints(flowing);
        final Fingerprint print = OfferedFingerprint.choose(prints);
        if (print == null || malformedFingerprint(flowing)) {
            return refuse(
                    SdpError.Code.FINGERPRINT, "The offer must name one certificate, by sha-256, sha-384 or sha-512.");
        }
        final String ufrag = transport.ufrag.isEmpty() ? session.ufrag : transport.ufrag;
        final String password = transport.password.isEmpty() ? session.password : transport.password;
        if (!SdpText.iceChars(ufrag, 4) || !SdpText.iceChars(password, 22)) {
            return SdpOutcome.refused(SdpError.bad("The ICE credentials are missing or malformed."));
        }
        final String setup = transport.setup.isEmpty() ? session.setup : transport.setup;
        // We answer "passive" (RFC 5763 §5); without the attribute the offerer is active (RFC 4145 §4).
        if (!setup.isEmpty() && !setup.equals("actpass") && !setup.equals("active")) {
            return SdpOutcome.refused(
                    SdpError.bad("The offer must leave the DTLS server's part to us (a=setup:actpass)."));
        }
        final List<SdpMedia> lines = new ArrayList<>(media.size());
        for (final MediaReader line : media) {
            extmapAllowMixed |= line.extmapAllowMixed;
            final SdpMedia read = line.media(sessionDirection);
            lines.add(grouped && !bundle.contains(read.mid()) ? notBundled(read) : read);
        }
        return SdpOutcome.ok(new SdpOffer(List.copyOf(lines), extmapAllowMixed, print, ufrag, password));
    }

    /** The line whose transport all share: the first of the group that is wanted (RFC 9143 §7.2). */
    private MediaReader tagged(final List<MediaReader> flowing) {
        for (final String mid : bundle) {
            for (final MediaReader line : media) {
                if (line.live() && line.mid.equals(mid)) {
                    return line;
                }
            }
        }
        return flowing.getFirst();
    }

    private List<Fingerprint> fingerprints(final List<MediaReader> flowing) {
        final Set<Fingerprint> prints = new LinkedHashSet<>();
        boolean everyLineHasOne = true;
        for (final MediaReader line : flowing) {
            prints.addAll(line.transport.fingerprints);
            everyLineHasOne &= !line.transport.fingerprints.isEmpty();
        }
        // A line's own fingerprint overrides the session's (RFC 8122 §5), which then stands for no line at all.
        if (!everyLineHasOne || prints.isEmpty()) {
            prints.addAll(session.fingerprints);
        }
        return List.copyOf(prints);
    }

    private boolean malformedFingerprint(final List<MediaReader> flowing) {
        return session.malformedFingerprint || flowing.stream().anyMatch(line -> line.transport.malformedFingerprint);
    }

    /** A line outside the group would need a transport of its own; it is answered as rejected. */
    private static SdpMedia notBundled(final SdpMedia line) {
        return new SdpMedia(
                line.kind(),
                false,
                line.protocol(),
                line.formats(),
                line.mid(),
                line.direction(),
                line.rtcpReducedSize(),
                line.payloads(),
                line.extensions(),
                line.ssrcs(),
                line.ssrcGroups(),
                line.sendRids());
    }

    private static SdpOutcome<SdpOffer> refuse(final SdpError.Code code, final String sentence) {
        return SdpOutcome.refused(new SdpError(code, sentence));
    }
}
