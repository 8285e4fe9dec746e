package lianmai.srtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Protects and unprotects the packets of one peer under the keys of one DTLS session, every SSRC of both directions.
 *
 * <p>Every method answers a length in bytes, or a negative {@link SrtpStatus}; none throws for what a packet holds, and
 * a refused packet changes no state (roll-over counter, replay window) and no byte. Transforms of an {@link SrtpBatch}
 * answer the length of a packet to protect at once and may leave the encryption to it.
 *
 * <p>Thread: relay (confined). Owns: key material until {@link #close()}. Units: bytes.
 */
public interface SrtpTransform extends AutoCloseable {
    /** Unprotects in place; answers the plain packet's length. */
    int unprotectRtp(MutableDirectBuffer buffer, int offset, int length);

    /** Unprotects in place; answers the plain compound's length. */
    int unprotectRtcp(MutableDirectBuffer buffer, int offset, int length);

    /**
     * Protects one packet, out of place: its header stands at {@code dst}, its plain payload at {@code src}, and the
     * encrypted payload and tag are written behind the header. {@code src} may be the very place where the encrypted
     * payload goes, otherwise it must not overlap it and is never written.
     *
     * @param headerLength bytes of header, with CSRCs and extensions
     * @param extendedSequence roll-over counter and sequence number; never used before for this SSRC (design law 6),
     *     else {@link SrtpStatus#REPLAYED} or {@link SrtpStatus#TOO_OLD}
     * @return the protected packet's length from {@code dstOffset}
     */
    int protectRtp(
            MutableDirectBuffer dst,
            int dstOffset,
            int headerLength,
            DirectBuffer src,
            int srcOffset,
            int payloadLength,
            long extendedSequence);

    /** Protects in place; there must be room for index and tag; answers the protected length. */
    int protectRtcp(MutableDirectBuffer buffer, int offset, int length);

    /** Forgets the keys. */
    @Override
    void close();
}
