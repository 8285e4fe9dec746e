package lianmai.srtp;

/** The SRTP protection profiles we serve, in our order of preference (RFC 5764 §4.1.2, RFC 7714 §14.2). */
public enum SrtpProfile {
    AEAD_AES_128_GCM(0x0007, 16, 12, 16),
    AEAD_AES_256_GCM(0x0008, 32, 12, 16),
    AES128_CM_HMAC_SHA1_80(0x0001, 16, 14, 10);

    /** The SRTCP index with its E bit (RFC 3711 §3.4). */
    private static final int INDEX_BYTES = 4;

    private final int id;
    private final int keyBytes;
    private final int saltBytes;
    private final int tagBytes;

    SrtpProfile(final int id, final int keyBytes, final int saltBytes, final int tagBytes) {
        this.id = id;
        this.keyBytes = keyBytes;
        this.saltBytes = saltBytes;
        this.tagBytes = tagBytes;
    }

    /** The profile's number in the DTLS {@code use_srtp} extension. */
    public int id() {
        return id;
    }

    /** Bytes of one master key. */
    public int keyBytes() {
        return keyBytes;
    }

    /** Bytes of one master salt. */
    public int saltBytes() {
        return saltBytes;
    }

    /** Bytes of the authentication tag that ends an SRTP packet; SRTCP adds 4 bytes of index to it. */
    public int tagBytes() {
        return tagBytes;
    }

    /** Bytes that protecting a packet adds: the tag, and for RTCP the index. */
    public int overhead(final boolean isRtcp) {
        return tagBytes + (isRtcp ? INDEX_BYTES : 0);
    }

    /** Where the index stands in a protected RTCP packet of this length: GCM has it behind the tag, RFC 7714 §9.2. */
    int rtcpIndexOffset(final int length) {
        return length - INDEX_BYTES - (this == AES128_CM_HMAC_SHA1_80 ? tagBytes : 0);
    }
}
