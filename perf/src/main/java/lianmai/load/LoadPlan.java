package lianmai.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A whole load: who joins what, how fast, and what is looked at.
 *
 * @param rooms joined in this order, each room's publishers before its viewers
 * @param sampled the fraction of viewers whose every packet is decrypted and verified, 0 … 1; at least one viewer a
 *     room is, unless it is 0
 * @param seed of identifiers and phases: the same seed sends the same
 * @param firstAddress the first client's own IPv4 address; the next client has the next one
 * @param joinsPerSecond at most so many clients start to join in a second
 * @param concurrency at most so many are joining at the same time
 * @param route where to send instead of straight to the server, for an impairing relay in between
 * @param port how the socket is set up
 * @param isHeld whether publishers send nothing until {@link LoadRun#send} says so
 */
public record LoadPlan(
        List<RoomPlan> rooms,
        double sampled,
        long seed,
        InetAddress firstAddress,
        int joinsPerSecond,
        int concurrency,
        UnaryOperator<InetSocketAddress> route,
        MmsgPort.Options port,
        boolean isHeld) {
    /** The first address of clients on this machine; all of 127/8 is local on Linux. */
    public static final String DEFAULT_FIRST_ADDRESS = "127.1.0.1";

    private static final double DEFAULT_SAMPLED = 0.05;
    private static final int DEFAULT_JOINS_PER_SECOND = 200;
    private static final int DEFAULT_CONCURRENCY = 64;

    public LoadPlan {
        rooms = List.copyOf(rooms);
        if (!(sampled >= 0 && sampled <= 1)) {
            throw new IllegalArgumentException("the sampled fraction is 0 to 1, not " + sampled);
        }
        if (joinsPerSecond < 1 || concurrency < 1) {
            throw new IllegalArgumentException("at least one client joins at a time and in a second");
        }
        if (firstAddress.getAddress().length != 4) {
            throw new IllegalArgumentException("clients have IPv4 addresses, not " + firstAddress.getHostAddress());
        }
    }

    /** The usual settings. */
    public static LoadPlan of(final List<RoomPlan> rooms) {
        return new LoadPlan(
                rooms,
                DEFAULT_SAMPLED,
                1,
                InetAddress.ofLiteral(DEFAULT_FIRST_ADDRESS),
                DEFAULT_JOINS_PER_SECOND,
                DEFAULT_CONCURRENCY,
                UnaryOperator.identity(),
                MmsgPort.Options.DEFAULT,
                false);
    }

    public LoadPlan withSampled(final double fraction) {
        return new LoadPlan(rooms, fraction, seed, firstAddress, joinsPerSecond, concurrency, route, port, isHeld);
    }

    public LoadPlan withSeed(final long newSeed) {
        return new LoadPlan(rooms, sampled, newSeed, firstAddress, joinsPerSecond, concurrency, route, port, isHeld);
    }

    public LoadPlan withFirstAddress(final InetAddress address) {
        return new LoadPlan(rooms, sampled, seed, address, joinsPerSecond, concurrency, route, port, isHeld);
    }

    public LoadPlan withJoins(final int perSecond, final int atATime) {
        return new LoadPlan(rooms, sampled, seed, firstAddress, perSecond, atATime, route, port, isHeld);
    }

    public LoadPlan withRoute(final UnaryOperator<InetSocketAddress> newRoute) {
        return new LoadPlan(rooms, sampled, seed, firstAddress, joinsPerSecond, concurrency, newRoute, port, isHeld);
    }

    public LoadPlan withPort(final MmsgPort.Options options) {
        return new LoadPlan(rooms, sampled, seed, firstAddress, joinsPerSecond, concurrency, route, options, isHeld);
    }

    /** The same, but everybody comes before anything is sent. */
    public LoadPlan held() {
        return new LoadPlan(rooms, sampled, seed, firstAddress, joinsPerSecond, concurrency, route, port, true);
    }

    /** How many clients that makes. */
    public int clients() {
        return rooms.stream()
                .mapToInt(room -> room.publishers().size() + room.viewers())
                .sum();
    }
}
