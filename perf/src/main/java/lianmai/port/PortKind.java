package lianmai.port;

import java.io.IOException;
import java.util.Locale;
import lianmai.io.UdpPorts;

/** What is measured, ours first, with the C loop that does the same by the same system calls. */
public enum PortKind {
    IO_URING("lianmai io_uring", 2 | 4 | 8 | 16, "io_uring"),
    NIO("lianmai nio", 0, "sendto"),
    NETTY_IO_URING("netty io_uring", 8, "io_uring"),
    NETTY_EPOLL("netty epoll", 8, "sendmmsg-64"),
    NETTY_NIO("netty nio", 0, "sendto"),
    MMSG("ffm sendmmsg", 2 | 4 | 8 | 16, "sendmmsg-64"),
    CONNECTED_RING("connected io_uring", 0, "connected");

    private final String title;
    /** Powers of two that are on: so many packets in one piece. */
    private final int runs;

    private final String floor;

    PortKind(final String title, final int runs, final String floor) {
        this.title = title;
        this.runs = runs;
        this.floor = floor;
    }

    /** As in a report. */
    public String title() {
        return title;
    }

    /** Whether so many packets to one destination, a power of two above 1, are sent in one piece. */
    public boolean takesRunsOf(final int packets) {
        return (runs & packets) != 0;
    }

    /** The C loop that is to be compared with, for packets by themselves. */
    public String floor() {
        return floor;
    }

    public boolean forwards() {
        return this != CONNECTED_RING;
    }

    /** As the worker is told. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    static PortKind parse(final String id) {
        return valueOf(id.toUpperCase(Locale.ROOT));
    }

    Sender sender(final Destinations destinations, final int run) throws IOException {
        return switch (this) {
            case IO_URING -> new OwnPort(UdpPorts.Mode.IO_URING, destinations, run);
            case NIO -> new OwnPort(UdpPorts.Mode.NIO, destinations, run);
            case NETTY_IO_URING -> new NettyPort(NettyPort.Transport.IO_URING, destinations, run);
            case NETTY_EPOLL -> new NettyPort(NettyPort.Transport.EPOLL, destinations, run);
            case NETTY_NIO -> new NettyPort(NettyPort.Transport.NIO, destinations, run);
            case MMSG -> new MmsgSender(destinations, run);
            case CONNECTED_RING -> new ConnectedRing(destinations);
        };
    }

    Forwarder forwarder() throws IOException {
        return switch (this) {
            case IO_URING -> new OwnPort(UdpPorts.Mode.IO_URING, null, 1);
            case NIO -> new OwnPort(UdpPorts.Mode.NIO, null, 1);
            case NETTY_IO_URING -> new NettyPort(NettyPort.Transport.IO_URING, null, 1);
            case NETTY_EPOLL -> new NettyPort(NettyPort.Transport.EPOLL, null, 1);
            case NETTY_NIO -> new NettyPort(NettyPort.Transport.NIO, null, 1);
            case MMSG -> new MmsgSender(null, 1);
            case CONNECTED_RING -> throw new IOException(title + " does not receive");
        };
    }
}
