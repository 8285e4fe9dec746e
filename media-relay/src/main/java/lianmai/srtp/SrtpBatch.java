package lianmai.srtp;

/**
 * What one relay thread encrypts in a turn. The transforms made here check a packet, take its index and answer its
 * protected length at once, but may leave the encryption to the next {@link #encrypt()}, so that one native call does
 * a whole turn's packets.
 *
 * <p>Between {@code protectRtp} or {@code protectRtcp} and {@link #encrypt()} the bytes of source and destination stay
 * where they are and belong to the batch. Closing a transform encrypts what it left over.
 *
 * <p>Thread: relay (confined). Owns: nothing but its list of what is left to do.
 */
public interface SrtpBatch {
    /** A fresh transform for the keys of one DTLS session. */
    SrtpTransform transform(SrtpKeys keys);

    /** Encrypts what was left over; answers how many packets that were. */
    int encrypt();
}
