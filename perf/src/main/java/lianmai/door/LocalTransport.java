package lianmai.door;

import java.net.InetSocketAddress;
import lianmai.dtls.Fingerprint;
import lianmai.ice.IceCredentials;

/**
 * One simulated client's side of ICE and DTLS.
 *
 * @param address where it receives, its only candidate
 */
public record LocalTransport(IceCredentials credentials, Fingerprint fingerprint, InetSocketAddress address) {}
