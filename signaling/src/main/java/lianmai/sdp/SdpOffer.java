package lianmai.sdp;

import java.util.List;
import lianmai.dtls.Fingerprint;

/**
 * A client's offer, checked: it has media, one secure transport for all of it (BUNDLE, rtcp-mux, DTLS-SRTP) and a full
 * ICE agent behind it. What the offer means for a room is {@link MediaPlan}'s business.
 *
 * <p>Limits: {@value #MAX_LENGTH} characters, {@value #MAX_LINES} lines, {@value #MAX_MEDIA} m-lines; beyond them the
 * offer is refused before it is read.
 *
 * @param media the m-lines in order, rejected ones included: an answer mirrors each
 * @param extmapAllowMixed one- and two-byte header extensions may be mixed (RFC 8285 §6)
 */
public record SdpOffer(
        List<SdpMedia> media, boolean extmapAllowMixed, Fingerprint fingerprint, String iceUfrag, String icePassword) {
    /** A page offering 12 seats with every codec of Chromium sends 90 KB; the rest is margin. */
    public static final int MAX_LENGTH = 256 * 1024;

    /** The same offer has 2,600 lines. */
    public static final int MAX_LINES = 4_000;

    /** 12 seats are 26 m-lines; lines that were stopped stay in an offer. */
    public static final int MAX_MEDIA = 64;

    /** Reads and checks an offer; never throws, whatever the text. */
    public static SdpOutcome<SdpOffer> parse(final String text) {
        return new SdpReader().read(text);
    }
}
