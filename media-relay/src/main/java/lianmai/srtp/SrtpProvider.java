package lianmai.srtp;

/**
 * An implementation of SRTP (SPI). All of them are equal byte for byte; they differ in speed and in what they need.
 *
 * <p>Thread: any, the transforms and batches it makes are confined to one relay thread each.
 */
public interface SrtpProvider {
    /** The name by which it is chosen and counted, such as {@code jitsi}. */
    String name();

    /** A fresh transform for the keys of one DTLS session, which does everything at once. */
    SrtpTransform transform(SrtpKeys keys);

    /**
     * A batch for one relay thread. Unless overridden, its transforms leave nothing over.
     *
     * @param capacity packets; more than these are encrypted earlier
     */
    default SrtpBatch batch(final int capacity) {
        return new SrtpBatch() {
            @Override
            public SrtpTransform transform(final SrtpKeys keys) {
                return SrtpProvider.this.transform(keys);
            }

            @Override
            public int encrypt() {
                return 0;
            }
        };
    }
}
