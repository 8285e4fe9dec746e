package lianmai.sdp;

import java.util.List;
import lianmai.dtls.Fingerprint;

/**
 * Where the server is reached.
 *
 * @param addresses at least one, the best first
 * @param fingerprint of the server's certificate
 */
public record ServerTransport(List<Address> addresses, Fingerprint fingerprint) {
    public ServerTransport {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a server without an address cannot be answered with");
        }
    }

    /** A numeric address, IPv4 or IPv6 without brackets, and a UDP port. */
    public record Address(String ip, int port) {
        boolean ipv6() {
            return ip.indexOf(':') >= 0;
        }
    }
}
