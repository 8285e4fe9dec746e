package lianmai.sdp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import lianmai.rtp.RtpExtension;

/**
 * Collects the attributes of one m-line. Attributes may come in any order (Firefox sorts them by name), so that
 * payloads are put together at the end. What is unknown or does not parse is skipped, as RFC 8866 §5.13 asks.
 *
 * <p>Owns: nothing outside. Thread: any, confined.
 */
final class MediaReader {
    /** More SSRCs than a simulcast of three with retransmission and FEC would need. */
    private static final int MAX_SSRCS = 32;

    /** A payload type under construction. */
    private static final class Draft {
        private String encoding = "";
        private int clockRate;
        private int channels = 1;
        private final Map<String, String> parameters = new LinkedHashMap<>();
        private final Set<String> feedback = new LinkedHashSet<>();
    }

    final TransportDraft transport = new TransportDraft();
    final String kind;
    final String protocol;
    final List<String> formats;
    private final boolean portZero;
    private final Map<Integer, Draft> drafts = new LinkedHashMap<>();
    private final List<String> feedbackForAll = new ArrayList<>();
    private final List<Extmap> extensions = new ArrayList<>();
    private final Set<Integer> ssrcs = new LinkedHashSet<>();
    private final List<SsrcGroup> ssrcGroups = new ArrayList<>();
    private final List<String> sendRids = new ArrayList<>();
    String mid = "";
    boolean rtcpMux;
    boolean extmapAllowMixed;
    private boolean bundleOnly;
    private boolean rtcpReducedSize;
    private Direction direction;

    private MediaReader(final String kind, final boolean portZero, final String protocol, final List<String> formats) {
        this.kind = kind;
        this.portZero = portZero;
        this.protocol = protocol;
        this.formats = formats;
        for (final String format : formats) {
            final long type = SdpText.number(format, 127);
            if (type >= 0) {
                drafts.put((int) type, new Draft());
            }
        }
    }

    /** Reads {@code m=}'s value; null when it is malformed. */
    static MediaReader of(final String value) {
        final String[] parts = value.split(" ");
        if (parts.length < 4) {
            return null;
        }
        for (final String part : parts) {
            if (!SdpText.visible(part, 64)) {
                return null;
            }
        }
        // A count of ports (RFC 8866 §5.14) has no meaning for one multiplexed transport, and nobody sends it.
        final long port = SdpText.number(parts[1], 65_535);
        final List<String> formats = List.of(parts).subList(3, parts.length);
        return port < 0 ? null : new MediaReader(parts[0], port == 0, parts[2], formats);
    }

    void attribute(final String name, final String value) {
        switch (name) {
            case "mid" -> mid = value;
            case "rtcp-mux" -> rtcpMux = true;
            case "rtcp-rsize" -> rtcpReducedSize = true;
            case "bundle-only" -> bundleOnly = true;
            case "extmap-allow-mixed" -> extmapAllowMixed = true;
            case "rtpmap" -> rtpmap(value);
            case "fmtp" -> formatParameters(value);
            case "rtcp-fb" -> feedback(value);
            case "extmap" -> extmap(value);
            case "ssrc" -> ssrc(SdpText.before(value, ' '));
            case "ssrc-group" -> ssrcGroup(value);
            case "rid" -> rid(value);
            default -> {
                final Direction stated = Direction.of(name);
                if (stated != null) {
                    direction = stated;
                } else {
                    transport.attribute(name, value);
                }
            }
        }
    }

    boolean live() {
        return !portZero || bundleOnly;
    }

    SdpMedia media(final Direction sessionDirection) {
        return new SdpMedia(
                kind,
                live(),
                protocol,
                formats,
                mid,
                direction != null ? direction : sessionDirection,
                rtcpReducedSize,
                payloads(),
                List.copyOf(extensions),
                List.copyOf(ssrcs),
                List.copyOf(ssrcGroups),
                List.copyOf(sendRids));
    }

