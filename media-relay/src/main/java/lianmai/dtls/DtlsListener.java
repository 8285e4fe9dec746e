package lianmai.dtls;

import lianmai.srtp.SrtpKeys;

/**
 * What a DTLS association tells the relay. Implementations only hand over to the relay's queue.
 *
 * <p>Thread: any; must not block.
 */
public interface DtlsListener {
    /** A datagram to send to the peer's nominated address; the array is the receiver's. */
    void onDtlsDatagram(long peerId, byte[] datagram);

    /** The handshake is done and the peer's certificate is the one its SDP announced. */
    void onDtlsKeys(long peerId, SrtpKeys keys);

    /** The association is over: close_notify, fatal alert, time-out, or a certificate that does not fit. */
    void onDtlsClosed(long peerId, String reason);
}
