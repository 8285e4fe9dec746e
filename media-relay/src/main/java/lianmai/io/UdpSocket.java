package lianmai.io;

import io.netty.channel.ChannelException;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * One UDP socket, bound to every address of the machine, that reports which one was asked, when each datagram came, and
 * how many it has lost. For IPv4 and IPv6, or for IPv4 alone where IPv6 is not there or not needed, which is cheaper.
 *
 * <p>Thread: relay (confined). Owns: the descriptor.
 */
final class UdpSocket implements AutoCloseable {
    // Of <netinet/in.h>, <linux/in6.h> and <asm-generic/socket.h>.
    static final int SOL_IP = 0;
    static final int IP_PKTINFO = 8;
    static final int SOL_IPV6 = 41;
    static final int IPV6_PKTINFO = 50;
    private static final int IPV6_RECVPKTINFO = 49;
    static final int SOL_SOCKET = 1;
    /** As an option and as the type of the control message that carries a {@code struct timespec} (socket(7)). */
    static final int SO_TIMESTAMPNS = 35;
    /** As an option and as the type of the control message that counts lost datagrams. */
    static final int SO_RXQ_OVFL = 40;

    static final int SOL_UDP = 17;
    /** As an option and as the type of the control message that tells how long the datagrams of a run are (udp(7)). */
    static final int UDP_SEGMENT = 103;

    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;

    private final Socket socket;
    private final boolean ipv6;

    /**
     * @param port 1 … 65535, or 0 for any free one
     * @throws IOException when the port is taken
     */
    UdpSocket(final int port, final int bufferBytes, final boolean needsIpv6) throws IOException {
        Socket.initialize();
        ipv6 = needsIpv6 && Socket.isIPv6Preferred();
        socket = new Descriptor(ipv6);
        try {
            resizeBuffer(SO_RCVBUFFORCE, SO_RCVBUF, bufferBytes);
            resizeBuffer(SO_SNDBUFFORCE, SO_SNDBUF, bufferBytes);
            if (ipv6) {
                socket.setIntOpt(SOL_IPV6, IPV6_RECVPKTINFO, 1);
            } else {
                socket.setIntOpt(SOL_IP, IP_PKTINFO, 1);
            }
            socket.setIntOpt(SOL_SOCKET, SO_TIMESTAMPNS, 1);
            socket.setIntOpt(SOL_SOCKET, SO_RXQ_OVFL, 1);
            bind(port);
        } catch (final IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Sets one of the kernel's options, for what has no method here. */
    void option(final int level, final int name, final int value) throws IOException {
        socket.setIntOpt(level, name, value);
    }

    /** Whether the kernel can cut a run into datagrams (since 4.18). */
    boolean segments() {
        try {
            socket.getIntOpt(SOL_UDP, UDP_SEGMENT);
            return true;
        } catch (final IOException | ChannelException e) {
            return false;
        }
    }

    int descriptor() {
        return socket.intValue();
    }

    /** Whether addresses are IPv6 ones, IPv4 mapped; else plain IPv4. */
    boolean ipv6() {
        return ipv6;
    }

    int port() {
        return socket.localAddress().getPort();
    }

    /** Halved, as the kernel tells twice what it gave, for its own bookkeeping (socket(7)). */
    int receiveBufferBytes() throws IOException {
        return socket.getIntOpt(SOL_SOCKET, SO_RCVBUF) / 2;
    }

    int sendBufferBytes() throws IOException {
        return socket.getIntOpt(SOL_SOCKET, SO_SNDBUF) / 2;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Beyond the system's limit, which for UDP is often 208 KiB, if we have the right to (CAP_NET_ADMIN). */
    private void resizeBuffer(final int force, final int ask, final int bytes) throws IOException {
        try {
            socket.setIntOpt(SOL_SOCKET, force, bytes);
        } catch (final IOException | ChannelException e) {
            socket.setIntOpt(SOL_SOCKET, ask, bytes);
        }
    }

    private void bind(final int port) throws IOException {
        final byte[] any = new byte[ipv6 ? 16 : 4];
        try {
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(any), port));
        } catch (final IOException e) {
            throw UdpPorts.cannotBind("one of this machine's addresses", port, e);
        }
    }

    /** Netty's own constructors choose the address family by what the JVM prefers. */
    private static final class Descriptor extends Socket {
        private Descriptor(final boolean ipv6) {
            super(newSocketDgram0(ipv6));
        }
    }
}
