package lianmai.sdp;

import java.util.List;

/**
 * One offered m-line.
 *
 * @param kind the media as offered: {@code audio}, {@code video}, {@code application} …
 * @param live whether the offerer wants it: port 0 means no, unless the line is {@code bundle-only} (RFC 9143 §6)
 * @param formats the formats as offered, for mirroring a rejection
 * @param mid empty when the line has none
 * @param extensions the ones we know
 * @param ssrcs in order of first mention
 * @param sendRids the simulcast streams offered (RFC 8853); answered without, kept for layer choice
 */
public record SdpMedia(
        String kind,
        boolean live,
        String protocol,
        List<String> formats,
        String mid,
        Direction direction,
        boolean rtcpReducedSize,
        List<Payload> payloads,
        List<Extmap> extensions,
        List<Integer> ssrcs,
        List<SsrcGroup> ssrcGroups,
        List<String> sendRids) {

    public boolean audio() {
        return kind.equals("audio");
    }

    public boolean video() {
        return kind.equals("video");
    }

    /** The payload of a type, or null. */
    Payload payload(final int type) {
        for (final Payload payload : payloads) {
            if (payload.type() == type) {
                return payload;
            }
        }
        return null;
    }
}
