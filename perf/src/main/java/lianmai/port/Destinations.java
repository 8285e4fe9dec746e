package lianmai.port;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.stream.IntStream;

/** Whom senders send to in turns: 127.7.x.y, all of which reach one socket; those of the C loops. */
final class Destinations {
    static final int COUNT = 200;
    private static final int FIRST = 0x7F07_0001;

    private final int port;
    private int next;

    Destinations(final int port) {
        this.port = port;
    }

    static int ipv4(final int index) {
        return FIRST + index;
    }

    int port() {
        return port;
    }

    InetSocketAddress[] addresses() {
        return IntStream.range(0, COUNT)
                .mapToObj(i -> new InetSocketAddress(InetAddress.ofLiteral("127.7.0." + (FIRST + i & 0xFF)), port))
                .toArray(InetSocketAddress[]::new);
    }

    /** The index of the next one. */
    int next() {
        final int index = next;
        next = next + 1 < COUNT ? next + 1 : 0;
        return index;
    }
}
