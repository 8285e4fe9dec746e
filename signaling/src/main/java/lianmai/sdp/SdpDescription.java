package lianmai.sdp;

import java.util.List;
import lianmai.dtls.Fingerprint;

/**
 * The other side's description as a client reads it: a server's answer, or a server's offer where servers offer. It
 * checks less than {@link SdpOffer} does, since a client talks to servers of all kinds, but what it hands out is sound.
 *
 * <p>Limits: those of {@link SdpOffer}.
 *
 * @param media the m-lines in order, rejected ones included
 * @param iceLite the other side only answers checks
 * @param setup the DTLS role it states ({@code active}, {@code passive}, {@code actpass}); empty when it does not
 * @param candidates of the transport that all lines share, in order; more may come apart from the description
 */
public record SdpDescription(
        List<SdpMedia> media,
        boolean iceLite,
        Fingerprint fingerprint,
        String setup,
        String iceUfrag,
        String icePassword,
        List<IceCandidate> candidates) {

    /** Reads a description; never throws, whatever the text. */
    public static SdpOutcome<SdpDescription> parse(final String text) {
        return new DescriptionReader().read(text);
    }
}
