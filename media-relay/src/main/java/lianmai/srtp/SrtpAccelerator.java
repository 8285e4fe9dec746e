package lianmai.srtp;

/**
 * Where a faster provider comes from, when the machine has what it needs (SPI, found by
 * {@link java.util.ServiceLoader}).
 *
 * <p>Thread: any.
 */
public interface SrtpAccelerator {
    /** Looks for what it needs, and proves it with known answers; what is missing is a reason, never an exception. */
    Found find();

    /**
     * A provider, or why there is none.
     *
     * @param provider null when there is none
     * @param reason what it is, or what is missing, in a few words
     * @param advice what would make it work, as a sentence for the user; empty when it works, or nothing would
     */
    record Found(SrtpProvider provider, String reason, String advice) {
        public static Found works(final SrtpProvider provider, final String reason) {
            return new Found(provider, reason, "");
        }

        public static Found missing(final String reason, final String advice) {
            return new Found(null, reason, advice);
        }
    }
}
