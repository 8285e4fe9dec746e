package lianmai.dtls;

/** Which side of the handshake we are. */
public enum DtlsRole {
    /** Waits for a ClientHello: {@code a=setup:passive}, what the server always answers. */
    SERVER,
    /** Sends the ClientHello: {@code a=setup:active}, for simulated participants. */
    CLIENT
}
