package lianmai.dtls;

/** Makes the DTLS associations of one relay (the server side of each handshake). */
public interface DtlsEndpoints {
    /**
     * Starts waiting for the ClientHello of a peer whose certificate must have the given fingerprint. Never blocks.
     * The handshake's time begins with its first datagram: a peer that never sends one is the caller's to time out.
     */
    DtlsEndpoint open(long peerId, Fingerprint remote, DtlsListener listener);
}
