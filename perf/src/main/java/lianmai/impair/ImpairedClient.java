package lianmai.impair;

import java.net.SocketAddress;
import java.nio.channels.DatagramChannel;

/**
 * One client address with its own socket towards the server and its own link in each direction.
 *
 * <p>Thread: the relay's (confined). Owns: the socket. Units: ns.
 */
final class ImpairedClient {
    final SocketAddress address;
    final DatagramChannel channel;
    final ImpairedLink up;
    final ImpairedLink down;
    long lastSeenNs;
    /** Whether its socket is known to hold a datagram. */
    boolean isReadable;

    ImpairedClient(
            final SocketAddress address,
            final DatagramChannel channel,
            final ImpairedLink up,
            final ImpairedLink down,
            final long nowNs) {
        this.address = address;
        this.channel = channel;
        this.up = up;
        this.down = down;
        lastSeenNs = nowNs;
    }

    /** Whether it has been silent for that long and nothing of it is under way. */
    boolean isIdle(final long nowNs, final long idleNs) {
        return nowNs - lastSeenNs > idleNs && up.underWay() == 0 && down.underWay() == 0;
    }
}
