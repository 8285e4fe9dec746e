package lianmai.door;

import java.net.InetSocketAddress;
import java.util.List;
import lianmai.dtls.Fingerprint;
import lianmai.ice.IceCredentials;
import lianmai.relay.Codec;
import lianmai.rtp.ExtensionIds;

/**
 * What a server agreed to with one client.
 *
 * @param server where its media goes
 * @param weAreDtlsClient whether the client sends the ClientHello ({@code a=setup} of the server is passive)
 * @param weControlIce whether the client is ICE's controlling side; it always is towards an ICE-lite server
 * @param isIceLite whether the server only answers checks; otherwise it makes its own and the client answers them
 */
public record Session(
        IceCredentials remote,
        Fingerprint fingerprint,
        InetSocketAddress server,
        boolean weAreDtlsClient,
        boolean weControlIce,
        boolean isIceLite,
        List<Line> lines,
        Handle handle) {
    public Session {
        lines = List.copyOf(lines);
    }

    /**
     * One media line, in the order of the SDP.
     *
     * @param codec what was agreed
     * @param payloadType of the codec
     * @param rtxPayloadType or −1
     * @param ssrc what the server sends on a line we receive when it says so, or 0
     * @param rtxSsrc likewise
     * @param seat whose seat it shows, or −1
     */
    public record Line(
            String mid,
            boolean sends,
            Codec codec,
            int payloadType,
            int rtxPayloadType,
            int ssrc,
            int rtxSsrc,
            int seat,
            ExtensionIds extensions) {}

    /** What can be done with the session afterwards. */
    public interface Handle extends AutoCloseable {
        /** Leaves; the server forgets the client. */
        @Override
        void close();
    }
}
