package lianmai.sdp;

import java.util.Locale;

/**
 * An address that an agent may be reached at (RFC 8839 §5.1).
 *
 * @param transport in lower case: {@code udp}, {@code tcp}
 * @param address an IP address, or a name such as browsers hide theirs behind
 * @param type {@code host}, {@code srflx}, {@code prflx} or {@code relay}
 */
public record IceCandidate(int component, String transport, long priority, String address, int port, String type) {
    /** Reads {@code candidate:…}, with or without {@code a=} before it; null when it is none. */
    public static IceCandidate parse(final String text) {
        final String attribute = text.startsWith("a=") ? text.substring(2) : text;
        if (!SdpText.before(attribute, ':').equals("candidate")) {
            return null;
        }
        return ofValue(SdpText.after(attribute, ':').strip());
    }

    /** Reads the attribute's value; null when it is malformed. Extensions behind the type are not ours. */
    static IceCandidate ofValue(final String value) {
        final String[] parts = value.split(" ");
        if (parts.length < 8 || !parts[6].equals("typ")) {
            return null;
        }
        final long component = SdpText.number(parts[1], 256);
        final long priority = SdpText.number(parts[3], 0xFFFF_FFFFL);
        final long port = SdpText.number(parts[5], 65_535);
        final boolean readable = SdpText.visible(parts[4], 255) && SdpText.visible(parts[7], 16);
        if (component < 1 || priority < 0 || port < 0 || !readable) {
            return null;
        }
        return new IceCandidate(
                (int) component, parts[2].toLowerCase(Locale.ROOT), priority, parts[4], (int) port, parts[7]);
    }
}
