package lianmai.io;

import java.net.InetSocketAddress;
import java.util.Arrays;
import lianmai.relay.PathTable;

/**
 * The JDK's address object of each path, made once, as NIO wants one for every send. Grows to the largest path seen; an
 * entry is made anew when its path has come to mean another address.
 *
 * <p>Thread: relay (confined).
 */
final class RemoteAddresses {
    private static final InetSocketAddress[] NOTHING = {};

    private InetSocketAddress[] known = NOTHING;
    private long[] highs = {};
    private long[] lows = {};

    InetSocketAddress of(final PathTable paths, final int path) {
        if (path >= known.length) {
            grow(Math.max(16, Integer.highestOneBit(path) << 1));
        }
        final long high = paths.remoteHigh(path);
        final long low = paths.remoteLow(path);
        final int port = paths.remotePort(path);
        final InetSocketAddress found = known[path];
        if (found != null && lows[path] == low && highs[path] == high && found.getPort() == port) {
            return found;
        }
        highs[path] = high;
        lows[path] = low;
        known[path] = new InetSocketAddress(LocalAddresses.toInetAddress(high, low), port);
        return known[path];
    }

    private void grow(final int size) {
        known = Arrays.copyOf(known, size);
        highs = Arrays.copyOf(highs, size);
        lows = Arrays.copyOf(lows, size);
    }
}
