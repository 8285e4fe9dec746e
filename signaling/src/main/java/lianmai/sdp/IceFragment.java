package lianmai.sdp;

import java.util.ArrayList;
import java.util.List;

/**
 * A piece of a description that carries only ICE ({@code application/trickle-ice-sdpfrag}, RFC 8840 §9), as WHIP sends
 * it in a PATCH (RFC 9725 §4.3).
 *
 * @param ufrag empty when absent
 * @param password empty when absent
 * @param candidates how many there were; they are not used, a full agent's addresses are learned from its checks
 */
public record IceFragment(String ufrag, String password, int candidates, boolean endOfCandidates) {
    /** Hundreds of candidates; a fragment has a handful. */
    public static final int MAX_LENGTH = 32 * 1024;

    private static final int MAX_LINES = 512;

    /** Reads a fragment; never throws, whatever the text. */
    public static SdpOutcome<IceFragment> parse(final String text) {
        if (text.length() > MAX_LENGTH || SdpLines.exceed(text, MAX_LINES)) {
            return SdpOutcome.refused(
                    new SdpError(SdpError.Code.TOO_LONG, "The ICE fragment is longer than 32 KiB or 512 lines."));
        }
        final TransportDraft transport = new TransportDraft();
        final SdpLines lines = new SdpLines(text);
        int candidates = 0;
        boolean end = false;
        while (lines.advance()) {
            if (lines.type() == 0) {
                return SdpOutcome.refused(SdpError.bad("A line of the ICE fragment is not of the form x=value."));
            }
            final String name = lines.type() == 'a' ? SdpText.before(lines.value(), ':') : "";
            switch (name) {
                case "candidate" -> candidates++;
                case "end-of-candidates" -> end = true;
                case "" -> {
                    // m= and s= lines only say where a candidate belongs.
                }
                default ->
                    transport.attribute(name, SdpText.after(lines.value(), ':').strip());
            }
        }
        final boolean credentials = !transport.ufrag.isEmpty() || !transport.password.isEmpty();
        if (credentials && !(SdpText.iceChars(transport.ufrag, 4) && SdpText.iceChars(transport.password, 22))) {
            return SdpOutcome.refused(SdpError.bad("The ICE credentials of the fragment are malformed."));
        }
        return SdpOutcome.ok(new IceFragment(transport.ufrag, transport.password, candidates, end));
    }

    /** The fragment that answers a restart (RFC 9725 §4.3.3): our new credentials and, again, our addresses. */
    public static String write(final MediaPlan plan, final ServerTransport transport) {
        final StringBuilder out = new StringBuilder(512);
        for (final AnswerLine line : plan.answered().lines()) {
            if (line.accepted()) {
                out.append("a=ice-lite\r\na=ice-ufrag:")
                        .append(plan.spec().ice().localUfrag())
                        .append("\r\na=ice-pwd:")
                        .append(plan.spec().ice().localPassword())
                        .append("\r\nm=")
                        .append(line.offered().kind())
                        .append(" 9 ")
                        .append(line.offered().protocol())
                        .append(' ')
                        .append(line.matches().getFirst().format().payloadType())
                        .append("\r\na=mid:")
                        .append(line.offered().mid())
                        .append("\r\n");
                candidates(transport).forEach(text -> out.append(text).append("\r\n"));
                break;
            }
        }
        return out.toString();
    }

    /** One host candidate for each address (RFC 8839 §5.1), with RFC 8445 §5.1.2.1's priorities. */
    static List<String> candidates(final ServerTransport transport) {
        final List<String> lines = new ArrayList<>();
        for (int i = 0; i < transport.addresses().size(); i++) {
            final ServerTransport.Address address = transport.addresses().get(i);
            final long priority = 126L << 24 | 65_535L - i << 8 | 255;
            lines.add("a=candidate:" + (i + 1) + " 1 udp " + priority + ' ' + address.ip() + ' ' + address.port()
                    + " typ host");
        }
        lines.add("a=end-of-candidates");
        return lines;
    }
}
