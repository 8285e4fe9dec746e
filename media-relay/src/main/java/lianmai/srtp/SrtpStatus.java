package lianmai.srtp;

/** What {@link SrtpTransform} answers instead of a length: always negative, so that {@code result < 0} is a refusal. */
public final class SrtpStatus {
    /** The authentication tag does not fit: forged, damaged, or under another key. */
    public static final int AUTHENTICATION_FAILED = -1;
    /** This index was seen (inbound) or used (outbound) before. */
    public static final int REPLAYED = -2;
    /** The index lies before the replay window, so a replay could not be told from a late packet. */
    public static final int TOO_OLD = -3;
    /** Too short or not shaped like an SRTP or SRTCP packet, or the destination has no room for the tag. */
    public static final int MALFORMED = -4;
    /** More SSRCs than one peer may use at a time. */
    public static final int TOO_MANY_SSRCS = -5;
    /** The 2^48 (RTP) or 2^31 (RTCP) packets of one key are used up (RFC 3711 §9.2). */
    public static final int KEY_EXHAUSTED = -6;

    private SrtpStatus() {}
}
