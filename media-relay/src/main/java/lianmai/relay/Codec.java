package lianmai.relay;

/** The codecs we pass through; RFC 7587, RFC 7741, RFC 6184, RFC 9628, and the AV1 RTP payload format. */
public enum Codec {
    OPUS("opus", 48_000),
    VP8("VP8", 90_000),
    H264("H264", 90_000),
    VP9("VP9", 90_000),
    AV1("AV1", 90_000);

    private final String encodingName;
    private final int clockRate;

    Codec(final String encodingName, final int clockRate) {
        this.encodingName = encodingName;
        this.clockRate = clockRate;
    }

    /** The name in {@code a=rtpmap}; compared without case. */
    public String encodingName() {
        return encodingName;
    }

    /** RTP ticks per second. */
    public int clockRate() {
        return clockRate;
    }
}
