package lianmai.srtp;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The arithmetic on one packet, for RTP or RTCP of one direction (SPI): what providers differ in. It keeps no state
 * from packet to packet: which index a packet has, and whether it may have it, is {@link SrtpSession}'s business.
 *
 * <p>Shapes were checked and there is room for {@link SrtpProfile#overhead}. A refused packet's bytes stay as they
 * were.
 *
 * <p>Thread: relay (confined). Owns: session keys until {@link #erase()}. Units: bytes.
 */
public interface PacketCipher {
    /** The E bit in front of an SRTCP index: the packet is encrypted, as ours always are (RFC 3711 §3.4). */
    int ENCRYPTED = 0x8000_0000;

    /**
     * Encrypts a payload from {@code src} to behind the header at {@code dst} and adds the tag, and for RTCP the index.
     * The two places are the same or do not overlap. In an {@link SrtpBatch} it may be done as late as
     * {@link SrtpBatch#encrypt()}.
     *
     * @return the new length, from {@code dstOffset}
     */
    int seal(
            MutableDirectBuffer dst,
            int dstOffset,
            int headerLength,
            DirectBuffer src,
            int srcOffset,
            int payloadLength,
            int ssrc,
            long index);

    /**
     * Checks the tag and decrypts what follows the header, in place.
     *
     * @param length at least the header and the overhead
     * @return the new length, or {@link SrtpStatus#AUTHENTICATION_FAILED}
     */
    int open(MutableDirectBuffer buffer, int offset, int headerLength, int length, int ssrc, long index);

    /** Overwrites the keys as far as the platform lets us. */
    void erase();

    /** Makes the ciphers of one provider. */
    @FunctionalInterface
    interface Factory {
        PacketCipher cipher(SrtpProfile profile, SessionKeys keys, boolean isRtcp);
    }
}
