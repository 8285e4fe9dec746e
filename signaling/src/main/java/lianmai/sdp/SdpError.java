package lianmai.sdp;

/**
 * Why a description was refused.
 *
 * @param sentence one sentence for a person; never quotes the input
 */
public record SdpError(Code code, String sentence) {
    /** The error codes of the signaling protocol that a description can cause. */
    public enum Code {
        BAD_OFFER("badOffer"),
        NO_MEDIA("sdpNoMedia"),
        NOT_SECURE("sdpNotSecure"),
        TOO_LONG("sdpTooLong"),
        FINGERPRINT("sdpFingerprint"),
        ICE_LITE("sdpIceLite"),
        NO_CODEC("sdpNoCodec");

        private final String id;

        Code(final String id) {
            this.id = id;
        }

        /** The code as it stands in messages. */
        public String id() {
            return id;
        }
    }

    static SdpError bad(final String sentence) {
        return new SdpError(Code.BAD_OFFER, sentence);
    }
}