    private List<Payload> payloads() {
        final List<Payload> payloads = new ArrayList<>(drafts.size());
        drafts.forEach((type, draft) -> {
            if (!draft.encoding.isEmpty()) {
                draft.feedback.addAll(feedbackForAll);
                payloads.add(new Payload(
                        type,
                        draft.encoding,
                        draft.clockRate,
                        draft.channels,
                        Map.copyOf(draft.parameters),
                        Set.copyOf(draft.feedback)));
            }
        });
        return List.copyOf(payloads);
    }

    private Draft draft(final String type) {
        return drafts.get((int) SdpText.number(type, 127));
    }

    private void rtpmap(final String value) {
        final Draft draft = draft(SdpText.before(value, ' '));
        final String[] parts = SdpText.after(value, ' ').split("/");
        if (draft == null || parts.length < 2 || !SdpText.visible(parts[0], 64)) {
            return;
        }
        final long rate = SdpText.number(parts[1], Integer.MAX_VALUE);
        final long channels = parts.length > 2 ? SdpText.number(parts[2], 255) : 1;
        if (rate > 0 && channels > 0) {
            draft.encoding = parts[0];
            draft.clockRate = (int) rate;
            draft.channels = (int) channels;
        }
    }

    private void formatParameters(final String value) {
        final Draft draft = draft(SdpText.before(value, ' '));
        if (draft == null) {
            return;
        }
        for (final String pair : SdpText.after(value, ' ').split(";")) {
            final String name = SdpText.before(pair, '=').strip().toLowerCase(Locale.ROOT);
            if (SdpText.visible(name, 64)) {
                draft.parameters.putIfAbsent(name, SdpText.after(pair, '=').strip());
            }
        }
    }

    private void feedback(final String value) {
        final String type = SdpText.before(value, ' ');
        final String kind = SdpText.after(value, ' ').strip();
        if (type.equals("*")) {
            feedbackForAll.add(kind);
            return;
        }
        final Draft draft = draft(type);
        if (draft != null) {
            draft.feedback.add(kind);
        }
    }

    /** {@code <id>[/<direction>] <uri> [<attributes>]}; ids of 256 and more are only offers of an id to be chosen. */
    private void extmap(final String value) {
        final String head = SdpText.before(value, ' ');
        final long id = SdpText.number(SdpText.before(head, '/'), 255);
        final String stated = SdpText.after(head, '/');
        final Direction way = stated.isEmpty() ? Direction.SENDRECV : Direction.of(stated);
        final String uri = SdpText.before(SdpText.after(value, ' '), ' ');
        // 15 is reserved in the one-byte form and of no use in the other (RFC 8285 §4.2).
        if (id < 1 || id == 15 || way == null) {
            return;
        }
        for (final Extmap known : extensions) {
            if (known.id() == id || known.kind().uri().equals(uri)) {
                return;
            }
        }
        for (final RtpExtension kind : RtpExtension.values()) {
            if (kind.uri().equals(uri)) {
                extensions.add(new Extmap((int) id, way, kind));
            }
        }
    }

    private void ssrc(final String text) {
        final long value = SdpText.number(text, 0xFFFF_FFFFL);
        if (value > 0 && ssrcs.size() < MAX_SSRCS) {
            ssrcs.add((int) value);
        }
    }

    private void ssrcGroup(final String value) {
        final List<Integer> members = new ArrayList<>();
        for (final String member : SdpText.after(value, ' ').split(" ")) {
            final long ssrc = SdpText.number(member, 0xFFFF_FFFFL);
            if (ssrc > 0 && members.size() < MAX_SSRCS) {
                members.add((int) ssrc);
            }
        }
        if (ssrcGroups.size() < MAX_SSRCS) {
            ssrcGroups.add(new SsrcGroup(SdpText.before(value, ' '), List.copyOf(members)));
        }
    }

    private void rid(final String value) {
        final String[] parts = value.split(" ");
        if (parts.length >= 2 && parts[1].equals("send") && SdpText.visible(parts[0], 16) && sendRids.size() < 16) {
            sendRids.add(parts[0]);
        }
    }
}
