package lianmai.capture;

/**
 * Which RTP stream of a network capture is meant.
 *
 * @param payloadType 0 … 127, or {@link #ANY}
 * @param ssrc 32 bits, or {@link #ANY}
 */
public record RtpChoice(int payloadType, long ssrc) {
    public static final int ANY = -1;
    /** The only one there is. */
    public static final RtpChoice ONLY = new RtpChoice(ANY, ANY);

    public RtpChoice {
        if (payloadType < ANY || payloadType > 127 || ssrc < ANY || ssrc > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("payload types are 0 to 127, an SSRC has 32 bits");
        }
    }

    boolean fits(final int otherPayloadType, final long otherSsrc) {
        return (payloadType == ANY || payloadType == otherPayloadType) && (ssrc == ANY || ssrc == otherSsrc);
    }
}
